// What has run lately, and how it ended.
import { type Run, useRuns } from '../../app/runs';
import { Way } from '../../app/Way';
import { Bar } from '../../ui/Bar';
import { Empty } from '../../ui/Empty';
import { State } from '../../ui/State';
import { Table } from '../../ui/Table';
import { useSpeech } from './speech';

const MOST = 5;

export function Runs() {
  const { words: w } = useSpeech();
  const { data } = useRuns();
  if (data === undefined) return null;
  const { runs } = data;
  return (
    <section aria-labelledby="runs" className="home-part">
      <header className="home-part-head">
        <h2 id="runs">{w.runs}</h2>
        {runs.length > MOST && (
          <Way to="/settings" search={{ part: 'runs' }}>
            {w.allRuns}
          </Way>
        )}
      </header>
      {runs.length === 0 ? (
        <Empty>{w.noRuns}</Empty>
      ) : (
        <Table heads={[{ text: w.run, number: true }, w.kind, w.started, { text: w.took, number: true }, w.ended]}>
          <tbody>
            {runs.slice(0, MOST).map((run) => (
              <Row key={run.number} run={run} />
            ))}
          </tbody>
        </Table>
      )}
    </section>
  );
}

function Row({ run }: { run: Run }) {
  const { words: w, number, time } = useSpeech();
  const failed = run.error != null;
  const going = run.ended === undefined && !failed;
  return (
    <tr>
      <td className="number">{run.number}</td>
      <th scope="row">{w.kinds[run.kind] ?? run.kind}</th>
      <td>{time(run.started)}</td>
      <td className="number">{run.seconds === undefined ? '' : `${number(run.seconds, 1)} s`}</td>
      <td>
        <State of={failed ? 'failed' : going ? 'building' : 'live'}>{going ? w.going : (run.error ?? w.ok)}</State>
        {going && run.of !== undefined && <Bar label={w.going} done={run.done} of={run.of} />}
      </td>
    </tr>
  );
}
