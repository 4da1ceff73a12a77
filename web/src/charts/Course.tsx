// How a number went over time: a line with an area below it, and a point at each time.
import { scaleLinear } from 'd3-scale';
import './course.css';

export interface Point {
  at: string;
  count: number;
}

interface Props {
  /** In the order of time; at least two. */
  points: Point[];
  label: string;
  say: (point: Point) => string;
  number: (count: number) => string;
  when: (at: string) => string;
}

const WIDTH = 640;
const HEIGHT = 150;
const LEFT = 52;
const FOOT = 20;

export function Course({ points, label, say, number, when }: Props) {
  const [first, last] = [points[0]?.at ?? '', points.at(-1)?.at ?? ''];
  const x = scaleLinear([Date.parse(first), Math.max(Date.parse(last), Date.parse(first) + 1)], [LEFT, WIDTH - 6]);
  const y = scaleLinear([0, Math.max(1, ...points.map((one) => one.count))], [HEIGHT, 6]).nice(3);
  const place = (one: Point) => `${x(Date.parse(one.at))},${y(one.count)}`;
  const line = points.map(place).join(' L');
  return (
    <svg className="course" viewBox={`0 0 ${WIDTH} ${HEIGHT + FOOT}`} role="img" aria-label={label}>
      {y.ticks(3).map((tick) => (
        <g key={tick}>
          <line className="course-grid" x1={LEFT} x2={WIDTH} y1={y(tick)} y2={y(tick)} />
          <text x={LEFT - 6} y={y(tick) + 4} textAnchor="end">
            {number(tick)}
          </text>
        </g>
      ))}
      <path
        className="course-area"
        d={`M${x(Date.parse(first))},${HEIGHT} L${line} L${x(Date.parse(last))},${HEIGHT} Z`}
      />
      <path className="course-line" d={`M${line}`} />
      {points.map((one) => (
        <circle key={one.at} data-count={one.count} cx={x(Date.parse(one.at))} cy={y(one.count)} r={2.5}>
          <title>{say(one)}</title>
        </circle>
      ))}
      <text x={LEFT} y={HEIGHT + 15}>
        {when(first)}
      </text>
      <text x={WIDTH - 6} y={HEIGHT + 15} textAnchor="end">
        {when(last)}
      </text>
    </svg>
  );
}
