// A segment as it stands: how many and who, as they are now and were before, and what it shares with others.
import { useMemo, useState } from 'react';
import type { SegmentLine } from '../../api/types.gen';
import { useAddress } from '../../app/address';
import { useFeed } from '../../app/feed';
import { useRights } from '../../app/session';
import { Way } from '../../app/Way';
import { Course } from '../../charts/Course';
import { Table } from '../../ui/Table';
import { Trouble } from '../../ui/Trouble';
import {
  fileOf,
  useMembers,
  useMoved,
  useMoves,
  useOverlaps,
  usePast,
  useSegments,
  useSizes,
  useVocabulary,
  useWrittenOne,
} from './api';
import { Chosen } from './Chosen';
import { People } from './People';
import { placeOf } from './place';
import { useSpeech } from './speech';
import { told } from './telling';
import { type Known, knownOf } from './vocabulary';

const OTHERS = 8;

export function Look({ line }: { line: SegmentLine }) {
  const speech = useSpeech();
  const { words: w, number, percent, moment, plural } = speech;
  const { data: all } = useSegments();
  const { data: written } = useWrittenOne(line.name);
  const { data: vocabulary } = useVocabulary();
  const known = useMemo(() => knownOf(vocabulary), [vocabulary]);
  const { personal } = useRights();
  const customers = all?.customers ?? null;
  const count = line.count ?? null;
  const where = written?.written?.sentence?.where ?? null;
  return (
    <div className="segment">
      <section className="card" aria-label={w.condition}>
        <h3>{w.condition}</h3>
        <p className="segment-says">
          <bdi>{vocabulary === undefined || where === null ? line.where : told(where, known, speech)}</bdi>
        </p>
        {count === null || customers === null ? (
          <p className="quiet">{line.why ?? w.counting}</p>
        ) : (
          <>
            <p className="figure">
              <strong data-count={count}>{plural(count, w.people)}</strong>
              <span className="quiet">
                {w.ofAll(percent(customers === 0 ? 0 : count / customers), number(customers))}
              </span>
            </p>
            <meter min={0} max={Math.max(1, customers)} value={count} aria-label={w.share} />
            {all?.as_of != null && <p className="quiet">{w.asOf(moment(all.as_of), number(customers))}</p>}
          </>
        )}
      </section>
      <OverTime line={line} />
      <Members line={line} known={known} />
      <div className="segment-side">
        {personal && <Moves name={line.name} />}
        <Shared line={line} />
        <Before line={line} known={known} />
      </div>
    </div>
  );
}

function OverTime({ line }: { line: SegmentLine }) {
  const { words: w, label, number, time } = useSpeech();
  const { data: sizes } = useSizes([line.name]);
  if (sizes === undefined) return null;
  const days = (sizes.sizes[line.name] ?? []).flatMap((size, place) =>
    size === null ? [] : [{ at: sizes.at[place] ?? '', count: size }],
  );
  return (
    <section className="card" aria-label={w.size}>
      <h3>{w.size}</h3>
      {days.length < 2 ? (
        <p className="quiet">{sizes.why ?? w.noSizes}</p>
      ) : (
        <Course
          points={days}
          label={w.sizesOf(label(line))}
          say={({ at, count }) => w.onDay(time(at), number(count))}
          number={number}
          when={time}
        />
      )}
    </section>
  );
}

/** The attributes that are shown of members: those that somebody chose, else what the condition asks for. */
const columnsOf = (search: Record<string, unknown>, line: SegmentLine, known: Known) =>
  (placeOf(search).columns ?? line.attributes.slice(0, 4)).filter((one) => known.words.has(one));

function Members({ line, known }: { line: SegmentLine; known: Known }) {
  const { words: w, number, label } = useSpeech();
  const { personal } = useRights();
  const [search, change] = useAddress();
  const columns = columnsOf(search, line, known);
  const { data, error } = useMembers(line.name, columns, personal && known.words.size > 0);
  const put = (names: string[]) => change((before) => ({ ...before, columns: names.join(',') }), true);
  const named = (name: string) => label(known.words.get(name) ?? { name, label: {} });
  return (
    <section className="card segment-members" aria-label={w.members}>
      <h3>{w.members}</h3>
      {!personal && <p className="quiet">{w.hidden}</p>}
      {personal && (
        <Chosen
          label={w.columns}
          adding={w.addColumn}
          chosen={columns}
          put={put}
          others={[...known.words.keys()]}
          named={named}
        />
      )}
      <Trouble error={error} />
      {data?.count === 0 && <p className="quiet">{w.nobody}</p>}
      {data !== undefined && <People attributes={data.attributes} members={data.members} />}
      {data?.count != null && data.count > data.members.length && (
        <p className="quiet">{w.some(number(data.members.length), number(data.count))}</p>
      )}
      {personal && (data?.count ?? 0) > 0 && <Files name={line.name} columns={columns} at={null} />}
    </section>
  );
}

/** All members, to be taken along. */
function Files({ name, columns, at }: { name: string; columns: string[]; at: string | null }) {
  const { words: w } = useSpeech();
  return (
    <p className="segment-past">
      {(['csv', 'parquet'] as const).map((kind) => (
        <a key={kind} className="button" href={fileOf(name, kind, columns, at)} download>
          {w.download(kind === 'csv' ? 'CSV' : 'Parquet')}
        </a>
      ))}
    </p>
  );
}

/** Who came in and left last; whoever does while somebody looks comes on top. */
function Moves({ name }: { name: string }) {
  const { words: w, moment } = useSpeech();
  const { data } = useMoves(name, true);
  useFeed(`segment/${name}`, useMoved());
  const moves = data?.moves ?? [];
  return (
    <section className="card" aria-label={w.moves}>
      <h3>{w.moves}</h3>
      {moves.length === 0 && <p className="quiet">{w.movesHint}</p>}
      <ol className="moves" aria-live="polite">
        {moves.map((one) => (
          <li key={`${one.customer_id} ${one.move} ${one.at}`} data-move={one.move}>
            <span className={one.move === 'entered' ? 'came' : 'went'}>{one.move === 'entered' ? '→' : '←'}</span>{' '}
            {one.customer_id === null ? (
              <span className="quiet">{w.erased}</span>
            ) : (
              <Way to="/customers" search={{ id: one.customer_id }}>
                <bdi>{one.customer_id}</bdi>
              </Way>
            )}{' '}
            {one.move === 'entered' ? w.entered : w.left} <span className="quiet">{moment(one.at)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The other segments that its members are in, most shared first. */
function Shared({ line }: { line: SegmentLine }) {
  const { words: w, label, number, percent } = useSpeech();
  const { data: all } = useSegments();
  const others = (all?.segments ?? []).filter((one) => one.name !== line.name).slice(0, 59);
  const { data } = useOverlaps(all?.as_of == null ? [] : [line.name, ...others.map((one) => one.name)]);
  const own = data?.shared[0]?.[0] ?? null;
  if (others.length === 0 || data === undefined || own === null) return null;
  const shared = others
    .flatMap((one) => {
      const count = data.shared[0]?.[data.names.indexOf(one.name)] ?? null;
      return count === null ? [] : [{ one, count }];
    })
    .sort((a, b) => b.count - a.count)
    .slice(0, OTHERS);
  return (
    <section className="card" aria-label={w.sharedWith}>
      <h3>{w.sharedWith}</h3>
      <p className="quiet">{w.sharedHint}</p>
      <Table heads={[w.segment, { text: w.shared, number: true }, { text: w.ofMembers, number: true }]}>
        <tbody>
          {shared.map(({ one, count }) => (
            <tr key={one.name}>
              <th scope="row">
                <Way to="/segments" search={{ segment: one.name }}>
                  <bdi>{label(one)}</bdi>
                </Way>
              </th>
              <td className="number" data-shared={count}>
                {number(count)}
              </td>
              <td className="number">{percent(own === 0 ? 0 : count / own)}</td>
            </tr>
          ))}
        </tbody>
      </Table>
      <Way
        to="/segments"
        search={{ view: 'overlap', with: [line.name, ...shared.map(({ one }) => one.name)].join(',') }}
      >
        {w.overlap}
      </Way>
    </section>
  );
}

/** How many were in it at a time, and who. */
function Before({ line, known }: { line: SegmentLine; known: Known }) {
  const { words: w, number, time } = useSpeech();
  const { personal } = useRights();
  const [search, change] = useAddress();
  const { at } = placeOf(search);
  const [typed, setTyped] = useState(at?.slice(0, 16) ?? '');
  const { data, error, isFetching } = usePast(line.name, at, personal);
  return (
    <section className="card" aria-label={w.past}>
      <h3>{w.past}</h3>
      <form
        className="segment-past"
        onSubmit={(event) => {
          event.preventDefault();
          change((before) => ({ ...before, at: typed === '' ? undefined : typed }), true);
        }}
      >
        <input
          type="datetime-local"
          aria-label={w.pastAt}
          value={typed}
          max="9999-12-31T23:59"
          onChange={(event) => setTyped(event.target.value)}
        />
        <button type="submit">{w.look}</button>
      </form>
      <p className="quiet">{isFetching ? w.working : w.pastHint}</p>
      <Trouble error={error} />
      {at !== null && data !== undefined && !isFetching && (
        <>
          <p className="figure">
            {data.count === null ? (
              <span>{data.why}</span>
            ) : (
              <strong data-count={data.count}>{w.wereIn(number(data.count), number(data.of))}</strong>
            )}
            <span className="quiet">{time(data.as_of)}</span>
          </p>
          {data.members !== undefined && data.members.length > 0 && (
            <p className="then">
              {data.members.slice(0, 20).map((one) => (
                <Way key={one} to="/customers" search={{ id: one, at }}>
                  <bdi>{one}</bdi>
                </Way>
              ))}
              {data.members.length > 20 && ` … ${w.some('20', number(data.members.length))}`}
            </p>
          )}
          {data.members !== undefined && data.members.length > 0 && (
            <Files name={line.name} columns={columnsOf(search, line, known)} at={at} />
          )}
        </>
      )}
    </section>
  );
}
