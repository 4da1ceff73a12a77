// All segments with how many are in each, now and on the last days; and the beginning of a new one.
import { useMemo } from 'react';
import { useAddress } from '../../app/address';
import { useRights } from '../../app/session';
import { Way } from '../../app/Way';
import { Sparkline } from '../../charts/Sparkline';
import { Empty } from '../../ui/Empty';
import { Sought } from '../../ui/Field';
import { NewName } from '../../ui/NewName';
import { Table } from '../../ui/Table';
import { Trouble } from '../../ui/Trouble';
import { type Sizes, useSegments, useSizes, useVocabulary, useWritten } from './api';
import { placeOf } from './place';
import { useSpeech } from './speech';
import { starters } from './starters';
import { told } from './telling';
import { type Known, knownOf, toldLine } from './vocabulary';

interface Line {
  name: string;
  label: Record<string, string>;
  group: string | null;
  says: string;
  count: number | null;
  why: string | null;
  draft: boolean;
  inForce: boolean;
}

export function List() {
  const speech = useSpeech();
  const { words: w, label, number, moment } = speech;
  const { write } = useRights();
  const [search, change] = useAddress();
  const { q } = placeOf(search);
  const { data, error } = useSegments();
  const { data: written } = useWritten();
  const { data: sizes } = useSizes([]);
  const { data: vocabulary } = useVocabulary();
  const known = useMemo(() => knownOf(vocabulary), [vocabulary]);
  if (error !== null) return <Trouble error={error} />;
  if (data === undefined || written === undefined || vocabulary === undefined) return null;
  const counts = new Map(data.segments.map((one) => [one.name, one]));
  const lines = written.map(
    (one): Line => ({
      name: one.name,
      label: one.label,
      group: one.group,
      says: told(one.sentence?.where ?? null, known, speech),
      count: counts.get(one.name)?.count ?? null,
      why: counts.get(one.name)?.why ?? null,
      draft: one.draft,
      inForce: one.in_force,
    }),
  );
  const wanted = q.toLowerCase();
  const fitting = lines.filter((one) => `${label(one)} ${one.name} ${one.says}`.toLowerCase().includes(wanted));
  const groups = [...new Set(fitting.map((one) => one.group ?? ''))];
  const heads = [
    w.segment,
    { text: w.count, number: true },
    { text: w.share, number: true },
    ...(sizes === undefined ? [] : [{ text: w.change, number: true }, w.sizes]),
  ];
  return (
    <>
      <div className="segments-tools">
        {lines.length > 0 && (
          <Sought says={w.find} value={q} put={(text) => change(() => (text === '' ? {} : { q: text }), true)} />
        )}
        {lines.length > 1 && (
          <Way to="/segments" search={{ view: 'overlap' }}>
            {w.compare}
          </Way>
        )}
        {write && lines.length > 0 && (
          <Way to="/segments" search={{ view: 'ready' }}>
            {w.toShelf}
          </Way>
        )}
        {write && (
          <NewName
            says={w.add}
            begin={w.begin}
            hint={w.nameHint}
            taken={w.taken}
            known={[...known.words.keys(), ...lines.map((one) => one.name)]}
            put={(name) => change(() => ({ segment: name, part: 'change' }))}
          />
        )}
      </div>
      {lines.length === 0 && <Nothing known={known} />}
      {lines.length > 0 && fitting.length === 0 && <p className="quiet">{w.noneFits}</p>}
      {fitting.length > 0 && (
        <Table heads={heads} className="table segments-table">
          {groups.map((group) => (
            <tbody key={group}>
              {groups.length > 1 && (
                <tr>
                  <th className="segments-group" scope="rowgroup" colSpan={heads.length}>
                    {group === '' ? w.ungrouped : <bdi>{group}</bdi>}
                  </th>
                </tr>
              )}
              {fitting
                .filter((one) => (one.group ?? '') === group)
                .map((one) => (
                  <Item key={one.name} line={one} customers={data.customers} sizes={sizes ?? null} />
                ))}
            </tbody>
          ))}
        </Table>
      )}
      {lines.length > 0 && (
        <p className="quiet">
          {data.as_of === null || data.customers === null
            ? w.counting
            : w.asOf(moment(data.as_of), number(data.customers))}
        </p>
      )}
    </>
  );
}

function Item({ line, customers, sizes }: { line: Line; customers: number | null; sizes: Sizes | null }) {
  const { words: w, label, number, percent } = useSpeech();
  const { name, count } = line;
  return (
    <tr>
      <th scope="row" className="segments-name">
        <Way to="/segments" search={line.inForce ? { segment: name } : { segment: name, part: 'change' }}>
          <bdi>{label(line)}</bdi>
        </Way>
        {line.draft && <span className="badge">{w.draft}</span>}
        {!line.inForce && !line.draft && <span className="badge">{w.waits}</span>}
        <span className="segments-says">
          <bdi>{line.says}</bdi>
        </span>
        {line.why !== null && <span className="segments-says">{line.why}</span>}
      </th>
      <td className="number" data-count={count}>
        {count === null ? '–' : number(count)}
      </td>
      <td className="number">
        {count === null || customers === null ? (
          '–'
        ) : (
          <>
            {percent(customers === 0 ? 0 : count / customers)}
            <meter min={0} max={Math.max(1, customers)} value={count} aria-label={`${w.share}, ${label(line)}`} />
          </>
        )}
      </td>
      {sizes !== null && <Course line={line} sizes={sizes} />}
    </tr>
  );
}

/** How the size has changed since yesterday, and on the last days. */
function Course({ line, sizes }: { line: Line; sizes: Sizes }) {
  const { words: w, label, number, day } = useSpeech();
  const known = (sizes.sizes[line.name] ?? []).map((size, place) => ({ at: sizes.at[place] ?? '', size }));
  const days = known.filter((one): one is { at: string; size: number } => one.size !== null);
  const before = days.at(-2)?.size ?? null;
  const change = line.count === null || before === null ? null : line.count - before;
  return (
    <>
      <td className={change === null || change === 0 ? 'number quiet' : change > 0 ? 'number came' : 'number went'}>
        {change === null ? '–' : `${change > 0 ? '+' : change < 0 ? '−' : '±'}${number(Math.abs(change))}`}
      </td>
      <td>
        {days.length > 1 && (
          <Sparkline
            counts={days.map((one) => one.size)}
            label={w.sizesOf(label(line))}
            say={(place) => w.onDay(day(days[place]?.at ?? ''), number(days[place]?.size ?? 0))}
          />
        )}
      </td>
    </>
  );
}

/** What to do while there is no segment: begin with a condition over what there is. */
function Nothing({ known }: { known: Known }) {
  const speech = useSpeech();
  const { words: w } = speech;
  return (
    <Empty title={w.none}>
      {known.words.size === 0 ? (
        <>
          <p>{w.noAttributes}</p>
          <Way to="/attributes">{w.toAttributes}</Way>
        </>
      ) : (
        <>
          <p className="lead">{w.noneHint}</p>
          <ul className="starters">
            {starters(known).map(({ name, line }) => (
              <li key={name}>
                <Way to="/segments" search={{ segment: name, part: 'change', begin: name }} className="button">
                  {toldLine(line, known, speech)}
                </Way>
              </li>
            ))}
          </ul>
        </>
      )}
      <p>
        <Way to="/segments" search={{ view: 'ready' }}>
          {w.toShelf}
        </Way>
      </p>
    </Empty>
  );
}
