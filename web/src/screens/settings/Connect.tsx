// How a source is connected: a key of its own, lines to copy, and the first event as it comes.
import { useState } from 'react';
import { Copyable } from '../../ui/Copy';
import { Select, TextField } from '../../ui/Field';
import { Trouble } from '../../ui/Trouble';
import { type MadeKey, useMakeKey, useSettings } from './api';
import { type Client, clients } from './snippets';
import { useSpeech } from './speech';
import { Waiting } from './Waiting';

const YOUR_KEY = 'WRITE_KEY';

export function Connect({ admin }: { admin: boolean }) {
  const { words: w } = useSpeech();
  const [client, setClient] = useState<Client>('curl');
  const [source, setSource] = useState('web shop');
  const [made, setMade] = useState<MadeKey>();
  const make = useMakeKey();
  const { data: said } = useSettings();
  const address = (said?.public_url ?? window.location.origin).replace(/\/$/, '');
  const recipe = clients[client];
  return (
    <>
      <p className="lead">{w.connect.intro}</p>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate({ kind: recipe.kind, name: source }, { onSuccess: setMade });
        }}
      >
        <Select label={w.connect.client} value={client} put={setClient}>
          {Object.entries(clients).map(([one, { name }]) => (
            <option key={one} value={one}>
              {name}
            </option>
          ))}
        </Select>
        {admin && made?.kind !== recipe.kind && (
          <>
            <TextField
              label={w.connect.source}
              hint={w.connect.sourceHint}
              value={source}
              put={setSource}
              required
              maxLength={100}
            />
            <div className="form-foot">
              <button type="submit" className="primary" disabled={make.isPending}>
                {w.connect.make}
              </button>
            </div>
          </>
        )}
        {!admin && <p className="hint">{w.connect.notAdmin}</p>}
        <Trouble error={make.error} />
      </form>
      <section className="snippet" aria-label={w.connect.snippet}>
        <h3>{w.connect.snippet}</h3>
        <p>{w.connect.where[recipe.where]}</p>
        {made !== undefined && <p className="notice">{w.shownOnce}</p>}
        <Copyable text={recipe.text(address, made?.token ?? YOUR_KEY)} />
      </section>
      {made !== undefined && <Waiting key={made.id} source={made.name} />}
    </>
  );
}
