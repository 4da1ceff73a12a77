// The same from the event's side: which attributes it updates, and how.
import type { EventEffects } from '../../api/types.gen';
import { useAddress } from '../../app/address';
import { Empty } from '../../ui/Empty';
import { Trouble } from '../../ui/Trouble';
import { type Sentence, useByEvent, useSeenEvents } from './api';
import { useSpeech } from './speech';

export function Events() {
  const { words: w, number, plural, time } = useSpeech();
  const { data: events, error } = useByEvent();
  const { data: seen } = useSeenEvents();
  const [search, change] = useAddress();
  if (error !== null) return <Trouble error={error} />;
  if (events === undefined) return null;
  if (events.length === 0) return <Empty>{w.noEvents}</Empty>;
  const chosen = events.find((one) => title(one) === search.event);
  return (
    <div className="builder">
      <nav className="card all" aria-label={w.byEvent}>
        <p className="quiet">{w.eventsIntro}</p>
        <ul>
          {events.map((one) => {
            const sent = seen?.events.find((other) => other.type === one.type && other.name === one.name);
            return (
              <li key={title(one)}>
                <button
                  type="button"
                  aria-current={one === chosen ? 'page' : undefined}
                  onClick={() => change(() => ({ view: 'events', event: title(one) }))}
                >
                  <span dir="auto">{title(one)}</span>
                  <span className="badge">{plural(one.attributes.length, w.updates)}</span>
                  <small className="quiet">
                    {sent === undefined ? w.notSeen : w.seen(number(sent.count), time(sent.received))}
                  </small>
                </button>
              </li>
            );
          })}
        </ul>
      </nav>
      {chosen === undefined ? <Empty>{w.eventsIntro}</Empty> : <Effects event={chosen} />}
    </div>
  );
}

function Effects({ event }: { event: EventEffects }) {
  const { words: w, label } = useSpeech();
  const [, change] = useAddress();
  return (
    <section className="card" aria-label={title(event)}>
      <h2 dir="auto">{title(event)}</h2>
      <ul className="effects">
        {event.attributes.map((one) => (
          <li key={one.attribute} data-how={one.how}>
            <button type="button" className="link" onClick={() => change(() => ({ attribute: one.attribute }))}>
              {label({ name: one.attribute, label: one.label })}
            </button>{' '}
            <code>{shortly(one.sentence)}</code> – {w.how[one.how]}{' '}
            {one.through.length > 0 && <span className="quiet">{w.through(one.through.join(', '))}</span>}
          </li>
        ))}
      </ul>
      {event.segments.length > 0 && (
        <p>
          {w.segments}: <code>{event.segments.join(', ')}</code>
        </p>
      )}
    </section>
  );
}

const title = (event: EventEffects) => event.name ?? event.type;

/** How an attribute is made, in a few words of the language. */
function shortly(sentence: Sentence | null): string {
  if (sentence === null) return '';
  if (sentence.kind === 'formula') return String(sentence.formula ?? '');
  if (sentence.kind === 'trait') return sentence.trait ?? '';
  const of = [sentence.value?.value, sentence.by].filter((one) => one != null);
  return `${sentence.aggregate}(${of.join(', ')})`;
}
