// All attributes, by group, with a search; and the beginning of a new one.
import { useState } from 'react';
import type { AttributeListed, TakenAway } from '../../api/types.gen';
import { useAddress } from '../../app/address';
import { useRights } from '../../app/session';
import { Sought } from '../../ui/Field';
import { NewName } from '../../ui/NewName';
import { Trouble } from '../../ui/Trouble';
import { useAttributes } from './api';
import { useSpeech } from './speech';

export function List({ chosen }: { chosen: string | undefined }) {
  const { words: w, label } = useSpeech();
  const { write } = useRights();
  const [wanted, setWanted] = useState('');
  const { data, error } = useAttributes();
  if (error !== null) return <Trouble error={error} />;
  if (data === undefined) return null;
  const all = data.attributes;
  const fitting = all.filter((one) => `${label(named(one))} ${one.name}`.toLowerCase().includes(wanted.toLowerCase()));
  const groups = new Map<string, AttributeListed[]>();
  for (const one of fitting) groups.set(one.group ?? '', [...(groups.get(one.group ?? '') ?? []), one]);
  return (
    <nav className="card all" aria-label={w.list}>
      {write && <New known={[...all, ...data.removed].map((one) => one.name)} />}
      <Sought says={w.find} value={wanted} put={setWanted} />
      {all.length === 0 && <p className="quiet">{w.none}</p>}
      {all.length > 0 && fitting.length === 0 && <p className="quiet">{w.noneFits}</p>}
      {[...groups].map(([group, attributes]) => (
        <section key={group}>
          {groups.size > 1 && <h2>{group === '' ? w.other : group}</h2>}
          <ul>
            {attributes.map((one) => (
              <Item key={one.name} one={one} chosen={one.name === chosen} />
            ))}
          </ul>
        </section>
      ))}
      {data.removed.length > 0 && <Removed removed={data.removed} chosen={chosen} />}
    </nav>
  );
}

function Item({ one, chosen }: { one: AttributeListed; chosen: boolean }) {
  const { words: w, label } = useSpeech();
  const [, change] = useAddress();
  return (
    <li>
      <button
        type="button"
        aria-current={chosen ? 'page' : undefined}
        onClick={() => change(() => ({ attribute: one.name }))}
      >
        <span dir="auto">{label(named(one))}</span>
        {one.draft && <span className="badge">{w.draft}</span>}
        {!one.in_force && !one.draft && <span className="badge">{w.waits}</span>}
      </button>
    </li>
  );
}

/** What was taken away, to be looked at and brought back. */
function Removed({ removed, chosen }: { removed: TakenAway[]; chosen: string | undefined }) {
  const { words: w, label } = useSpeech();
  const [, change] = useAddress();
  return (
    <details className="removed" open={removed.some((one) => one.name === chosen)}>
      <summary>{w.removed}</summary>
      <ul>
        {removed.map((one) => (
          <li key={one.name}>
            <button
              type="button"
              aria-current={one.name === chosen ? 'page' : undefined}
              onClick={() => change(() => ({ attribute: one.name }))}
            >
              <span dir="auto">{label(one)}</span>
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}

function New({ known }: { known: string[] }) {
  const { words: w } = useSpeech();
  const [search, change] = useAddress();
  const from = typeof search.from === 'string' && search.attribute === undefined ? search.from : null;
  return (
    <NewName
      says={w.add}
      begin={w.begin}
      hint={w.nameHint}
      taken={w.taken}
      known={known}
      put={(name) => change(() => ({ attribute: name, from: search.from }))}
    >
      {from !== null && (
        <span>
          {w.newFrom} <bdi>{from}</bdi>
        </span>
      )}
    </NewName>
  );
}

const named = (one: AttributeListed) => ({ name: one.name, label: one.label });
