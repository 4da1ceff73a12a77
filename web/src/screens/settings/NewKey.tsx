// A write key or access token to be made.
import { useId, useState } from 'react';
import { type Kind, type MadeKey, type Scope, useMakeKey } from './api';
import { useSpeech } from './speech';
import { Trouble } from './Trouble';

export function NewKey({ made, close }: { made: (key: MadeKey) => void; close: () => void }) {
  const { words: w } = useSpeech();
  const [kind, setKind] = useState<Kind>('server');
  const [name, setName] = useState('');
  const [scope, setScope] = useState<Scope>('read');
  const [personal, setPersonal] = useState(false);
  const make = useMakeKey();
  const [choice, told, field, hint, reach] = [useId(), useId(), useId(), useId(), useId()];
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
      <label htmlFor={choice}>{w.keys.kind}</label>
      <select
        id={choice}
        value={kind}
        aria-describedby={told}
        onChange={(event) => setKind(event.target.value as Kind)}
      >
        {Object.entries(w.keys.kinds).map(([one, label]) => (
          <option key={one} value={one}>
            {label}
          </option>
        ))}
      </select>
      <p id={told} className="hint">
        {w.keys.kindsHint[kind]}
      </p>
      <label htmlFor={field}>{w.keys.name}</label>
      <input
        id={field}
        value={name}
        required
        maxLength={100}
        autoComplete="off"
        aria-describedby={hint}
        onChange={(event) => setName(event.target.value)}
      />
      <p id={hint} className="hint">
        {token ? w.keys.nameHintToken : w.keys.nameHintKey}
      </p>
      {token && (
        <>
          <label htmlFor={reach}>{w.keys.scope}</label>
          <select id={reach} value={scope} onChange={(event) => setScope(event.target.value as Scope)}>
            {Object.entries(w.keys.scopes).map(([one, label]) => (
              <option key={one} value={one}>
                {label}
              </option>
            ))}
          </select>
          <label className="check">
            <input type="checkbox" checked={personal} onChange={(event) => setPersonal(event.target.checked)} />
            {w.keys.personal}
          </label>
        </>
      )}
      {make.error !== null && <Trouble error={make.error} />}
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
