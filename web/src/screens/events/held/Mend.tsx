// A refused event is mended and sent again, through the same door.
import { useEffect, useId, useRef, useState } from 'react';
import type { ToMend } from '../../../api/types.gen';
import { Trouble } from '../../../ui/Trouble';
import { type Fate, useMendable, useSend } from './api';
import { useSpeech } from './speech';

interface Props {
  id: number;
  close: () => void;
  sent: (fates: Fate[]) => void;
}

export function Mend(props: Props) {
  const { data, error } = useMendable(props.id);
  if (error !== null) return <Trouble error={error} />;
  return data === undefined ? null : <Editor begun={data} {...props} />;
}

function Editor({ begun, id, close, sent }: Props & { begun: ToMend }) {
  const { words: w } = useSpeech();
  const [text, setText] = useState(begun.text);
  const [field, hint] = [useId(), useId()];
  const box = useRef<HTMLTextAreaElement>(null);
  const send = useSend(id);
  useEffect(() => box.current?.focus(), []);
  const wrong = mistakeIn(text);
  const refused = send.data?.accepted === false ? send.data.fates.filter((fate) => fate.what === 'refused') : [];
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
      {refused.length > 0 && (
        <div role="alert" className="wrong">
          <strong>{w.refusedAnew}</strong>
          {refused.map((fate) => (
            <p key={`${fate.reason} ${fate.message}`}>
              {w.reasons[fate.reason ?? '']?.what ?? fate.reason}. {w.reasons[fate.reason ?? '']?.next}{' '}
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

/** What the browser finds wrong with a text as JSON; the server has the last word. */
function mistakeIn(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
