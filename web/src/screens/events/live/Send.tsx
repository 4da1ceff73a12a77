// A test event: written as JSON, checked, sent the way of every event.
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { Field } from '../../../ui/Field';
import { Trouble } from '../../../ui/Trouble';
import { type EventJudged, useTry } from './api';
import { Reading } from './Reading';
import { useSpeech } from './speech';

interface Props {
  /** What it begins with; null: an example. */
  start: string | null;
  event: string;
  close: () => void;
  /** An event was stored under this id. */
  sent: (id: string) => void;
}

const EXAMPLE = { order_id: 'test-1', total: 25.5, currency: 'EUR' };

export function Send({ start, event, close, sent }: Props) {
  const { words: w } = useSpeech();
  const [text, setText] = useState(start ?? example(event));
  const attempt = useTry();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  const send = (store: boolean) =>
    attempt.mutate(
      { text, store },
      { onSuccess: (told) => told.stored && told.message_id !== null && sent(told.message_id) },
    );
  const leave = (pressed: KeyboardEvent) => pressed.key === 'Escape' && close();
  return (
    <aside className="card stream-detail" aria-label={w.trying} onKeyDown={leave}>
      <header className="stream-detail-head">
        <h2 ref={heading} tabIndex={-1}>
          {w.trying}
        </h2>
        <button type="button" className="stream-close" onClick={close}>
          {w.close}
        </button>
      </header>
      <p>{w.tryIntro}</p>
      <p className="stream-real">{w.tryReal}</p>
      <form
        className="stream-form"
        onSubmit={(submitted) => {
          submitted.preventDefault();
          send(true);
        }}
      >
        <Field label={w.json}>
          {(ids) => (
            <textarea
              {...ids}
              rows={10}
              spellCheck={false}
              autoComplete="off"
              dir="ltr"
              value={text}
              onChange={(typed) => {
                setText(typed.target.value);
                attempt.reset();
              }}
            />
          )}
        </Field>
        <div className="form-foot">
          <button type="button" disabled={attempt.isPending} onClick={() => send(false)}>
            {w.checkOnly}
          </button>
          <button type="submit" className="primary" disabled={attempt.isPending}>
            {w.send}
          </button>
        </div>
      </form>
      <div role="status">
        <Trouble error={attempt.error} />
        {attempt.data !== undefined && <Judged told={attempt.data} />}
      </div>
    </aside>
  );
}

function Judged({ told }: { told: EventJudged }) {
  const { words: w, time } = useSpeech();
  const stopped = told.refused !== null || told.held.length > 0;
  return (
    <div className={stopped ? 'stream-judged stream-judged-not' : 'stream-judged'}>
      {told.refused !== null && (
        <p>
          <strong>{w.refusedBecause}</strong> <span dir="auto">{told.refused.message}</span>
        </p>
      )}
      {told.held.map((one) => (
        <p key={one}>
          <strong>{w.heldBack}</strong> <span dir="auto">{one}</span>
        </p>
      ))}
      {!stopped && (
        <p>
          <strong>{told.stored ? w.wasStored : w.wouldBe}</strong>
          {told.time !== null && ` ${w.happened}: ${time(told.time)}.`} {told.flagged && w.ways.future}
        </p>
      )}
      {told.warnings.map((one) => (
        <p key={one}>
          {w.warned} <span dir="auto">{one}</span>
        </p>
      ))}
      {told.mended.length > 0 && (
        <p>
          {w.mended} {told.mended.map((one) => w.mendings[one] ?? one).join('; ')}.
        </p>
      )}
      {told.fit !== null && <Reading fit={told.fit} />}
    </div>
  );
}

function example(event: string): string {
  const message = { type: 'track', event: event || 'Order Completed', userId: 'test-customer', properties: EXAMPLE };
  return JSON.stringify(message, null, 2);
}
