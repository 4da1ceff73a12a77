// How some lie on a scale beside everybody: bars of their own, a line for everybody, and further ones below.
import { scaleLinear } from 'd3-scale';
import './beside.css';

interface Props {
  label: string;
  /** Shares in equal parts of the scale. */
  own: number[];
  everybody: number[];
  other?: number[];
  say: (place: number) => string;
}

const WIDE = 18;
const HIGH = 34;

export function Beside({ label, own, everybody, other, say }: Props) {
  const most = Math.max(0.01, ...own, ...everybody, ...(other ?? []));
  const y = scaleLinear([0, most], [0, HIGH]);
  const width = everybody.length * WIDE;
  const height = other === undefined ? HIGH + 1 : 2 * HIGH + 1;
  const line = (way: 1 | -1) =>
    everybody
      .map((share, place) => `${place === 0 ? 'M' : 'L'}${place * WIDE},${HIGH - way * y(share)} h${WIDE}`)
      .join(' ');
  return (
    <svg className="beside" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      {own.map((share, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a part of a scale has no other name than its place
        <g key={place}>
          <title>{say(place)}</title>
          <rect className="beside-ground" x={place * WIDE} y={0} width={WIDE} height={height} />
          <rect
            className="beside-own"
            data-share={share}
            x={place * WIDE + 2}
            y={HIGH - y(share)}
            width={WIDE - 4}
            height={y(share)}
          />
          {other !== undefined && (
            <rect
              className="beside-other"
              data-share={other[place] ?? 0}
              x={place * WIDE + 2}
              y={HIGH + 1}
              width={WIDE - 4}
              height={y(other[place] ?? 0)}
            />
          )}
        </g>
      ))}
      <path className="beside-all" d={line(1)} />
      {other !== undefined && <path className="beside-all" d={line(-1)} />}
      <line className="beside-axis" x1={0} x2={width} y1={HIGH + 0.5} y2={HIGH + 0.5} />
    </svg>
  );
}
