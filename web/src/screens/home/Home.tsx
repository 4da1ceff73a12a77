// The first screen: what needs a person, how the workspace stands, what has run.
import './home.css';
import { type Run, useRuns } from '../../app/runs';
import { Bar } from '../../ui/Bar';
import { Empty } from '../../ui/Empty';
import { Table } from '../../ui/Table';
import { Trouble } from '../../ui/Trouble';
import { useStanding } from './api';
import { useSpeech } from './speech';

export default function Home() {
  const { words: w, time } = useSpeech();
  const { data: standing, error, refetch } = useStanding();
  return (
    <>
      <header>
        <h1>{w.title}</h1>
        {standing !== undefined && (
          <p className="quiet">
            {w.asOf} {time(standing.at)}
          </p>
        )}
      </header>
      {standing === undefined && <Trouble error={error} again={refetch} />}
      {standing !== undefined && (
        <div className="home-top">
          <Health troubles={standing.troubles} />
          <Figures standing={standing} />
        </div>
      )}
      <Runs />
    </>
  );
}

type Standing = NonNullable<ReturnType<typeof useStanding>['data']>;

function Health({ troubles }: { troubles: Standing['troubles'] }) {
  const { words: w, plural } = useSpeech();
  const told = { not_ready: w.notReady, mismatch: w.mismatch, failed_run: w.failedRun };
  return (
    <section className={troubles.length === 0 ? 'card health' : 'card health health-bad'} aria-labelledby="health">
      <h2 id="health">{w.health}</h2>
      <p className="health-told">{troubles.length === 0 ? w.fine : plural(troubles.length, w.problems)}</p>
      {troubles.length > 0 && (
        <ul>
          {troubles.map(({ kind, about, run }) => (
            <li key={`${kind} ${about}`}>
              {told[kind](kind === 'failed_run' ? (w.kinds[about] ?? about) : about)}
              {run != null && <span className="quiet"> ({w.runNumber(run)})</span>}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Figures({ standing }: { standing: Standing }) {
  const { words: w, number, time } = useSpeech();
  const { batch } = standing;
  return (
    <section className="card" aria-labelledby="figures">
      <h2 id="figures">{w.figures}</h2>
      <dl className="home-figures">
        <div>
          <dt>{w.customers}</dt>
          <dd>{number(standing.customers)}</dd>
          <dd className="quiet">{standing.waiting === 0 ? w.live : w.waiting(number(standing.waiting))}</dd>
        </div>
        <div>
          <dt>{w.attributes}</dt>
          <dd>{number(standing.attributes)}</dd>
          <dd className="quiet">
            {standing.applied === null ? w.notApplied : `${w.applied} ${time(standing.applied)}`}
          </dd>
        </div>
        <div>
          <dt>{w.events}</dt>
          <dd>{batch === null ? '–' : number(batch.events)}</dd>
          <dd className="quiet">{batch === null ? w.noBatch : `${w.batch} ${time(batch.published)}`}</dd>
        </div>
      </dl>
    </section>
  );
}

function Runs() {
  const { words: w } = useSpeech();
  const { data } = useRuns();
  if (data === undefined) return null;
  const { runs } = data;
  return (
    <section aria-labelledby="runs" className="home-runs">
      <h2 id="runs">{w.runs}</h2>
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

const MOST = 12;

function Row({ run }: { run: Run }) {
  const { words: w, number, time } = useSpeech();
  const going = run.ended === undefined && run.error == null;
  return (
    <tr>
      <td className="number">{run.number}</td>
      <th scope="row">{w.kinds[run.kind] ?? run.kind}</th>
      <td>{time(run.started)}</td>
      <td className="number">{run.seconds === undefined ? '' : `${number(run.seconds, 1)} s`}</td>
      <td>
        {going && run.done !== undefined && run.of !== undefined ? (
          <Bar label={w.going} done={run.done} of={run.of} />
        ) : going ? (
          w.going
        ) : (
          (run.error ?? w.ok)
        )}
      </td>
    </tr>
  );
}
