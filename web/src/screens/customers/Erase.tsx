// Erasing a person asks for the id once more.
import { useEffect, useId, useRef, useState } from 'react';
import { useErase } from './api';
import { useSpeech } from './speech';
import { Trouble } from './Trouble';

interface Props {
  customer: string;
  address: string;
  ids: string[];
  close: (erased: boolean) => void;
}

export function Erase({ customer, address, ids, close }: Props) {
  const { words: w } = useSpeech();
  const [typed, setTyped] = useState('');
  const box = useRef<HTMLDialogElement>(null);
  const [title, field] = [useId(), useId()];
  const erase = useErase();
  useEffect(() => box.current?.showModal(), []);
  return (
    <dialog ref={box} className="erase" aria-labelledby={title} onClose={() => close(false)}>
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          if (typed === customer) erase.mutate({ customer: address, typed }, { onSuccess: () => close(true) });
        }}
      >
        <h2 id={title}>{w.eraseTitle}</h2>
        <p>{w.eraseText}</p>
        <ul className="erase-ids">
          {ids.map((id) => (
            <li key={id}>
              <bdi>{id}</bdi>
            </li>
          ))}
        </ul>
        <label htmlFor={field}>
          {w.eraseType}: <strong dir="auto">{customer}</strong>
        </label>
        <input
          id={field}
          value={typed}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setTyped(event.target.value)}
        />
        {erase.error !== null && <Trouble error={erase.error} />}
        <div className="erase-foot">
          <button type="button" onClick={() => close(false)}>
            {w.cancel}
          </button>
          <button type="submit" className="danger" disabled={typed !== customer || erase.isPending}>
            {w.eraseDo}
          </button>
        </div>
      </form>
    </dialog>
  );
}
