// The workspace in numbers: each with its time, and with a state of its own.
import { Bar } from '../../ui/Bar';
import { State } from '../../ui/State';
import type { Figure, WorkspaceStanding } from './api';
import { useSpeech } from './speech';

export function Figures({ standing }: { standing: WorkspaceStanding }) {
  const { words: w, time } = useSpeech();
  const at = (label: string) => (figure: Figure) => (figure.at == null ? '' : `${label} ${time(figure.at)}`);
  return (
    <section className="card" aria-labelledby="figures">
      <h2 id="figures">{w.figures}</h2>
      <dl className="home-figures">
        <One name="customers" title={w.customers} figure={standing.customers} when={at(w.asOf)} none="" />
        <One name="messages" title={w.messages} figure={standing.messages} when={at(w.asOf)} none="" />
        <One
          name="attributes"
          title={w.attributes}
          figure={standing.attributes}
          when={at(w.applied)}
          none={w.notApplied}
        />
        <One name="batch" title={w.events} figure={standing.batch} when={at(w.batch)} none={w.noBatch} />
        <One
          name="audit"
          title={w.proved}
          figure={standing.audit}
          when={at(w.audited)}
          none={w.noAudit}
          failed={w.wrongOnes(standing.audit.why ?? '')}
        />
      </dl>
    </section>
  );
}

interface OneProps {
  name: 'customers' | 'messages' | 'attributes' | 'batch' | 'audit';
  title: string;
  figure: Figure;
  when: (figure: Figure) => string;
  /** What is said where there is no number yet. */
  none: string;
  failed?: string;
}

function One({ name, title, figure, when, none, failed }: OneProps) {
  const { words: w, number, percent } = useSpeech();
  const { state = 'live', done, of, why } = figure;
  const known = done != null && of != null && of > 0;
  const told = {
    live: w.right[name],
    none,
    building: known ? w.stateBuilding(percent(Math.floor((100 * done) / of) / 100)) : w.going,
    failed: failed ?? `${w.stateFailed} ${why ?? ''}`,
  };
  return (
    <div data-figure={name} data-state={state}>
      <dt>{title}</dt>
      <dd className="home-value">{figure.value == null ? '–' : number(figure.value)}</dd>
      <dd>
        <State of={state}>{told[state]}</State>
        {state === 'building' && <Bar label={title} done={done} of={of} />}
      </dd>
      <dd className="quiet">{when(figure)}</dd>
    </div>
  );
}
