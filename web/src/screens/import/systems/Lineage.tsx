// What breaks when something goes or gets another name: chosen by event and field, told in a sentence, drawn, listed.
import { type FormEvent, useState } from 'react';
import { useAddress } from '../../../app/address';
import { Way } from '../../../app/Way';
import { Steps } from '../../../charts/Steps';
import { Select, TextField } from '../../../ui/Field';
import { Trouble } from '../../../ui/Trouble';
import { useEvents, useFields, useLineage } from './api';
import { graphOf, nameOfRead } from './layers';
import { useSpeech } from './speech';

export function Lineage() {
  const { words } = useSpeech();
  const w = words.lineage;
  const [search, change] = useAddress();
  const what = typeof search.what === 'string' ? search.what : '';
  const ask = (wanted: string) => change((from) => ({ ...from, what: wanted || undefined }));
  return (
    <div className="systems">
      <p className="lead">{w.intro}</p>
      <ByField what={what} ask={ask} />
      {what !== '' && <Told key={what} what={what} />}
    </div>
  );
}

function ByField({ what, ask }: { what: string; ask: (what: string) => void }) {
  const { words } = useSpeech();
  const w = words.lineage;
  const { data: events } = useEvents();
  const names = (events ?? []).flatMap((one) => (one.name === null ? [] : [one.name]));
  const [, named = ''] = what.match(/^events\.(.*)$/) ?? [];
  // The longest name that it begins with: a name may have dots of its own.
  const event = names
    .filter((one) => named === one || named.startsWith(`${one}.`))
    .reduce((longest, one) => (one.length > longest.length ? one : longest), '');
  const { data: fields } = useFields(event);
  const paths = (fields?.fields ?? []).map((one) => {
    const path = one.each === null ? one.path : `${one.each}.${one.path}`;
    return path.replace(/^properties\./, '');
  });
  const field = event === '' ? '' : named.slice(event.length + 1);
  // What is typed belongs to what was shown then: whoever goes on from there begins with what is shown now.
  const [typed, setTyped] = useState({ at: what, text: event === '' ? what : '' });
  const other = typed.at === what ? typed.text : event === '' ? what : '';
  const send = (submitted: FormEvent) => {
    submitted.preventDefault();
    if (other.trim() !== '') ask(other.trim());
  };
  return (
    <form className="card lineage-asked" onSubmit={send}>
      <Select label={w.event} value={event} put={(name) => ask(name === '' ? '' : `events.${name}`)}>
        <option value="">–</option>
        {names.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </Select>
      <Select label={w.field} value={field} put={(path) => ask(`events.${event}${path === '' ? '' : `.${path}`}`)}>
        <option value="">{w.anyField}</option>
        {field !== '' && !paths.includes(field) && <option value={field}>{field}</option>}
        {paths.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </Select>
      <TextField label={w.other} value={other} put={(text) => setTyped({ at: what, text })} />
      <button type="submit">{w.look}</button>
    </form>
  );
}

function Told({ what }: { what: string }) {
  const { words, label, number } = useSpeech();
  const w = words.lineage;
  const { data, error } = useLineage(what);
  if (error !== null) return <Trouble error={error} />;
  if (data === undefined) return null;
  const { columns, links, left } = graphOf(data, label);
  const nothing = data.attributes.length + data.segments.length === 0;
  return (
    <section className="card lineage" aria-label={data.sentence}>
      <h2 dir="auto">{data.sentence}</h2>
      {nothing && <p className="quiet">{w.none}</p>}
      {columns.length > 1 && <Steps columns={columns} links={links} label={w.chart} />}
      {left > 0 && <p className="quiet">{w.more(number(left))}</p>}
      <div className="lineage-lists">
        {data.filled_by.length > 0 && (
          <div>
            <h3>{w.filled}</h3>
            <ul>
              {data.filled_by.map((one) => (
                <li key={`${one.source} ${one.column}`}>
                  <code>{`sources.${one.source}.${one.column}`}</code>
                </li>
              ))}
            </ul>
          </div>
        )}
        {data.reads.length > 0 && (
          <div>
            <h3>{w.reads}</h3>
            <ul>
              {data.reads.map((one) => (
                <li key={one.what}>
                  <Way to="/import" search={{ part: 'lineage', what: one.what }}>
                    {nameOfRead(one, label)}
                  </Way>{' '}
                  <span className="quiet">{w.kinds[one.kind]}</span>
                </li>
              ))}
            </ul>
          </div>
        )}
        {data.attributes.length > 0 && (
          <div>
            <h3>
              {w.attributes} ({number(data.attributes.length)})
            </h3>
            <ul>
              {data.attributes.map((one) => (
                <li key={one.name}>
                  <Way to="/attributes" search={{ attribute: one.name }}>
                    {label(one)}
                  </Way>{' '}
                  <span className="quiet">
                    {w.kinds[one.kind]}
                    {one.through.length > 0 && `, ${w.through(one.through.join(', '))}`}
                  </span>
                </li>
              ))}
            </ul>
          </div>
        )}
        {data.segments.length > 0 && (
          <div>
            <h3>
              {w.segments} ({number(data.segments.length)})
            </h3>
            <ul>
              {data.segments.map((one) => (
                <li key={one.name}>
                  <Way to="/segments" search={{ segment: one.name }}>
                    {label(one)}
                  </Way>{' '}
                  <span className="quiet">{w.through(one.through.join(', '))}</span>
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </section>
  );
}
