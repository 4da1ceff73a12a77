// A small chart in a line of text: one bar for each day, the last one today.
import { scaleLinear } from 'd3-scale';
import './sparkline.css';

interface Props {
  counts: number[];
  label: string;
  /** What is said of a bar, by its place. */
  say: (place: number) => string;
  tall?: boolean;
}

const STEP = 6;
const HEIGHT = 32;

export function Sparkline({ counts, label, say, tall = false }: Props) {
  const y = scaleLinear([0, Math.max(1, ...counts)], [0, HEIGHT]);
  return (
    <svg
      className={tall ? 'sparkline sparkline-tall' : 'sparkline'}
      viewBox={`0 0 ${STEP * counts.length} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {[...counts.entries()].map(([place, count]) => {
        const height = count === 0 ? 0.75 : Math.max(1.5, y(count));
        return (
          <rect
            key={place}
            className={count === 0 ? 'sparkline-none' : place === counts.length - 1 ? 'sparkline-today' : undefined}
            data-count={count}
            x={place * STEP}
            y={HEIGHT - height}
            width={STEP - 1}
            height={height}
          >
            <title>{say(place)}</title>
          </rect>
        );
      })}
    </svg>
  );
}
