// Asks once more before something that cannot be taken back.
import { useEffect, useId, useRef } from 'react';
import { useSpeech } from './speech';

interface Props {
  title: string;
  text: string;
  action: string;
  sure: () => void;
  close: () => void;
}

export function Sure({ title, text, action, sure, close }: Props) {
  const { words: w } = useSpeech();
  const box = useRef<HTMLDialogElement>(null);
  const [heading, body] = [useId(), useId()];
  useEffect(() => box.current?.showModal(), []);
  return (
    <dialog ref={box} className="sure" aria-labelledby={heading} aria-describedby={body} onClose={close}>
      <h2 id={heading}>{title}</h2>
      <p id={body}>{text}</p>
      <div className="sure-foot">
        <button type="button" onClick={close}>
          {w.cancel}
        </button>
        <button
          type="button"
          className="danger"
          onClick={() => {
            sure();
            close();
          }}
        >
          {action}
        </button>
      </div>
    </dialog>
  );
}
