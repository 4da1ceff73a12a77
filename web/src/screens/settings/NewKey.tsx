// A write key or access token to be made.
import { useState } from 'react';
import { Check, Options, Select, TextField } from '../../ui/Field';
import { Trouble } from '../../ui/Trouble';
import { type Kind, type MadeKey, type Scope, useMakeKey } from './api';
import { useSpeech } from './speech';

export function NewKey({ made, close }: { made: (key: MadeKey) => void; close: () => void }) {
  const { words: w } = useSpeech();
  const [kind, setKind] = useState<Kind>('server');
  const [name, setName] = useState('');
  const [scope, setScope] = useState<Scope>('read');
  const [personal, setPersonal] = useState(false);
  const make = useMakeKey();
  const token = kind === 'api';
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        const rights = token ? { scope, personal_data: personal } : {};
        make.mutate({ kind, name, ...rights }, { onSuccess: made });
      }}
    >
      <Select label={w.keys.kind} hint={w.keys.kindsHint[kind]} value={kind} put={setKind}>
        <Options of={w.keys.kinds} />
      </Select>
      <TextField
        label={w.keys.name}
        hint={token ? w.keys.nameHintToken : w.keys.nameHintKey}
        value={name}
        put={setName}
        required
        maxLength={100}
      />
      {token && (
        <>
          <Select label={w.keys.scope} value={scope} put={setScope}>
            <Options of={w.keys.scopes} />
          </Select>
          <Check label={w.keys.personal} checked={personal} put={setPersonal} />
        </>
      )}
      <Trouble error={make.error} />
      <div className="form-foot">
        <button type="submit" className="primary" disabled={make.isPending}>
          {w.keys.add}
        </button>
        <button type="button" onClick={close}>
          {w.cancel}
        </button>
      </div>
    </form>
  );
}
