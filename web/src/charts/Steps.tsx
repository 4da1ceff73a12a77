// What leads to what: columns of names from left to right, and a line for each step.
import { scalePoint } from 'd3-scale';
import './steps.css';

export interface StepsNode {
  id: string;
  name: string;
  kind: string;
}

export interface StepsLink {
  from: string;
  to: string;
}

interface Props {
  columns: StepsNode[][];
  links: StepsLink[];
  label: string;
}

const BOX = 176;
const GAP = 56;
const ROW = 34;
const HIGH = 26;
const LETTERS = 24;

export function Steps({ columns, links, label }: Props) {
  const width = columns.length * (BOX + GAP) - GAP;
  const height = ROW * Math.max(1, ...columns.map((column) => column.length));
  const x = scalePoint<number>(columns.keys(), [0, Math.max(0, width - BOX)]);
  const places = new Map(
    [...columns.entries()].flatMap(([column, nodes]) => {
      // A column stands in the middle of the highest one.
      const top = (height - ROW * nodes.length) / 2;
      const y = scalePoint<number>(nodes.keys(), [top, top + ROW * (nodes.length - 1)]);
      return [...nodes.entries()].map(
        ([place, node]) => [node.id, { node, x: x(column) ?? 0, y: (y(place) ?? 0) + (ROW - HIGH) / 2 }] as const,
      );
    }),
  );
  return (
    <div className="steps-box">
      <svg
        className="steps"
        viewBox={`0 0 ${width} ${height}`}
        width={width}
        height={height}
        role="img"
        aria-label={label}
      >
        {links.map((link) => {
          const [from, to] = [places.get(link.from), places.get(link.to)];
          if (from === undefined || to === undefined) return null;
          const [left, right] = [from.x + BOX, to.x];
          const middle = (left + right) / 2;
          const [above, below] = [from.y + HIGH / 2, to.y + HIGH / 2];
          return (
            <path
              key={`${link.from}→${link.to}`}
              data-from={link.from}
              data-to={link.to}
              d={`M${left},${above} C${middle},${above} ${middle},${below} ${right},${below}`}
            />
          );
        })}
        {[...places.values()].map(({ node, x, y }) => (
          <g key={node.id} className={`steps-${node.kind}`} data-node={node.id} transform={`translate(${x} ${y})`}>
            <rect width={BOX} height={HIGH} rx={5} />
            <text x={10} y={HIGH / 2 + 4.5}>
              {node.name.length > LETTERS ? `${node.name.slice(0, LETTERS - 1)}…` : node.name}
            </text>
            <title>{node.name}</title>
          </g>
        ))}
      </svg>
    </div>
  );
}
