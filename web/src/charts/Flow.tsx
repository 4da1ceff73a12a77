// Who went from where to where: parts on both sides, as high as many went, and a band for each way.
import './flow.css';
import './hues.css';
import { useWidth } from './width';

export interface Way {
  from: string;
  to: string;
  count: number;
}

interface Props {
  label: string;
  ways: Way[];
  /** What each side's parts are called, and their colours. */
  called: (name: string) => string;
  colour: (name: string) => string;
  say: (way: Way) => string;
  count: (count: number) => string;
}

const FIRST = 720;
const BAR = 10;
const GAP = 10;
const LEAST = 15;
const LETTER = 7.2;

interface Part {
  name: string;
  sum: number;
  y: number;
  high: number;
}

export function Flow({ label, ways, called, colour, say, count }: Props) {
  const [box, width] = useWidth<HTMLDivElement>(FIRST);
  const sum = Math.max(1, total(ways));
  const scale = Math.min(220, 40 + 24 * ways.length) / sum;
  const [left, right] = [stack(ways, 'from', scale), stack(ways, 'to', scale)];
  const height = Math.max(end(left), end(right));
  const side = Math.min(270, width * 0.34);
  const [x0, x1] = [side, width - side];
  const room = Math.floor((side - 10) / LETTER);
  const used = { from: new Map<string, number>(), to: new Map<string, number>() };
  return (
    <div ref={box} className="flow-box">
      <svg
        className="flow"
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={label}
      >
        {ways.map((way) => {
          const thick = way.count * scale;
          const [a, b] = [left.get(way.from) as Part, right.get(way.to) as Part];
          const [begun, done] = [used.from.get(way.from) ?? 0, used.to.get(way.to) ?? 0];
          used.from.set(way.from, begun + thick);
          used.to.set(way.to, done + thick);
          const [ya, yb] = [a.y + inset(a, scale) + begun, b.y + inset(b, scale) + done];
          const [p, q, m] = [x0 + BAR, x1 - BAR, (x0 + x1) / 2];
          return (
            <path
              key={`${way.from} ${way.to}`}
              className={`flow-band ${colour(way.from)}`}
              data-from={way.from}
              data-to={way.to}
              data-count={way.count}
              d={`M${p},${ya} C${m},${ya} ${m},${yb} ${q},${yb} V${yb + thick} C${m},${yb + thick} ${m},${ya + thick} ${p},${ya + thick} Z`}
            >
              <title>{say(way)}</title>
            </path>
          );
        })}
        {[...left.values()].map((part) => (
          <g key={part.name}>
            <rect className={`flow-part ${colour(part.name)}`} x={x0} y={part.y} width={BAR} height={part.high} />
            <text x={x0 - 6} y={part.y + part.high / 2 + 4} textAnchor="end">
              {short(called(part.name), count(part.sum), room)}
            </text>
          </g>
        ))}
        {[...right.values()].map((part) => (
          <g key={part.name}>
            <rect className={`flow-part ${colour(part.name)}`} x={x1 - BAR} y={part.y} width={BAR} height={part.high} />
            <text x={x1 + 6} y={part.y + part.high / 2 + 4}>
              {short(called(part.name), count(part.sum), room)}
            </text>
          </g>
        ))}
      </svg>
    </div>
  );
}

const total = (ways: Way[]) => ways.reduce((sum, { count }) => sum + count, 0);
const end = (parts: Map<string, Part>) => Math.max(0, ...[...parts.values()].map(({ y, high }) => y + high)) + 2;
/** Bands of a part that is higher than they are lie in its middle. */
const inset = (part: Part, scale: number) => (part.high - part.sum * scale) / 2;

function stack(ways: Way[], side: 'from' | 'to', scale: number): Map<string, Part> {
  const sums = new Map<string, number>();
  for (const way of ways) sums.set(way[side], (sums.get(way[side]) ?? 0) + way.count);
  const found = new Map<string, Part>();
  let y = 2;
  for (const [name, sum] of [...sums].sort(([, a], [, b]) => b - a)) {
    const high = Math.max(LEAST, sum * scale);
    found.set(name, { name, sum, y, high });
    y += high + GAP;
  }
  return found;
}

function short(name: string, count: string, room: number): string {
  const left = room - count.length - 1;
  return `${name.length <= left ? name : `${name.slice(0, Math.max(1, left - 1))}…`} ${count}`;
}
