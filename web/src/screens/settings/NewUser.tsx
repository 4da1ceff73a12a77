// A user to be added.
import { useId, useState } from 'react';
import { type MadeUser, type Role, useAddUser } from './api';
import { useSpeech } from './speech';
import { Trouble } from './Trouble';

export function NewUser({ made, close }: { made: (user: MadeUser) => void; close: () => void }) {
  const { words: w } = useSpeech();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [personal, setPersonal] = useState(false);
  const add = useAddUser();
  const [field, hint, choice, told] = [useId(), useId(), useId(), useId()];
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate({ name, role, personal_data: personal }, { onSuccess: made });
      }}
    >
      <label htmlFor={field}>{w.users.name}</label>
      <input
        id={field}
        value={name}
        required
        maxLength={64}
        autoComplete="off"
        spellCheck={false}
        aria-describedby={hint}
        onChange={(event) => setName(event.target.value)}
        // biome-ignore lint/a11y/noAutofocus: the form was asked for by a button, and this is its first field
        autoFocus
      />
      <p id={hint} className="hint">
        {w.users.nameHint}
      </p>
      <label htmlFor={choice}>{w.users.role}</label>
      <select
        id={choice}
        value={role}
        aria-describedby={told}
        onChange={(event) => setRole(event.target.value as Role)}
      >
        {Object.entries(w.users.roles).map(([one, label]) => (
          <option key={one} value={one}>
            {label}
          </option>
        ))}
      </select>
      <p id={told} className="hint">
        {w.users.rolesHint[role]}
      </p>
      <label className="check">
        <input type="checkbox" checked={personal} onChange={(event) => setPersonal(event.target.checked)} />
        {w.users.personal}
      </label>
      <p className="hint">{w.users.personalHint}</p>
      {add.error !== null && <Trouble error={add.error} />}
      <div className="form-foot">
        <button type="submit" className="primary" disabled={add.isPending}>
          {w.users.add}
        </button>
        <button type="button" onClick={close}>
          {w.cancel}
        </button>
      </div>
    </form>
  );
}
