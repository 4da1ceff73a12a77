// How much happened when: one bar a stretch of time, and a mark where the clock stands.
import { scaleLinear } from 'd3-scale';
import './activity.css';

export interface ActivityBar {
  start: string;
  end: string;
  count: number;
}

interface Props {
  bars: ActivityBar[];
  /** The chosen moment, in milliseconds; bars behind it are pale. */
  at: number;
  first: number;
  last: number;
  label: string;
  say: (bar: ActivityBar) => string;
}

const WIDTH = 1000;
const HEIGHT = 56;

export function Activity({ bars, at, first, last, label, say }: Props) {
  const x = scaleLinear([first, Math.max(last, first + 1)], [0, WIDTH]);
  const y = scaleLinear([0, Math.max(1, ...bars.map((bar) => bar.count))], [0, HEIGHT - 4]);
  return (
    <svg
      className="activity"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {bars.map((bar) => {
        const left = Math.max(0, x(Date.parse(bar.start)));
        const right = Math.min(WIDTH, x(Date.parse(bar.end)));
        const height = bar.count === 0 ? 0 : Math.max(2, y(bar.count));
        return (
          <rect
            key={bar.start}
            className={Date.parse(bar.start) > at ? 'activity-later' : 'activity-bar'}
            data-count={bar.count}
            x={left}
            y={HEIGHT - height}
            width={Math.max(1, right - left - 2)}
            height={height}
          >
            <title>{say(bar)}</title>
          </rect>
        );
      })}
      <line className="activity-at" x1={x(at)} x2={x(at)} y1={0} y2={HEIGHT} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
