// How good the data is: what to look at first, each source, each event with its contract and its drift.
import type { EventQuality, SourceQuality, ToLookAt } from '../../../api/types.gen';
import { Way } from '../../../app/Way';
import { Weekdays } from '../../../charts/Weekdays';
import { Empty } from '../../../ui/Empty';
import { Table } from '../../../ui/Table';
import { Trouble } from '../../../ui/Trouble';
import { useQuality } from './api';
import { useSpeech } from './speech';

/** So many fields of an event are told, those that are missing most. */
const FIELDS = 6;
const SEEN = 0.005;

export function Quality() {
  const { words, moment } = useSpeech();
  const w = words.quality;
  const { data, error, refetch } = useQuality();
  if (error !== null) return <Trouble error={error} again={refetch} />;
  if (data === undefined) return <p className="loading">{w.looking}</p>;
  if (data.sources.length === 0) return <Empty title={w.none}>{w.noneHint}</Empty>;
  const numbers = [w.messages, w.read, w.duplicates, w.rejected, w.refused, w.quarantined];
  return (
    <div className="systems">
      <p className="lead">
        {w.intro} <span className="quiet">{w.asOf(moment(data.at))}</span>
      </p>
      <section className="card" aria-label={w.first}>
        <h2>{w.first}</h2>
        {data.problems.length === 0 && <p className="good">{w.fine}</p>}
        <ul className="problems">
          {data.problems.map((one) => (
            <Problem key={`${one.source} ${one.event} ${one.sentence}`} one={one} />
          ))}
        </ul>
      </section>
      <section className="systems" aria-label={w.sources}>
        <h2>{w.sources}</h2>
        <Table heads={[w.source, w.newest, ...numbers.map((text) => ({ text, number: true }))]}>
          <tbody>
            {data.sources.map((one) => (
              <Source key={one.name} one={one} />
            ))}
          </tbody>
        </Table>
      </section>
      <section className="systems" aria-label={w.events}>
        <h2>{w.events}</h2>
        <Table heads={[w.event, w.source, { text: w.messages, number: true }, w.contract, w.missing, w.drift]}>
          <tbody>
            {data.sources.flatMap((source) =>
              source.events.map((one) => (
                <Event key={`${source.name} ${one.type} ${one.name}`} one={one} source={source.name} />
              )),
            )}
          </tbody>
        </Table>
      </section>
      {data.facts.length > 0 && (
        <section className="systems" aria-label={w.facts}>
          <h2>{w.facts}</h2>
          <Table heads={[w.event, ...[w.factsOf, w.again, w.several].map((text) => ({ text, number: true }))]}>
            <tbody>
              {data.facts.map((one) => (
                <Fact key={one.event} one={one} />
              ))}
            </tbody>
          </Table>
        </section>
      )}
    </div>
  );
}

function Problem({ one }: { one: ToLookAt }) {
  const { words } = useSpeech();
  const w = words.quality;
  return (
    <li>
      <strong>
        <bdi>{one.source || w.nameless}</bdi>
        {one.event !== null && (
          <>
            {' · '}
            <bdi>{one.event}</bdi>
          </>
        )}
      </strong>{' '}
      <span dir="auto">{one.sentence}</span>{' '}
      {one.event === null ? (
        <Way to="/events" search={{ tab: 'held' }}>
          {w.toHeld}
        </Way>
      ) : (
        <Way to="/events" search={{ tab: 'plan', event: one.event }}>
          {w.toPlan}
        </Way>
      )}
    </li>
  );
}

function Source({ one }: { one: SourceQuality }) {
  const { words, number, moment } = useSpeech();
  const w = words.quality;
  return (
    <tr>
      <th scope="row">
        <bdi>{one.name || w.nameless}</bdi>
      </th>
      <td>
        {one.received === null ? '–' : moment(one.received)} {one.quiet && <span className="badge">{w.quiet}</span>}
      </td>
      {([one.messages, one.read, one.duplicates, one.rejected, one.refused, one.quarantined] as const).map(
        (count, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the columns stay in their order
          <td key={place} className="number">
            {number(count)}
          </td>
        ),
      )}
    </tr>
  );
}

function Event({ one, source }: { one: EventQuality; source: string }) {
  const { words, number, percent, date } = useSpeech();
  const w = words.quality;
  const missing = one.fields
    .filter((field) => field.missing >= SEEN)
    .sort((left, right) => right.missing - left.missing)
    .slice(0, FIELDS);
  return (
    <tr data-event={one.name ?? one.type}>
      <th scope="row">
        <bdi>{one.name ?? one.type}</bdi>
      </th>
      <td>
        <bdi>{source || w.nameless}</bdi>
      </td>
      <td className="number">{number(one.messages)}</td>
      <td>
        <span className={`contract contract-${one.mode ?? 'none'}`}>{w.modes[one.mode ?? 'none']}</span>
      </td>
      <td>
        {missing.length === 0 ? '–' : null}
        <ul className="missing">
          {missing.map((field) => (
            <li key={`${field.each} ${field.path}`}>
              <bdi>{field.each === null ? field.path : `${field.each}: ${field.path}`}</bdi> {percent(field.missing)}
            </li>
          ))}
        </ul>
      </td>
      <td>
        {one.drifts.length === 0 && <span className="quiet">{w.noDrift}</span>}
        {one.drifts.map((drift) => (
          <div key={`${drift.what} ${drift.path} ${drift.type}`} className="drift">
            <p dir="auto">{drift.sentence}</p>
            {drift.days.length > 0 && (
              <Weekdays
                days={drift.days}
                label={drift.sentence}
                usual={w.usual}
                came={w.came}
                say={(day) => date(day)}
                written={drift.what === 'volume' ? (value) => number(value, 0) : percent}
              />
            )}
          </div>
        ))}
      </td>
    </tr>
  );
}

function Fact({ one }: { one: { event: string; facts: number; told_again: number; of_several_sources: number } }) {
  const { number } = useSpeech();
  return (
    <tr>
      <th scope="row">
        <bdi>{one.event}</bdi>
      </th>
      <td className="number">{number(one.facts)}</td>
      <td className="number">{number(one.told_again)}</td>
      <td className="number">{number(one.of_several_sources)}</td>
    </tr>
  );
}
