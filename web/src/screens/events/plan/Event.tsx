// One event: how much of it comes in, what has changed lately, and its fields as sent and as planned.
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useRights } from '../../../app/session';
import { Sparkline } from '../../../charts/Sparkline';
import { Trouble } from '../../../ui/Trouble';
import { type DriftShown, type EventStanding, type PlanStanding, usePlanned } from './api';
import { Expecting } from './Expecting';
import { Fields } from './Fields';
import { dayOf } from './Plan';
import { useSpeech } from './speech';

const ATTRIBUTES: string = '/attributes';

export function Event({ event, plan }: { event: EventStanding; plan: PlanStanding }) {
  const { words: w, number, plural, day, time } = useSpeech();
  const { write } = useRights();
  const [planning, setPlanning] = useState(false);
  const [done, setDone] = useState(false);
  const { data: planned, error } = usePlanned(event);
  const name = event.name ?? w.kinds[event.type] ?? event.type;
  return (
    <article className="plan-event">
      <section className="card">
        <header className="plan-head">
          <h2>
            <bdi>{name}</bdi>
          </h2>
          <span className={event.mode === null ? 'badge' : 'badge plan-mode'}>
            {event.mode === null ? w.notPlanned : w.modes[event.mode]}
          </span>
        </header>
        <Sparkline
          tall
          counts={event.days}
          label={w.perDay(name)}
          say={(place) => w.onDay(day(dayOf(plan.at, place - event.days.length + 1)), number(event.days[place] ?? 0))}
        />
        <dl className="plan-facts">
          <div>
            <dt>{w.seen}</dt>
            <dd>{event.count === 0 ? w.neverSeen : plural(event.count, w.messages)}</dd>
          </div>
          {event.first !== null && event.last !== null && (
            <>
              <div>
                <dt>{w.first}</dt>
                <dd>{time(event.first)}</dd>
              </div>
              <div>
                <dt>{w.last}</dt>
                <dd>{time(event.last)}</dd>
              </div>
            </>
          )}
          <div>
            <dt>{w.byEvent}</dt>
            <dd>
              <Link to={ATTRIBUTES} search={{ view: 'events', event: event.name ?? event.type } as never}>
                {plural(event.attributes, w.updates)}
              </Link>
            </dd>
          </div>
        </dl>
      </section>
      {plan.complete && event.count > 0 && (
        <section className="card" aria-label={w.drift}>
          <h2>{w.drift}</h2>
          {event.drifts.length === 0 && <p className="quiet">{w.noDrift}</p>}
          <ul className="plan-changes">
            {event.drifts.map((drift) => (
              <li key={`${drift.what} ${drift.each} ${drift.path} ${drift.type}`} data-drift={drift.what}>
                <Drifted drift={drift} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {error !== null && <Trouble error={error} />}
      {planned !== undefined && (
        <section className="card" aria-label={w.fields}>
          <header className="plan-head">
            <h2>{w.fields}</h2>
            {write && event.type === 'track' && !planning && (
              <button
                type="button"
                className={event.mode === null ? 'primary' : undefined}
                onClick={() => {
                  setPlanning(true);
                  setDone(false);
                }}
              >
                {event.mode === null ? w.plan : w.change}
              </button>
            )}
          </header>
          {done && (
            <p role="status" className="plan-done">
              {w.written} {plan.in_force ? w.atOnce : w.later}
            </p>
          )}
          {planning ? (
            <Expecting
              event={event.name ?? ''}
              planned={planned}
              close={(written) => {
                setPlanning(false);
                setDone(written);
              }}
            />
          ) : (
            <>
              {planned.sampled > 0 && <p className="quiet">{w.sampled(number(planned.sampled), number(planned.of))}</p>}
              <Fields event={event} planned={planned} />
            </>
          )}
        </section>
      )}
    </article>
  );
}

/** What has changed of an event or a field, in a sentence. */
export function Drifted({ drift, short = false }: { drift: DriftShown; short?: boolean }) {
  const { words: w, number, percent, plural } = useSpeech();
  const said = drift.what === 'volume' ? (value: number) => number(value, 0) : percent;
  const sentence = w.driftSaid[drift.what](
    said(drift.before),
    said(drift.now),
    w.typeNames[drift.type ?? ''] ?? drift.type ?? '',
  );
  return (
    <>
      {!short && drift.path !== null && (
        <>
          <strong>
            <bdi>{drift.each === null ? drift.path : `${drift.each}: ${drift.path}`}</bdi>
          </strong>{' '}
        </>
      )}
      {sentence}
      {!short && drift.what !== 'volume' && (
        <span className="quiet"> ({w.sampledOf(plural(drift.looked_at, w.messages))})</span>
      )}
    </>
  );
}
