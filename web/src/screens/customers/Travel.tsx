// The two clocks: until when things happened, and what had come in by when. Each is a slider over the customer's time.
import { type ReactNode, useEffect, useId, useState } from 'react';
import { Activity } from '../../charts/Activity';
import { type Clocks, useTimeline } from './api';
import { useSpeech } from './speech';

interface Props extends Clocks {
  customer: string;
  travel: (to: Partial<Clocks>) => void;
}

const STEPS = 400;
const PAUSE = 150;

export function Travel({ customer, at, known, travel }: Props) {
  const speech = useSpeech();
  const { words: w } = speech;
  const told = useTimeline({ customer, when: { at: null, known: null }, chosen: [] }).data?.pages[0];
  const first = told?.first == null ? null : Date.parse(told.first);
  const last = told === undefined ? 0 : Date.parse(told.at);
  const [open, setOpen] = useState(known !== null);
  if (told === undefined || first === null || first >= last) return null;
  const past = at !== null || known !== null;
  return (
    <section className={past ? 'travel travel-past' : 'travel'} aria-label={w.travel}>
      <Clock
        says={w.happened}
        hint={w.travelHint}
        now={w.now}
        time={at}
        first={first}
        last={last}
        put={(time) => travel({ at: time })}
      >
        {(shown) => (
          <Activity
            bars={told.bars}
            at={shown}
            first={first}
            last={last}
            label={w.activity}
            say={(bar) => `${speech.time(bar.start)}: ${speech.plural(bar.count, w.messages)}`}
          />
        )}
      </Clock>
      <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{w.knownToo}</summary>
        {open && (
          <Clock
            says={w.knew}
            hint={w.knewHint}
            now={w.cameIn}
            time={known}
            first={first}
            last={last}
            put={(time) => travel({ known: time })}
          />
        )}
      </details>
      <div className="travel-foot">
        <span className="quiet">{!past && w.seeNow}</span>
        {past && (
          <button type="button" onClick={() => travel({ at: null, known: null })}>
            {w.backToNow}
          </button>
        )}
      </div>
    </section>
  );
}

interface ClockProps {
  says: string;
  hint: string;
  /** What the end of the slider is called. */
  now: string;
  time: string | null;
  first: number;
  last: number;
  put: (time: string | null) => void;
  children?: (shown: number) => ReactNode;
}

function Clock({ says, hint, now, time, first, last, put, children }: ClockProps) {
  const speech = useSpeech();
  const id = useId();
  const clock = time === null ? last : Date.parse(time);
  const [dragged, setDragged] = useState<number | null>(null);
  useEffect(() => {
    if (dragged === null) return;
    const waiting = setTimeout(() => {
      setDragged(null);
      put(dragged >= STEPS ? null : new Date(first + ((last - first) * dragged) / STEPS).toISOString());
    }, PAUSE);
    return () => clearTimeout(waiting);
  }, [dragged, first, last, put]);
  const step = dragged ?? Math.round(((Math.min(clock, last) - first) / (last - first)) * STEPS);
  const shown = dragged === null ? clock : first + ((last - first) * dragged) / STEPS;
  const told = time === null && dragged === null ? now : speech.time(shown);
  return (
    <div className="clock">
      {children?.(shown)}
      <div className="clock-says">
        <label htmlFor={id}>
          <strong>{says}</strong>
        </label>
        <output>{told}</output>
      </div>
      <input
        id={id}
        type="range"
        aria-valuetext={told}
        aria-describedby={`${id}hint`}
        min={0}
        max={STEPS}
        value={Math.max(0, step)}
        onChange={(event) => setDragged(Number(event.target.value))}
      />
      <p id={`${id}hint`} className="quiet clock-hint">
        {hint}
      </p>
    </div>
  );
}
