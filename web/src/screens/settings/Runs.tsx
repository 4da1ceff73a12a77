// What ran, and how it ended; what is to run next.
import { type Run, useRuns } from '../../app/runs';
import { Empty } from '../../ui/Empty';
import { Table } from '../../ui/Table';
import { Trouble } from '../../ui/Trouble';
import { useSpeech } from './speech';

export function Runs() {
  const { words: w, moment } = useSpeech();
  const { data, error, refetch } = useRuns();
  const next = Object.entries(data?.scheduled ?? {});
  return (
    <>
      <p className="lead">{w.runs.intro}</p>
      <Trouble error={error} again={refetch} />
      {next.length > 0 && (
        <p>
          {w.runs.next}: {next.map(([name, at]) => `${w.workspace.jobs[name] ?? name} ${moment(at)}`).join(' · ')}
        </p>
      )}
      {data?.runs.length === 0 && <Empty title={w.runs.empty}>{w.runs.emptyHint}</Empty>}
      {data !== undefined && data.runs.length > 0 && (
        <Table
          heads={[
            { text: w.runs.number, number: true },
            w.runs.kind,
            w.runs.started,
            { text: w.runs.seconds, number: true },
            w.runs.outcome,
          ]}
        >
          <tbody>
            {data.runs.map((run) => (
              <RunRow key={run.number} run={run} />
            ))}
          </tbody>
        </Table>
      )}
    </>
  );
}

function RunRow({ run }: { run: Run }) {
  const { words: w, moment, number } = useSpeech();
  const failed = run.error !== undefined && run.error !== null;
  const goesOn = run.ended === undefined && !failed;
  return (
    <tr>
      <td className="number">{number(run.number)}</td>
      <td>{w.runs.kinds[run.kind] ?? run.kind}</td>
      <td>
        <time dateTime={run.started}>{moment(run.started)}</time>
      </td>
      <td className="number">{run.seconds === undefined ? w.none : `${number(run.seconds, 1)} ${w.runs.second}`}</td>
      <td dir="auto" className={failed ? 'warning' : undefined}>
        {failed ? `${w.runs.failed}: ${run.error}` : goesOn ? progress(run) : w.runs.done}
      </td>
    </tr>
  );

  function progress({ done, of }: Run) {
    return done === undefined || !of ? w.runs.running : `${w.runs.running}, ${number(done)} / ${number(of)}`;
  }
}
