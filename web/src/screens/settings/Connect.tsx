// How a source is connected: a key of its own, lines to copy, and the first event as it comes.
import { useId, useState } from 'react';
import { type MadeKey, useMakeKey, useSettings } from './api';
import { Copy } from './Secret';
import { type Client, clients, isClient } from './snippets';
import { useSpeech } from './speech';
import { Trouble } from './Trouble';
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
  const [choice, field, hint] = [useId(), useId(), useId()];
  const recipe = clients[client];
  const text = recipe.text(address, made?.token ?? YOUR_KEY);
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
        <label htmlFor={choice}>{w.connect.client}</label>
        <select
          id={choice}
          value={client}
          onChange={(event) => isClient(event.target.value) && setClient(event.target.value)}
        >
          {Object.entries(clients).map(([one, { name }]) => (
            <option key={one} value={one}>
              {name}
            </option>
          ))}
        </select>
        {admin && made?.kind !== recipe.kind && (
          <>
            <label htmlFor={field}>{w.connect.source}</label>
            <input
              id={field}
              value={source}
              required
              maxLength={100}
              autoComplete="off"
              aria-describedby={hint}
              onChange={(event) => setSource(event.target.value)}
            />
            <p id={hint} className="hint">
              {w.connect.sourceHint}
            </p>
            <div className="form-foot">
              <button type="submit" className="primary" disabled={make.isPending}>
                {w.connect.make}
              </button>
            </div>
          </>
        )}
        {!admin && <p className="hint">{w.connect.notAdmin}</p>}
        {make.error !== null && <Trouble error={make.error} />}
      </form>
      <section className="snippet" aria-label={w.connect.snippet}>
        <h3>{w.connect.snippet}</h3>
        <p>{w.connect.where[recipe.where]}</p>
        {made !== undefined && <p className="notice">{w.shownOnce}</p>}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines are scrolled with the keyboard, too */}
        <pre tabIndex={0} translate="no">
          <code>{text}</code>
        </pre>
        <Copy text={text} />
      </section>
      {made !== undefined && <Waiting key={made.id} source={made.name} />}
    </>
  );
}
