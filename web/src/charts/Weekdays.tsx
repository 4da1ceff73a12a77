// Days beside what was usual on the same weekdays: two bars a day.
import { scaleLinear } from 'd3-scale';
import './weekdays.css';

interface Day {
  day: string;
  before: number;
  now: number;
}

interface Props {
  days: Day[];
  label: string;
  usual: string;
  came: string;
  say: (day: string) => string;
  written: (value: number) => string;
}

const STEP = 34;
const BAR = 13;
const HEIGHT = 52;

export function Weekdays({ days, label, usual, came, say, written }: Props) {
  const y = scaleLinear([0, Math.max(...days.flatMap((day) => [day.before, day.now]), Number.MIN_VALUE)], [0, HEIGHT]);
  const bar = (value: number) => Math.max(1, y(value));
  return (
    <svg
      className="weekdays"
      viewBox={`0 0 ${STEP * days.length} ${HEIGHT}`}
      width={STEP * days.length}
      height={HEIGHT}
      role="img"
      aria-label={label}
    >
      {[...days.entries()].map(([place, { day, before, now }]) => (
        <g key={day} data-day={day}>
          <rect
            className="weekdays-usual"
            data-value={before}
            x={place * STEP}
            y={HEIGHT - bar(before)}
            width={BAR}
            height={bar(before)}
          >
            <title>{`${say(day)}: ${written(before)} ${usual}`}</title>
          </rect>
          <rect
            className="weekdays-came"
            data-value={now}
            x={place * STEP + BAR + 1}
            y={HEIGHT - bar(now)}
            width={BAR}
            height={bar(now)}
          >
            <title>{`${say(day)}: ${written(now)} ${came}`}</title>
          </rect>
        </g>
      ))}
    </svg>
  );
}
