// Which events count: one of a name, several, or all of a type.

import { useSeenEvents } from '../../app/seen';
import { Typed } from '../../ui/Field';
import type { Sentence } from './api';
import { useSpeech } from './speech';

type Which = NonNullable<Sentence['event']>[number];
const TYPES = ['page', 'screen', 'identify', 'group', 'alias', 'track'] as const;

interface Props {
  events: Which[];
  put: (events: Which[]) => void;
}

export function EventsField({ events, put }: Props) {
  const { words: w } = useSpeech();
  const { data: seen } = useSeenEvents();
  const names = seen?.events.filter((one) => one.type === 'track').map((one) => one.name ?? '') ?? [];
  const shown: Which[] = events.length === 0 ? [{ type: 'track', name: '' }] : events;
  const add = (chosen: string) => {
    const type = TYPES.find((one) => one === chosen);
    const more: Which = type === undefined ? { type: 'track', name: '' } : { type, name: null };
    // What nobody has filled in yet makes room for all of a type.
    put([...events.filter((one) => type === undefined || one.name !== ''), more]);
  };
  return (
    <>
      {[...shown.entries()].map(([place, one]) => (
        <span key={place} className="which">
          {place > 0 && <span className="quiet">{w.or}</span>}
          {one.name == null ? (
            <span className="chip">{w.types[one.type ?? 'track']}</span>
          ) : (
            <Typed
              says={place === 0 ? w.event : w.eventAt(String(place + 1))}
              value={one.name}
              offered={names}
              put={(name) => put(shown.with(place, { type: 'track', name }))}
            />
          )}
          {(shown.length > 1 || one.name == null) && (
            <button
              type="button"
              className="small"
              aria-label={w.removeEvent(one.name ?? w.types[one.type ?? 'track'])}
              onClick={() => put(shown.toSpliced(place, 1))}
            >
              ×
            </button>
          )}
        </span>
      ))}
      <select className="small" aria-label={w.moreEvents} value="" onChange={(chosen) => add(chosen.target.value)}>
        <option value="">{w.orMore}</option>
        <option value="name">{w.anotherEvent}</option>
        {TYPES.filter((type) => !events.some((one) => one.name == null && one.type === type)).map((type) => (
          <option key={type} value={type}>
            {w.types[type]}
          </option>
        ))}
      </select>
    </>
  );
}
