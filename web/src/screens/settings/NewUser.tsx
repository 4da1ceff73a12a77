// A user to be added.
import { useState } from 'react';
import { Check, Options, Select, TextField } from '../../ui/Field';
import { Trouble } from '../../ui/Trouble';
import { type MadeUser, type Role, useAddUser } from './api';
import { useSpeech } from './speech';

export function NewUser({ made, close }: { made: (user: MadeUser) => void; close: () => void }) {
  const { words: w } = useSpeech();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [personal, setPersonal] = useState(false);
  const add = useAddUser();
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate({ name, role, personal_data: personal }, { onSuccess: made });
      }}
    >
      <TextField
        label={w.users.name}
        hint={w.users.nameHint}
        value={name}
        put={setName}
        required
        maxLength={64}
        spellCheck={false}
        autoFocus
      />
      <Select label={w.users.role} hint={w.users.rolesHint[role]} value={role} put={setRole}>
        <Options of={w.users.roles} />
      </Select>
      <Check label={w.users.personal} checked={personal} put={setPersonal} />
      <p className="hint">{w.users.personalHint}</p>
      <Trouble error={add.error} />
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
