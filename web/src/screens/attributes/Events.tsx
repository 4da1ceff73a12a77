// The same from the event's side: which attributes it updates, and how.
import type { EventEffects, EventSeen, RuleShown } from '../../api/types.gen';
import { useAddress } from '../../app/address';
import { useSeenEvents } from '../../app/seen';
import { useRights } from '../../app/session';
import { Empty } from '../../ui/Empty';
import { Trouble } from '../../ui/Trouble';
import { useByEvent, useEffects, type Which } from './api';
import { useSpeech } from './speech';
import { told } from './telling';

interface Listed extends Which {
  updates: number | null;
  sent: EventSeen | undefined;
}

export function Events() {
  const { words: w, number, plural, time } = useSpeech();
  const { data: events, error } = useByEvent();
  const { data: seen } = useSeenEvents();
  const [search, change] = useAddress();
  if (error !== null) return <Trouble error={error} />;
  if (events === undefined) return null;
  const all = listed(events, seen?.events ?? []);
  if (all.length === 0) return <Empty>{w.noEvents}</Empty>;
  const chosen = all.find((one) => title(one) === search.event);
  return (
    <div className="builder">
      <nav className="card all" aria-label={w.views.events}>
        <p className="quiet">{w.eventsIntro}</p>
        <ul>
          {all.map((one) => (
            <li key={title(one)}>
              <button
                type="button"
                aria-current={one === chosen ? 'page' : undefined}
                onClick={() => change(() => ({ view: 'events', event: title(one) }))}
              >
                <span dir="auto">{one.name ?? w.types[one.type ?? 'track']}</span>
                {one.updates !== null && <span className="badge">{plural(one.updates, w.updates)}</span>}
                <small className="quiet">
                  {one.sent === undefined ? w.notSeen : w.seen(number(one.sent.count), time(one.sent.received))}
                </small>
              </button>
            </li>
          ))}
        </ul>
      </nav>
      {chosen === undefined ? (
        <Empty>{w.eventsIntro}</Empty>
      ) : (
        <Effects event={{ type: chosen.type ?? 'track', name: chosen.name ?? null }} />
      )}
    </div>
  );
}

/** The events that definitions name, and those that were only sent. */
function listed(events: EventEffects[], seen: EventSeen[]): Listed[] {
  const known = events.map(({ type, name, attributes }) => ({
    type,
    name,
    updates: attributes.length,
    sent: seen.find((other) => other.type === type && other.name === name),
  }));
  const others = seen.filter((one) => !events.some(({ type, name }) => type === one.type && name === one.name));
  return [...known, ...others.map((one) => ({ type: one.type, name: one.name, updates: null, sent: one }))];
}

function Effects({ event }: { event: Which }) {
  const { words: w, label } = useSpeech();
  const { write } = useRights();
  const [, change] = useAddress();
  const { data, error } = useEffects(event);
  if (error !== null) return <Trouble error={error} />;
  if (data === undefined) return null;
  return (
    <section className="card" aria-label={title(event)}>
      <h2 dir="auto">{event.name ?? w.types[event.type ?? 'track']}</h2>
      {data.rule !== null && <Rule rule={data.rule} />}
      {data.attributes.length === 0 && <p className="quiet">{w.updatesNothing}</p>}
      <ul className="effects">
        {data.attributes.map((one) => (
          <li key={one.attribute} data-how={one.how}>
            <button type="button" className="link" onClick={() => change(() => ({ attribute: one.attribute }))}>
              {label({ name: one.attribute, label: one.label })}
            </button>{' '}
            <span className="how">{w.how[one.how]}</span>{' '}
            {one.through.length > 0 && <span className="quiet">{w.through(one.through.join(', '))}</span>}
            <small className="made" dir="auto">
              {told(one.sentence, w)}
            </small>
          </li>
        ))}
      </ul>
      {data.segments.length > 0 && (
        <p>
          {w.segments}: <code>{data.segments.join(', ')}</code>
        </p>
      )}
      {write && event.name != null && (
        <div className="actions">
          <button type="button" onClick={() => change(() => ({ from: event.name }))}>
            {w.makeOne}
          </button>
        </div>
      )}
    </section>
  );
}

function Rule({ rule }: { rule: RuleShown }) {
  const { words: w } = useSpeech();
  const said: [string, string | null][] = [
    [w.rule.key, rule.key],
    [w.rule.also, rule.also.join(', ')],
    [w.rule.removed, rule.removed_by.join(', ')],
    [w.rule.revision, rule.revision],
    [w.rule.money, rule.money.join(', ')],
    [w.rule.currency, rule.currency],
  ];
  return (
    <dl className="rule">
      {said
        .filter(([, what]) => what !== null && what !== '')
        .map(([name, what]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <code>{what}</code>
            </dd>
          </div>
        ))}
    </dl>
  );
}

const title = (event: Which) => event.name ?? event.type ?? 'track';
