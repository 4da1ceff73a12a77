// A password or key that the server has told once: shown, copied, and gone when it is closed.
import { useEffect, useId, useRef } from 'react';
import { Copy } from '../../ui/Copy';
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
