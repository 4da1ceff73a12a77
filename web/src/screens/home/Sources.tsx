// Who sends: what came last, how much today and in the week, and who is quiet for longer than usual.
import { Way } from '../../app/Way';
import { Week } from '../../charts/Week';
import { Bar } from '../../ui/Bar';
import { Empty } from '../../ui/Empty';
import { State } from '../../ui/State';
import { Table } from '../../ui/Table';
import type { SourceStanding, SourcesStanding } from './api';
import { useSpeech } from './speech';

export function Sources({ told }: { told: SourcesStanding }) {
  const { words: w, number, percent, plural, time } = useSpeech();
  return (
    <section aria-labelledby="sources" className="home-part">
      <header className="home-part-head">
        <h2 id="sources">{w.sources}</h2>
        <span className="quiet">
          {w.asOf} {time(told.at)}
        </span>
        {!told.complete && (
          <div>
            <State of="building">{w.counting(percent(Math.floor((100 * told.read) / told.of) / 100))}</State>
            <Bar label={w.sources} done={told.read} of={told.of} />
          </div>
        )}
        {told.mirror !== null && (
          <State of={told.mirror.behind === 0 ? 'live' : 'building'}>
            {told.mirror.behind === 0 ? w.mirrorLevel : plural(told.mirror.behind, w.mirrorBehind)}
          </State>
        )}
        <Way to="/settings" search={{ part: 'connect' }}>
          {w.connectOne}
        </Way>
      </header>
      {told.sources.length === 0 && told.complete && (
        <Empty title={w.noSources}>
          <p>{w.noSourcesHint}</p>
        </Empty>
      )}
      {told.sources.length > 0 && (
        <>
          <Table
            heads={[
              w.source,
              w.state,
              w.last,
              { text: w.today, number: true },
              w.week,
              { text: w.total, number: true },
            ]}
          >
            <tbody>
              {told.sources.map((one) => (
                <Row key={one.name} one={one} days={told.days} />
              ))}
            </tbody>
          </Table>
          {told.unnamed > 0 && <p className="quiet">{w.unnamed(number(told.unnamed))}</p>}
          <p className="quiet home-rule">{w.rule}</p>
        </>
      )}
    </section>
  );
}

const LOOKS = { live: 'live', stale: 'failed', seen: 'none', never: 'none' } as const;

function Row({ one, days }: { one: SourceStanding; days: string[] }) {
  const { words: w, number, plural, time, date } = useSpeech();
  const until = one.quiet_until == null ? '' : time(one.quiet_until);
  const sum = one.week.reduce((all, count) => all + count, 0);
  return (
    <tr data-source={one.name} data-state={one.state}>
      <th scope="row">
        <bdi>{one.name}</bdi>
        {one.ways.map((way) => (
          <span key={way} className="badge">
            {w.ways[way]}
          </span>
        ))}
      </th>
      <td>
        <State of={LOOKS[one.state]}>{w.states[one.state]}</State>
        {one.state === 'live' && <p className="quiet home-until">{w.mayBeQuiet(until)}</p>}
        {one.state === 'stale' && (
          <p className="quiet home-until">{one.expected ? w.wasExpected(until) : w.wasUsual(until)}</p>
        )}
      </td>
      <td>
        {one.last === null ? (
          '–'
        ) : (
          <>
            <time dateTime={one.last}>{time(one.last)}</time> <span className="quiet">{one.kind}</span>
          </>
        )}
      </td>
      <td className="number">{number(one.today)}</td>
      <td>
        <Week
          days={days}
          counts={one.week}
          label={plural(sum, w.inWeek)}
          say={(day, count) => `${date(day)}: ${number(count)}`}
        />
      </td>
      <td className="number">{number(one.total)}</td>
    </tr>
  );
}
