// How many were in each part at each time: one column a time, its parts on top of each other.
import { scaleLinear } from 'd3-scale';
import './hues.css';
import './stacked.css';
import { useWidth } from './width';

interface Props {
  label: string;
  times: string[];
  parts: { name: string; colour: string; sizes: number[] }[];
  /** What is shown of a piece that is pointed at. */
  say: (part: string, time: string, size: number) => string;
  /** What stands below the first and the last column. */
  short: (time: string) => string;
  /** What stands beside the highest line. */
  count: (size: number) => string;
}

const FIRST = 640;
const HEIGHT = 180;
const FOOT = 20;
const SIDE = 52;

export function Stacked({ label, times, parts, say, short, count }: Props) {
  const [box, width] = useWidth<HTMLDivElement>(FIRST);
  const sums = times.map((_, place) => parts.reduce((sum, { sizes }) => sum + (sizes[place] ?? 0), 0));
  const most = Math.max(1, ...sums);
  const y = scaleLinear([0, most], [0, HEIGHT]).nice(4);
  const marks = y.ticks(3).filter((mark) => mark > 0);
  const top = Math.max(HEIGHT, y(most));
  const step = (width - SIDE) / Math.max(1, times.length);
  const wide = Math.max(1, Math.min(36, step - Math.min(3, step / 4)));
  return (
    <div ref={box} className="stacked-box">
      <svg
        className="stacked"
        width={width}
        height={top + FOOT + 8}
        viewBox={`0 -8 ${width} ${top + FOOT + 8}`}
        role="img"
        aria-label={label}
      >
        {marks.map((mark) => (
          <g key={mark}>
            <line className="stacked-mark" x1={SIDE} x2={width} y1={top - y(mark)} y2={top - y(mark)} />
            <text x={SIDE - 6} y={top - y(mark) + 4} textAnchor="end">
              {count(mark)}
            </text>
          </g>
        ))}
        {times.map((time, place) => {
          let under = 0;
          const x = SIDE + place * step + (step - wide) / 2;
          return (
            <g key={time} data-time={time}>
              {parts.map(({ name, colour, sizes }) => {
                const size = sizes[place] ?? 0;
                const high = y(size);
                under += high;
                return size === 0 ? null : (
                  <rect
                    key={name}
                    className={colour}
                    data-part={name}
                    data-size={size}
                    x={x}
                    y={top - under}
                    width={wide}
                    height={high}
                  >
                    <title>{say(name, time, size)}</title>
                  </rect>
                );
              })}
            </g>
          );
        })}
        <line className="stacked-ground" x1={SIDE} x2={width} y1={top} y2={top} />
        <text x={SIDE} y={top + 15}>
          {short(times[0] ?? '')}
        </text>
        {times.length > 1 && (
          <text x={width} y={top + 15} textAnchor="end">
            {short(times.at(-1) ?? '')}
          </text>
        )}
      </svg>
    </div>
  );
}
