// The name of something new, and the way to begin it; names that are there already are told while somebody types.
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import './newname.css';

interface Props {
  says: string;
  begin: string;
  hint: string;
  taken: string;
  /** The names that are there; big and small letters are the same. */
  known: string[];
  put: (name: string) => void;
  /** What it begins with. */
  children?: ReactNode;
}

export function NewName({ says, begin, hint: hinted, taken: told, known, put, children }: Props) {
  const [name, setName] = useState('');
  const hint = useId();
  const taken = known.some((one) => one.toLowerCase() === name.toLowerCase());
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (taken) return;
    put(name);
    setName('');
  };
  return (
    <form className="new-name" onSubmit={submit}>
      {children}
      <input
        aria-label={says}
        aria-describedby={hint}
        aria-invalid={taken}
        placeholder={says}
        value={name}
        required
        pattern="[A-Za-z][A-Za-z0-9_]{0,62}"
        onChange={(event) => setName(event.target.value)}
      />
      <button type="submit" className="primary">
        {begin}
      </button>
      <span id={hint} className="quiet" role="status">
        {taken ? told : name !== '' && hinted}
      </span>
    </form>
  );
}
