// A password or key that the server has told once: shown, copied, and gone when it is closed.
import { useEffect, useId, useRef, useState } from 'react';
import { useSpeech } from './speech';

interface Props {
  title: string;
  secret: string;
  close: () => void;
}

export function Secret({ title, secret, close }: Props) {
  const { words: w } = useSpeech();
  const box = useRef<HTMLElement>(null);
  const heading = useId();
  useEffect(() => box.current?.focus(), []);
  return (
    <section ref={box} className="secret" aria-labelledby={heading} tabIndex={-1}>
      <h3 id={heading}>{title}</h3>
      <p>{w.shownOnce}</p>
      <div className="secret-line">
        <code translate="no">{secret}</code>
        <Copy text={secret} />
        <button type="button" onClick={close}>
          {w.close}
        </button>
      </div>
    </section>
  );
}

/** Copies a text; where the browser lends no clipboard (a page without TLS) the text is there to be selected. */
export function Copy({ text }: { text: string }) {
  const { words: w } = useSpeech();
  const [copied, setCopied] = useState('');
  if (navigator.clipboard === undefined) return null;
  return (
    <>
      <button type="button" onClick={() => navigator.clipboard.writeText(text).then(() => setCopied(text))}>
        {copied === text ? w.copied : w.copy}
      </button>
      <span role="status" className="hidden">
        {copied === text ? w.copied : ''}
      </span>
    </>
  );
}
