// A text before and after, line by line; of long parts that stay only the edges are shown.
import type { Line } from '../../api/types.gen';

const EDGE = 3;

export function Changed({ lines }: { lines: Line[] }) {
  const shown = lines.map(
    (line, place) =>
      line.kind !== 'same' ||
      lines.slice(Math.max(0, place - EDGE), place + EDGE + 1).some((one) => one.kind !== 'same'),
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled must be reached by keyboard
    <pre className="changed-lines" dir="ltr" tabIndex={0}>
      {[...lines.entries()].map(([place, line]) => {
        if (!shown[place]) return place === 0 || shown[place - 1] ? <span key={place}>{'  ⋯\n'}</span> : null;
        if (line.kind === 'removed') return <del key={place}>{`− ${line.text}\n`}</del>;
        if (line.kind === 'added') return <ins key={place}>{`+ ${line.text}\n`}</ins>;
        return <span key={place}>{`  ${line.text}\n`}</span>;
      })}
    </pre>
  );
}
