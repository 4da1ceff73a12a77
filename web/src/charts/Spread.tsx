// How values spread: bars from the least to the greatest, or the commonest values in rows; a line in each where the
// others are that it is compared with.
import { scaleLinear } from 'd3-scale';
import './spread.css';

export interface Mark {
  key: string;
  /** The value, or between which values. */
  name: string;
  /** All that it says, for who points at it. */
  says: string;
  size: number;
  /** The size of the others; null: there is nothing to compare with. */
  beside: number | null;
  /** How many the sizes stand for. */
  count: number;
  besides: number | null;
  /** The size as it is read. */
  shown: string;
}

interface Props {
  marks: Mark[];
  label: string;
  /** The least and the greatest value; null: values in rows, which have no order of their own. */
  ends: [string, string] | null;
}

const WIDTH = 440;
const HEIGHT = 130;
const LINE = 26;
const NAME = 170;
const SIZE = 60;
const LONGEST = 22;

export function Spread({ marks, label, ends }: Props) {
  return ends === null ? <Rows marks={marks} label={label} /> : <Bars marks={marks} label={label} ends={ends} />;
}

const most = (marks: Mark[]) => Math.max(...marks.map((one) => Math.max(one.size, one.beside ?? 0))) || 1;

function Bars({ marks, label, ends }: Omit<Props, 'ends'> & { ends: [string, string] }) {
  const y = scaleLinear([0, most(marks)], [HEIGHT, 2]);
  const wide = WIDTH / marks.length;
  return (
    <svg className="spreading" viewBox={`0 0 ${WIDTH} ${HEIGHT + 20}`} role="img" aria-label={label}>
      {marks.map((one, place) => (
        <g key={one.key} data-own={one.count} data-beside={one.besides}>
          <title>{one.says}</title>
          <rect className="reach" x={place * wide} y={0} width={wide} height={HEIGHT} />
          <rect
            className="own"
            x={place * wide + 1}
            y={y(one.size)}
            width={Math.max(1, wide - 2)}
            height={HEIGHT - y(one.size)}
          />
          {one.beside !== null && one.beside > 0 && (
            <line className="beside" x1={place * wide} x2={(place + 1) * wide} y1={y(one.beside)} y2={y(one.beside)} />
          )}
        </g>
      ))}
      <line className="axis" x1={0} x2={WIDTH} y1={HEIGHT} y2={HEIGHT} />
      <text x={0} y={HEIGHT + 15}>
        {ends[0]}
      </text>
      <text x={WIDTH} y={HEIGHT + 15} textAnchor="end">
        {ends[1]}
      </text>
    </svg>
  );
}

function Rows({ marks, label }: Omit<Props, 'ends'>) {
  const x = scaleLinear([0, most(marks)], [0, WIDTH - NAME - SIZE]);
  return (
    <svg className="spreading" viewBox={`0 0 ${WIDTH} ${marks.length * LINE}`} role="img" aria-label={label}>
      {marks.map((one, place) => (
        <g key={one.key} data-own={one.count} data-beside={one.besides}>
          <title>{one.says}</title>
          <text x={0} y={place * LINE + 17}>
            {one.name.length > LONGEST ? `${one.name.slice(0, LONGEST - 1)}…` : one.name}
          </text>
          <rect className="own" x={NAME} y={place * LINE + 5} width={x(one.size)} height={LINE - 10} />
          {one.beside !== null && one.beside > 0 && (
            <line
              className="beside"
              x1={NAME + x(one.beside)}
              x2={NAME + x(one.beside)}
              y1={place * LINE + 3}
              y2={place * LINE + LINE - 3}
            />
          )}
          <text x={WIDTH} y={place * LINE + 17} textAnchor="end">
            {one.shown}
          </text>
        </g>
      ))}
    </svg>
  );
}

/** What bars are, and what lines. */
export function SpreadLegend({ own, beside }: { own: string; beside: string }) {
  return (
    <p className="spreading-legend">
      <span>
        <svg viewBox="0 0 16 11" aria-hidden="true">
          <rect className="own" width={16} height={11} />
        </svg>
        {own}
      </span>
      <span>
        <svg viewBox="0 0 16 11" aria-hidden="true">
          <line className="beside" x1={0} x2={16} y1={6} y2={6} />
        </svg>
        {beside}
      </span>
    </p>
  );
}
