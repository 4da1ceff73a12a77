// A few numbers beside each other, one bar each: what is one's own, and what it is measured by.
import { scaleLinear } from 'd3-scale';
import './lengths.css';

export interface LengthsRow {
  name: string;
  value: number;
  written: string;
  own: boolean;
}

const WIDTH = 300;
const ROW = 40;
const BAR = 12;
/** Room behind the longest bar for its number. */
const NUMBER = 64;

export function Lengths({ rows, label }: { rows: LengthsRow[]; label: string }) {
  const x = scaleLinear([0, Math.max(...rows.map((row) => row.value), Number.MIN_VALUE)], [0, WIDTH - NUMBER]);
  return (
    <svg className="lengths" viewBox={`0 0 ${WIDTH} ${ROW * rows.length}`} role="img" aria-label={says(rows, label)}>
      {[...rows.entries()].map(([place, row]) => (
        <g key={row.name} transform={`translate(0 ${place * ROW})`}>
          <text className="lengths-name" x={0} y={14}>
            {row.name}
          </text>
          <rect
            className={row.own ? 'lengths-own' : 'lengths-other'}
            data-value={row.value}
            x={0}
            y={20}
            width={Math.max(1, x(row.value))}
            height={BAR}
            rx={2}
          />
          <text className="lengths-number" x={Math.max(1, x(row.value)) + 6} y={20 + BAR - 1.5}>
            {row.written}
          </text>
        </g>
      ))}
    </svg>
  );
}

const says = (rows: LengthsRow[], label: string) =>
  `${label}: ${rows.map((row) => `${row.name} ${row.written}`).join(', ')}`;
