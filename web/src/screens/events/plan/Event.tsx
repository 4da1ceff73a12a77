// One event: how much of it comes in, what has changed lately, and its fields as sent and as planned.
import { useState } from 'react';
import { useRights } from '../../../app/session';
import { Way } from '../../../app/Way';
import { Sparkline } from '../../../charts/Sparkline';
import { Trouble } from '../../../ui/Trouble';
import { type EventStanding, type PlanStanding, usePlanned } from './api';
import { Drifted } from './Drifted';
import { Expecting } from './Expecting';
import { Fields } from './Fields';
import { useSpeech } from './speech';

export function Event({ event, plan }: { event: EventStanding; plan: PlanStanding }) {
  const { words: w, number, plural, date, time } = useSpeech();
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
          say={(place) => w.onDay(date(plan.days[place] ?? ''), number(event.days[place] ?? 0))}
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
              <Way to="/attributes" search={{ view: 'events', event: event.name ?? event.type }}>
                {plural(event.attributes, w.updates)}
              </Way>
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
