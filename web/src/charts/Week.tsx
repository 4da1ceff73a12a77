// How much came on each of the last days: one bar a day, today's last and darker.
import { scaleLinear } from 'd3-scale';
import './week.css';

interface Props {
  /** Days as `2026-11-22`, and how much came on each. */
  days: string[];
  counts: number[];
  label: string;
  say: (day: string, count: number) => string;
}

const STEP = 14;
const HEIGHT = 28;

export function Week({ days, counts, label, say }: Props) {
  const y = scaleLinear([0, Math.max(1, ...counts)], [0, HEIGHT - 1]);
  const width = days.length * STEP;
  return (
    <svg
      className="week"
      viewBox={`0 0 ${width} ${HEIGHT}`}
      width={width}
      height={HEIGHT}
      role="img"
      aria-label={label}
    >
      <line className="week-ground" x1={0} x2={width} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
      {days.map((day, place) => {
        const count = counts[place] ?? 0;
        const height = count === 0 ? 0 : Math.max(2, y(count));
        return (
          <rect
            key={day}
            className={place === days.length - 1 ? 'week-today' : 'week-day'}
            data-day={day}
            data-count={count}
            x={place * STEP + 2}
            y={HEIGHT - height}
            width={STEP - 4}
            height={height}
          >
            <title>{say(day, count)}</title>
          </rect>
        );
      })}
    </svg>
  );
}
