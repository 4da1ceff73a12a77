// Tiles as large as what they stand for, within the part that they belong to. Arrows go from tile to tile, Enter opens.
import { hierarchy, treemap, treemapSquarify } from 'd3-hierarchy';
import { type KeyboardEvent, useRef, useState } from 'react';
import './hues.css';
import './treemap.css';
import { useWidth } from './width';

export interface Tile {
  id: string;
  part: string;
  size: number;
  /** What stands on it, the most important first; what has no room is left out. */
  lines: string[];
  /** What is read aloud, and shown when it is pointed at. */
  says: string;
  colour: string;
}

interface Props {
  label: string;
  tiles: Tile[];
  /** What each part is called, in the order of the parts. */
  parts: { part: string; called: string; colour: string }[];
  chosen: string | null;
  open: (id: string) => void;
}

interface Node {
  part?: string;
  tile?: Tile;
  children?: Node[];
}

const FIRST = 900;
const HEAD = 22;
const LINE = 15;
/** The width of a letter, about, and of a strong one. */
const LETTER = 7;
const STRONG = 8;
const PAD = 6;

export function Treemap({ label, tiles, parts, chosen, open }: Props) {
  const [box, width] = useWidth<HTMLDivElement>(FIRST);
  const height = Math.max(320, Math.min(560, Math.round(width * 0.56)));
  const svg = useRef<SVGSVGElement>(null);
  const [at, setAt] = useState<string | null>(null);
  const shown = tiles.filter(({ size }) => size > 0);
  const root: Node = {
    children: parts
      .map(({ part }) => ({ part, children: shown.filter((tile) => tile.part === part).map((tile) => ({ tile })) }))
      .filter(({ children }) => children.length > 0),
  };
  const laid = treemap<Node>()
    .tile(treemapSquarify)
    .size([width, height])
    .paddingOuter(({ depth }) => (depth === 1 ? 2 : 0))
    .paddingTop((one) => (headed(one) ? HEAD : 0))
    .paddingInner(2)
    .round(true)(
    hierarchy(root)
      .sum(({ tile }) => tile?.size ?? 0)
      .sort((a, b) => (b.value ?? 0) - (a.value ?? 0)),
  );
  const leaves = laid.leaves().filter((leaf) => leaf.data.tile !== undefined);
  const current = [at, chosen].find((id) => leaves.some((leaf) => leaf.data.tile?.id === id));
  const first = current ?? leaves[0]?.data.tile?.id;

  function key(event: KeyboardEvent, id: string) {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      open(id);
      return;
    }
    const way = WAYS[event.key];
    const from = leaves.find((leaf) => leaf.data.tile?.id === id);
    if (way === undefined || from === undefined) return;
    event.preventDefault();
    const to = nearest(from, leaves, way)?.data.tile?.id;
    if (to === undefined) return;
    setAt(to);
    svg.current?.querySelector<SVGGElement>(`[data-tile="${CSS.escape(to)}"]`)?.focus();
  }

  return (
    <div ref={box} className="treemap-box">
      {/* biome-ignore lint/a11y/useSemanticElements: a drawing is no set of fields */}
      <svg
        ref={svg}
        className="treemap"
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role="group"
        aria-label={label}
      >
        {(laid.children ?? []).map((one) => {
          const part = parts.find(({ part }) => part === one.data.part);
          const room = Math.floor((one.x1 - one.x0 - 2 * PAD) / STRONG);
          return (
            <g key={one.data.part} data-part={one.data.part}>
              <rect className="treemap-part" x={one.x0} y={one.y0} width={one.x1 - one.x0} height={one.y1 - one.y0} />
              {headed(one) && (
                <text className="treemap-head" x={one.x0 + PAD} y={one.y0 + 15}>
                  {short(part?.called ?? '', room)}
                </text>
              )}
            </g>
          );
        })}
        {leaves.map((leaf) => {
          const tile = leaf.data.tile as Tile;
          const [wide, high] = [leaf.x1 - leaf.x0, leaf.y1 - leaf.y0];
          return (
            // biome-ignore lint/a11y/useSemanticElements: HTML's own button does not go into a drawing
            <g
              key={tile.id}
              className={tile.id === chosen ? 'treemap-tile treemap-chosen' : 'treemap-tile'}
              data-tile={tile.id}
              data-size={tile.size}
              role="button"
              aria-label={tile.says}
              aria-pressed={tile.id === chosen}
              tabIndex={tile.id === first ? 0 : -1}
              onClick={() => open(tile.id)}
              onKeyDown={(event) => key(event, tile.id)}
              onFocus={() => setAt(tile.id)}
            >
              <title>{tile.says}</title>
              <rect className={tile.colour} x={leaf.x0} y={leaf.y0} width={wide} height={high} />
              {written(tile.lines, wide - 2 * PAD, high - PAD).map(({ text, strong }, line) => (
                <text
                  // biome-ignore lint/suspicious/noArrayIndexKey: a line has no other name than its place
                  key={line}
                  className={strong ? 'treemap-strong' : undefined}
                  x={leaf.x0 + PAD}
                  y={leaf.y0 + PAD + 10 + line * LINE}
                >
                  {text}
                </text>
              ))}
            </g>
          );
        })}
      </svg>
    </div>
  );
}

/** Whether a part has a head: where that would take more than a quarter of it, the tiles have all of it. */
const headed = ({ depth, y0, y1 }: Box & { depth: number }) => depth === 1 && y1 - y0 >= 4 * HEAD;

const WAYS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

interface Box {
  x0: number;
  x1: number;
  y0: number;
  y1: number;
}

/** The nearest box in a direction: how far it is that way counts, and twice how far it is aside. */
export function nearest<One extends Box>(from: One, all: One[], [right, down]: [number, number]): One | undefined {
  const middle = (box: Box) => [(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2] as const;
  const [x, y] = middle(from);
  let [found, least]: [One | undefined, number] = [undefined, Number.POSITIVE_INFINITY];
  for (const one of all) {
    const [alongX, alongY] = [middle(one)[0] - x, middle(one)[1] - y];
    const forth = alongX * right + alongY * down;
    const far = forth + 2 * Math.abs(alongX * down + alongY * right);
    if (one !== from && forth > 0 && far < least) [found, least] = [one, far];
  }
  return found;
}

/** Lines broken to fit a tile: the first text as far as there is room, the others each on one line, or not at all. */
export function written(lines: string[], wide: number, high: number): { text: string; strong: boolean }[] {
  const [room, most] = [Math.floor(wide / LETTER), Math.floor(high / LINE)];
  if (room < 5 || most < 1) return [];
  const [name = '', ...rest] = lines;
  const kept = rest.filter((text) => text.length <= room).slice(0, Math.max(0, most - 1));
  const broken = wrapped(name, Math.floor(wide / STRONG), most - kept.length);
  return [...broken.map((text) => ({ text, strong: true })), ...kept.map((text) => ({ text, strong: false }))];
}

function wrapped(text: string, room: number, most: number): string[] {
  const found: string[] = [];
  for (const word of text.split(' ')) {
    const last = found.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= room) found[found.length - 1] = `${last} ${word}`;
    else found.push(word);
  }
  const shown = found.slice(0, most).map((line) => short(line, room));
  if (found.length > most && most > 0) shown[most - 1] = short(`${found[most - 1]}…`, room);
  return shown.map((line) => line.replace(/[,;:]?…$/, '…'));
}

const short = (text: string, room: number) => (text.length <= room ? text : `${text.slice(0, Math.max(0, room - 1))}…`);
