// Which stretch of time counts, and by whose calendar.
import { Options } from '../../ui/Field';
import type { Sentence } from './api';
import { useSpeech } from './speech';

const COUNTED = ['days', 'previous days', 'same days last year', 'hours', 'minutes'];

const MANY = 30;

interface Props {
  sentence: Sentence;
  put: (part: Partial<Sentence>) => void;
}

export function During({ sentence, put }: Props) {
  const { words: w, number } = useSpeech();
  const window = sentence.window ?? null;
  type Kind = NonNullable<typeof window>['kind'];
  const kinds = (Object.keys(w.windows) as Kind[]).filter((kind) => kind !== 'written' || window?.kind === 'written');
  // A number that somebody gave stays; the one of "today" was given by nobody.
  const given = window !== null && COUNTED.includes(window.kind) ? (window.n ?? MANY) : MANY;
  const turn = (kind: string) =>
    put(
      kind === ''
        ? { window: null, zone: 'workspace' }
        : { window: { kind: kind as Kind, n: COUNTED.includes(kind) ? given : 1 } },
    );
  const many = (kind: Kind) => (kind === window?.kind ? number(window.n ?? 1) : '…');
  return (
    <>
      <select aria-label={w.during} value={window?.kind ?? ''} onChange={(event) => turn(event.target.value)}>
        <option value="">{w.lifetime}</option>
        {kinds.map((kind) => (
          <option key={kind} value={kind}>
            {w.windows[kind].replaceAll('N', many(kind))}
          </option>
        ))}
      </select>
      {window !== null && COUNTED.includes(window.kind) && (
        <input
          type="number"
          min={1}
          aria-label={w.howMany}
          value={window.n ?? 1}
          onChange={(event) =>
            put({ window: { ...window, n: Math.max(1, Math.trunc(event.target.valueAsNumber) || 1) } })
          }
        />
      )}
      {window?.kind === 'written' && <code>{window.text}</code>}
      {(window !== null || sentence.zone === 'customer') && (
        <select
          aria-label={w.calendar}
          value={sentence.zone ?? 'workspace'}
          onChange={(event) => put({ zone: event.target.value as 'workspace' | 'customer' })}
        >
          <Options of={w.zones} />
        </select>
      )}
    </>
  );
}
