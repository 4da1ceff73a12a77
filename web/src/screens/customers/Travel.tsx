// The clock: how much happened when, and a slider that sets the time at which the profile is read.
import { useEffect, useState } from 'react';
import { Activity } from '../../charts/Activity';
import { useTimeline } from './api';
import { useSpeech } from './speech';

interface Props {
  customer: string;
  at: string | null;
  travel: (at: string | null) => void;
}

const STEPS = 400;
const PAUSE = 150;

export function Travel({ customer, at, travel }: Props) {
  const speech = useSpeech();
  const { words: w } = speech;
  const told = useTimeline({ customer, at: null, chosen: [] }).data?.pages[0];
  const first = told?.first == null ? null : Date.parse(told.first);
  const last = told === undefined ? 0 : Date.parse(told.at);
  const clock = at === null ? last : Date.parse(at);
  const [dragged, setDragged] = useState<number | null>(null);
  useEffect(() => {
    if (dragged === null || first === null) return;
    const waiting = setTimeout(() => {
      setDragged(null);
      travel(dragged >= STEPS ? null : new Date(first + ((last - first) * dragged) / STEPS).toISOString());
    }, PAUSE);
    return () => clearTimeout(waiting);
  }, [dragged, first, last, travel]);
  if (told === undefined || first === null || first >= last) return null;
  const step = dragged ?? Math.round(((Math.min(clock, last) - first) / (last - first)) * STEPS);
  const shown = dragged === null ? clock : first + ((last - first) * dragged) / STEPS;
  const says = at === null && dragged === null ? w.now : speech.time(shown);
  return (
    <section className={at === null ? 'travel' : 'travel travel-past'} aria-label={w.travel}>
      <Activity
        bars={told.bars}
        at={shown}
        first={first}
        last={last}
        label={w.activity}
        say={(bar) => `${speech.time(bar.start)}: ${speech.plural(bar.count, w.messages)}`}
      />
      <input
        type="range"
        aria-label={w.travel}
        aria-valuetext={says}
        title={w.travelHint}
        min={0}
        max={STEPS}
        value={Math.max(0, step)}
        onChange={(event) => setDragged(Number(event.target.value))}
      />
      <div className="travel-foot">
        <span className="quiet">{speech.day(first)}</span>
        <output>
          {w.asOf} {says}
        </output>
        {at === null ? (
          <span className="quiet">{w.now}</span>
        ) : (
          <button type="button" onClick={() => travel(null)}>
            {w.backToNow}
          </button>
        )}
      </div>
    </section>
  );
}
