// Events as they were really sent, beside what the plan expects of them. The address says which and how filtered.
import { useState } from 'react';
import { useAddress } from '../../../app/address';
import { Sparkline } from '../../../charts/Sparkline';
import { Bar } from '../../../ui/Bar';
import { Empty } from '../../../ui/Empty';
import { Options, Select, Sought } from '../../../ui/Field';
import { Trouble } from '../../../ui/Trouble';
import { type EventStanding, type PlanStanding, usePlan } from './api';
import { Event } from './Event';
import './plan.css';
import { useSpeech } from './speech';

type Filter = 'all' | 'drift' | 'planned' | 'unplanned' | 'unseen';

const FITS: Record<Filter, (event: EventStanding) => boolean> = {
  all: () => true,
  drift: (event) => event.drifts.length > 0,
  planned: (event) => event.mode !== null,
  unplanned: (event) => event.mode === null,
  unseen: (event) => event.count === 0,
};

export function Plan() {
  const { words: w, number, time } = useSpeech();
  const { data: plan, error, refetch } = usePlan();
  if (error !== null) return <Trouble error={error} again={refetch} />;
  if (plan === undefined) return null;
  return (
    <>
      <p className="quiet lead">{w.intro}</p>
      {!plan.applied && (
        <p className="notice" role="status">
          {w.byHand(plan.file)} <code>hf apply</code>. {!plan.in_force && w.later}
        </p>
      )}
      {!plan.complete && (
        <p className="plan-reading" role="status">
          <Bar label={w.intro} done={plan.read} of={plan.of} /> {w.reading(number(plan.read), number(plan.of))}
        </p>
      )}
      {plan.events.length === 0 ? (
        <Empty title={w.none}>{w.noneHint}</Empty>
      ) : (
        <div className="plan-sides">
          <List plan={plan} />
          <Chosen plan={plan} />
        </div>
      )}
      <Rules plan={plan} />
      <p className="quiet">{w.asOf(time(plan.at))}</p>
    </>
  );
}

function Chosen({ plan }: { plan: PlanStanding }) {
  const { words: w } = useSpeech();
  const [search] = useAddress();
  const event = plan.events.find((one) => keyOf(one) === search.event);
  return event === undefined ? <Empty>{w.choose}</Empty> : <Event key={keyOf(event)} event={event} plan={plan} />;
}

function List({ plan }: { plan: PlanStanding }) {
  const { words: w } = useSpeech();
  const [search, change] = useAddress();
  const [wanted, setWanted] = useState('');
  const only = (typeof search.only === 'string' && search.only in FITS ? search.only : 'all') as Filter;
  const fitting = plan.events.filter(
    (one) => FITS[only](one) && (one.name ?? one.type).toLowerCase().includes(wanted.toLowerCase()),
  );
  return (
    <nav className="card plan-list" aria-label={w.events}>
      <Sought says={w.find} value={wanted} put={setWanted} />
      <Select
        label={w.only}
        value={only}
        put={(only) => change((from) => ({ ...from, only: only === 'all' ? undefined : only }))}
      >
        <Options of={w.filters} />
      </Select>
      {fitting.length === 0 && <p className="quiet">{w.noneFits}</p>}
      <ul>
        {fitting.map((event) => (
          <Line key={keyOf(event)} event={event} days={plan.days} chosen={keyOf(event) === search.event} />
        ))}
      </ul>
    </nav>
  );
}

function Line({ event, days, chosen }: { event: EventStanding; days: string[]; chosen: boolean }) {
  const { words: w, number, plural, date } = useSpeech();
  const [, change] = useAddress();
  const name = event.name ?? w.kinds[event.type] ?? event.type;
  return (
    <li>
      <button
        type="button"
        aria-current={chosen ? 'true' : undefined}
        data-event={keyOf(event)}
        onClick={() => change((from) => ({ ...from, event: keyOf(event) }))}
      >
        <span className="plan-name">
          <bdi>{name}</bdi>
        </span>
        <Sparkline
          counts={event.days}
          label={w.perDay(name)}
          say={(place) => w.onDay(date(days[place] ?? ''), number(event.days[place] ?? 0))}
        />
        <small className="plan-marks">
          <span className="quiet">{event.count === 0 ? w.neverSeen : plural(event.count, w.messages)}</span>
          <span className={event.mode === null ? 'quiet' : 'plan-mode'}>
            {event.mode === null ? w.notPlanned : w.short[event.mode]}
          </span>
          {event.drifts.length > 0 && <span className="plan-drifts">{plural(event.drifts.length, w.drifts)}</span>}
        </small>
      </button>
    </li>
  );
}

function Rules({ plan: { rules } }: { plan: PlanStanding }) {
  const { words: w, number, percent } = useSpeech();
  return (
    <details className="plan-rules">
      <summary>{w.rules}</summary>
      <ul>
        <li>
          {w.rule.volume(
            number(rules.volume_days),
            number(rules.volume_weeks),
            number(rules.times),
            number(rules.least_expected),
          )}
        </li>
        <li>{w.rule.fields(number(rules.recent_days), number(rules.before_days), number(rules.least_looked_at))}</li>
        <li>{w.rule.moved(percent(rules.moved), percent(rules.usual))}</li>
      </ul>
    </details>
  );
}

/** An event in the address: a track event by its name, others by their type. */
export const keyOf = (event: EventStanding) => (event.type === 'track' ? `track:${event.name}` : event.type);
