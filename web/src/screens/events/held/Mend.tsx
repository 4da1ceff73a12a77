// An event that was refused or held back is mended and sent again, through the same door.
import { useEffect, useId, useRef, useState } from 'react';
import type { ToMend } from '../../../api/types.gen';
import { Trouble } from '../../../ui/Trouble';
import { type Fate, type List, useMendable, useSend } from './api';
import { backSaid } from './said';
import { useSpeech } from './speech';

interface Props {
  list: List;
  id: number;
  close: () => void;
  sent: (fates: Fate[]) => void;
}

export function Mend(props: Props) {
  const { data, error } = useMendable(props.list, props.id);
  if (error !== null) return <Trouble error={error} />;
  return data === undefined ? null : <Editor begun={data} {...props} />;
}

function Editor({ begun, list, id, close, sent }: Props & { begun: ToMend }) {
  const { words: w } = useSpeech();
  const [text, setText] = useState(begun.text);
  const [field, hint] = [useId(), useId()];
  const box = useRef<HTMLTextAreaElement>(null);
  const send = useSend(list, id);
  useEffect(() => box.current?.focus(), []);
  const wrong = mistakeIn(text);
  const back = send.data?.accepted === false ? send.data.fates.filter(isBack) : [];
  return (
    <form
      className="held-mend"
      onSubmit={(event) => {
        event.preventDefault();
        send.mutate(text, { onSuccess: (told) => told.accepted && sent(told.fates) });
      }}
    >
      <label htmlFor={field}>{w.mendLabel}</label>
      <textarea
        ref={box}
        id={field}
        aria-describedby={hint}
        aria-invalid={wrong !== null}
        value={text}
        rows={Math.min(24, Math.max(10, text.split('\n').length + 1))}
        spellCheck={false}
        dir="ltr"
        onChange={(event) => setText(event.target.value)}
      />
      <div id={hint} className="quiet">
        <p>{w.mendHint}</p>
        {begun.written.map((one) => (
          <p key={one}>{w.written[one]}</p>
        ))}
        {!begun.whole && <p>{w.notWhole}</p>}
      </div>
      <p role="status" className="held-json">
        {wrong !== null && w.noJson(wrong)}
      </p>
      {back.length > 0 && (
        <div role="alert" className="wrong">
          <strong>{back.some((fate) => fate.what === 'refused') ? w.refusedAnew : w.heldAnew}</strong>
          {back.map((fate) => (
            <p key={`${fate.reason} ${fate.message}`}>
              <bdi>{backSaid(fate, w)}</bdi>{' '}
              <q lang="en" dir="auto" className="quiet">
                {fate.message}
              </q>
            </p>
          ))}
        </div>
      )}
      <Trouble error={send.error} />
      <div className="held-foot">
        <button type="submit" className="primary" disabled={wrong !== null || send.isPending}>
          {w.sendIt}
        </button>
        <button type="button" onClick={close}>
          {w.leave}
        </button>
      </div>
    </form>
  );
}

/** Whether an event could not be taken in. */
const isBack = (fate: Fate) => fate.what === 'refused' || fate.what === 'held';

/** What the browser finds wrong with a text as JSON; the server has the last word. */
function mistakeIn(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
