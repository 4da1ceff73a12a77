// Erasing a person asks for the id once more.
import { useState } from 'react';
import { Dialog } from '../../ui/Dialog';
import { TextField } from '../../ui/Field';
import { Trouble } from '../../ui/Trouble';
import { useErase } from './api';
import { useSpeech } from './speech';

interface Props {
  customer: string;
  address: string;
  ids: string[];
  close: () => void;
}

export function Erase({ customer, address, ids, close }: Props) {
  const { words: w } = useSpeech();
  const [typed, setTyped] = useState('');
  const erase = useErase();
  return (
    <Dialog title={w.eraseTitle} close={close}>
      <form
        className="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          if (typed === customer) erase.mutate({ customer: address, typed }, { onSuccess: close });
        }}
      >
        <p>{w.eraseText}</p>
        <ul className="erase-ids">
          {ids.map((id) => (
            <li key={id}>
              <bdi>{id}</bdi>
            </li>
          ))}
        </ul>
        <TextField
          label={
            <>
              {w.eraseType}: <strong dir="auto">{customer}</strong>
            </>
          }
          value={typed}
          spellCheck={false}
          put={setTyped}
        />
        <Trouble error={erase.error} />
        <div className="dialog-foot">
          <button type="button" onClick={close}>
            {w.cancel}
          </button>
          <button type="submit" className="danger" disabled={typed !== customer || erase.isPending}>
            {w.eraseDo}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
