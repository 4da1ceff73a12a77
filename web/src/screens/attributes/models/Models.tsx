// The predictive models: what each says and learns from, how good it is beside a naive guess, and what to do next.
import type { ModelShown } from '../../../api/types.gen';
import { useRights } from '../../../app/session';
import { Way } from '../../../app/Way';
import { Lengths } from '../../../charts/Lengths';
import { Empty } from '../../../ui/Empty';
import { type Standing, State } from '../../../ui/State';
import { Table } from '../../../ui/Table';
import { Trouble } from '../../../ui/Trouble';
import { useModels, useTraining } from './api';
import './models.css';
import { useSpeech } from './speech';

const STANDING: Record<ModelShown['state'], Standing> = {
  waiting: 'building',
  on: 'live',
  kept: 'live',
  worse: 'none',
  lacking: 'failed',
};

export function Models() {
  const { words: w, number } = useSpeech();
  const { write } = useRights();
  const { data, error, refetch } = useModels();
  const training = useTraining();
  if (error !== null) return <Trouble error={error} again={refetch} />;
  if (data === undefined) return null;
  if (data.length === 0) {
    return (
      <Empty title={w.none}>
        <p>{w.noneHint}</p>
        <Way to="/attributes">{w.make}</Way>
      </Empty>
    );
  }
  return (
    <div className="models">
      <header className="models-head">
        <p className="lead">
          {w.intro} {w.summary(number(data.filter((one) => one.on).length), number(data.length))}
        </p>
        {write && (
          <button type="button" className="primary" disabled={training.isPending} onClick={() => training.mutate()}>
            {training.isPending ? w.training : w.train}
          </button>
        )}
      </header>
      <Trouble error={training.error} />
      <div className="models-all">
        {data.map((one) => (
          <Model key={one.attribute} one={one} />
        ))}
      </div>
    </div>
  );
}

function Model({ one }: { one: ModelShown }) {
  const { words: w, label, moment } = useSpeech();
  return (
    <article className="card model" data-model={one.attribute} aria-label={one.attribute}>
      <header>
        <h2 dir="auto">{label({ name: one.attribute, label: one.label })}</h2>
        <span className="badge">{w.families[one.model] ?? one.model}</span>
        <State of={STANDING[one.state]}>{w.states[one.state]}</State>
      </header>
      <p>
        {w.says} {one.answers}.
      </p>
      {one.why != null && (
        <p className="notice" dir="auto">
          {one.why}
        </p>
      )}
      <div className="model-sides">
        <dl>
          <dt>{w.learnsFrom}</dt>
          {Object.entries(one.inputs).map(([role, attribute]) => (
            <dd key={role}>
              <Way to="/attributes" search={{ attribute }}>
                {attribute}
              </Way>{' '}
              <span className="quiet">{role}</span>
            </dd>
          ))}
          {Object.keys(one.options).length > 0 && (
            <>
              <dt>{w.options}</dt>
              {Object.entries(one.options).map(([name, value]) => (
                <dd key={name}>
                  <code>
                    {name}: {Array.isArray(value) ? value.join(', ') : String(value)}
                  </code>
                </dd>
              ))}
            </>
          )}
        </dl>
        <Measured one={one} />
      </div>
      <footer>
        <span className="quiet">{one.trained === null ? w.notTrained : w.trained(moment(one.trained))}</span>
        <Next one={one} />
      </footer>
      {one.history.length > 0 && <Versions one={one} />}
    </article>
  );
}

/** The error beside that of the naive guess. */
function Measured({ one }: { one: ModelShown }) {
  const { words: w, number, percent } = useSpeech();
  if (one.error === null || one.baseline === null) {
    return one.on ? <p className="quiet model-measured">{w.describes}</p> : null;
  }
  const apart = one.baseline === 0 ? 0 : Math.abs(one.error - one.baseline) / one.baseline;
  const better = one.error < one.baseline;
  return (
    <figure className="model-measured">
      <figcaption>
        <strong>{w.error}</strong>
        <span className="quiet">{w.errorOf(one.measure ?? '', number(one.customers ?? 0))}</span>
      </figcaption>
      <Lengths
        label={w.error}
        rows={[
          { name: w.model, value: one.error, written: number(one.error, 4), own: true },
          { name: one.baseline_name ?? w.naive, value: one.baseline, written: number(one.baseline, 4), own: false },
        ]}
      />
      <p className={better ? 'model-better' : 'model-worse'}>{(better ? w.better : w.worse)(percent(apart))}</p>
    </figure>
  );
}

function Next({ one }: { one: ModelShown }) {
  const { words: w } = useSpeech();
  return (
    <span className="model-next">
      {one.state === 'lacking' && <Way to="/import">{w.imports}</Way>}
      <Way to="/attributes" search={{ attribute: one.attribute }}>
        {w.change}
      </Way>
    </span>
  );
}

function Versions({ one }: { one: ModelShown }) {
  const { words: w, moment, number } = useSpeech();
  return (
    <details>
      <summary>
        {w.history} ({number(one.history.length)})
      </summary>
      <Table heads={[w.run, w.state, w.version, { text: w.error, number: true }, { text: w.naive, number: true }]}>
        <tbody>
          {one.history.map((trial) => (
            <tr key={trial.run}>
              <th scope="row">{moment(trial.run)}</th>
              <td>{w.states[trial.state]}</td>
              <td>{trial.trained === null ? '–' : moment(trial.trained)}</td>
              <td className="number">{trial.error === null ? '–' : number(trial.error, 4)}</td>
              <td className="number">{trial.baseline === null ? '–' : number(trial.baseline, 4)}</td>
            </tr>
          ))}
        </tbody>
      </Table>
    </details>
  );
}
