// The catalogue: ready definitions by group, what each says, what it needs, and the way into the shop.
import { useState } from 'react';
import type { ReadyGroup } from '../../../api/types.gen';
import { useAddress } from '../../../app/address';
import { useRights } from '../../../app/session';
import { Empty } from '../../../ui/Empty';
import { Options, Select, Sought } from '../../../ui/Field';
import { Trouble } from '../../../ui/Trouble';
import { useTaken } from '../../segments/api';
import { Adding } from './Adding';
import { useReady } from './api';
import { chosen, type Filter, type Kind } from './chosen';
import { Entry } from './Entry';
import './ready.css';
import { useSpeech } from './speech';

export function Ready() {
  const [search] = useAddress();
  const adding = typeof search.add === 'string' && search.add !== '' ? search.add.split(',') : null;
  return adding === null ? <Shelf /> : <Adding key={adding.join()} names={adding} />;
}

function Shelf() {
  const { words: w, number, plural, label, described } = useSpeech();
  const { write } = useRights();
  const [search, change] = useAddress();
  const { data, error, refetch } = useReady();
  const taken = useTaken();
  const [picked, setPicked] = useState<string[]>([]);
  const word = typeof search.find === 'string' ? search.find : '';
  const filter = search.show === 'fills' || search.show === 'lacks' ? search.show : 'all';
  const kind = search.kind === 'attribute' || search.kind === 'segment' ? search.kind : 'all';
  const put = (key: string, value: string, none: string) =>
    change((from) => ({ ...from, [key]: value === none ? undefined : value }), true);
  if (error !== null) return <Trouble error={error} again={refetch} />;
  // All at once: buttons that came later would move what somebody looks at, or is at with the keyboard.
  if (data === undefined || taken === undefined) return null;
  const all = data.groups.flatMap((group) => group.entries);
  const found = chosen(data.groups, { word, filter, kind, label, described });
  // What is sought by a word is shown wherever it stands, else one group at a time.
  const shown = word === '' ? found.filter((one) => one === (named(found, search.group) ?? found[0])) : found;
  const add = (names: string[]) => change((from) => ({ ...from, add: names.join(',') }));
  return (
    <div className="ready">
      <aside className="card ready-side">
        <Sought says={w.find} value={word} put={(value) => put('find', value, '')} />
        <Select<Filter> label={w.show} value={filter} put={(value) => put('show', value, 'all')}>
          <Options of={w.filters} />
        </Select>
        <Select<Kind> label={w.kind} value={kind} put={(value) => put('kind', value, 'all')}>
          <Options of={w.kinds} />
        </Select>
        <nav aria-label={w.groups}>
          <ul>
            {found.map((group) => (
              <li key={group.name}>
                <button
                  type="button"
                  aria-current={shown.includes(group) ? 'true' : undefined}
                  onClick={() => change((from) => ({ ...from, group: group.name }), true)}
                >
                  <span>{group.title}</span>
                  <span className="quiet number">{number(group.entries.length)}</span>
                </button>
              </li>
            ))}
          </ul>
        </nav>
      </aside>
      <div className="ready-groups">
        <p className="lead">
          {w.intro} {w.summary(number(all.filter((one) => one.fills).length), number(all.length))}{' '}
          {!data.complete && <span className="quiet">{w.looking}</span>}
        </p>
        {found.length === 0 && (
          <Empty>
            <p>{w.noneFits}</p>
            <button type="button" onClick={() => change(() => ({ view: 'catalogue' }))}>
              {w.showAll}
            </button>
          </Empty>
        )}
        {shown.map((group) => (
          <Group
            key={group.name}
            group={group}
            of={data.groups.find((one) => one.name === group.name) ?? group}
            picked={picked}
            pick={(name) =>
              setPicked((before) => (before.includes(name) ? before.filter((one) => one !== name) : [...before, name]))
            }
            add={write ? add : null}
          />
        ))}
        {filter === 'all' && word === '' && kind === 'all' && (
          <details className="ready-later">
            <summary>{w.later}</summary>
            {data.later.map((one) => (
              <section key={one.why}>
                <p>{one.why}</p>
                <p className="quiet">
                  <code>{one.names.join(', ')}</code>
                </p>
              </section>
            ))}
          </details>
        )}
      </div>
      {write && picked.length > 0 && (
        <div className="ready-picked" role="status">
          <span>{plural(picked.length, w.chosen)}</span>
          <button type="button" className="primary" onClick={() => add(picked)}>
            {w.addChosen}
          </button>
          <button type="button" onClick={() => setPicked([])}>
            {w.none}
          </button>
        </div>
      )}
    </div>
  );
}

const named = (groups: ReadyGroup[], name: unknown) => groups.find((one) => one.name === name);

interface GroupProps {
  /** The entries that are shown, and the whole group. */
  group: ReadyGroup;
  of: ReadyGroup;
  picked: string[];
  pick: (name: string) => void;
  add: ((names: string[]) => void) | null;
}

function Group({ group, of, picked, pick, add }: GroupProps) {
  const { words: w, number } = useSpeech();
  const whole = group.entries.length === of.entries.length;
  return (
    <section className="ready-group" aria-label={group.title}>
      <header>
        <h2>{group.title}</h2>
        <span className="quiet">
          {w.fillsOf(number(group.entries.filter((one) => one.fills).length), number(group.entries.length))}
        </span>
        {add !== null && whole && (
          <button type="button" onClick={() => add([group.name])} aria-label={`${w.addGroup}: ${group.title}`}>
            {w.addGroup}
          </button>
        )}
      </header>
      <ul>
        {group.entries.map((one) => (
          <Entry
            key={one.name}
            one={one}
            picked={picked.includes(one.name)}
            pick={() => pick(one.name)}
            add={add === null ? null : () => add([one.name])}
          />
        ))}
      </ul>
    </section>
  );
}
