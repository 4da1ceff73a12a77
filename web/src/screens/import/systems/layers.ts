// What depends on a field as a graph: what fills it, the field, then attributes one step behind the other, then segments.
import type { LineageTold } from '../../../api/types.gen';
import type { StepsLink, StepsNode } from '../../../charts/Steps';

/** More in one column are not drawn; the list below has all of them. */
export const MOST = 14;

interface Graph {
  columns: StepsNode[][];
  links: StepsLink[];
  /** How many are not drawn. */
  left: number;
}

type Label = (of: { name: string; label: Record<string, string> }) => string;

export function graphOf(told: LineageTold, label: Label): Graph {
  const steps = new Map<string, number>();
  for (const one of told.attributes) {
    const before = one.through.map((name) => steps.get(name) ?? 0);
    steps.set(one.name, one.through.length === 0 ? 1 : 1 + Math.max(...before));
  }
  const depth = Math.max(0, ...steps.values());
  const attributes = Array.from({ length: depth }, (_, step) =>
    told.attributes
      .filter((one) => steps.get(one.name) === step + 1)
      .map((one): StepsNode => ({ id: one.name, name: label(one), kind: one.kind })),
  );
  const sources = told.filled_by.map(
    (one): StepsNode => ({ id: `> ${one.source}.${one.column}`, name: `${one.source}.${one.column}`, kind: 'source' }),
  );
  const field: StepsNode = { id: '', name: told.what.replace(/^events\./, ''), kind: 'field' };
  const segments = told.segments.map((one): StepsNode => ({ id: `< ${one.name}`, name: label(one), kind: 'segment' }));
  const whole = [sources, [field], ...attributes, segments].filter((column) => column.length > 0);
  const columns = whole.map((column) => column.slice(0, MOST));
  const shown = new Set(columns.flat().map((node) => node.id));
  const links = [
    ...sources.map((one) => ({ from: one.id, to: '' })),
    ...told.attributes.flatMap((one) =>
      one.through.length === 0
        ? [{ from: '', to: one.name }]
        : one.through.map((name) => ({ from: steps.has(name) ? name : '', to: one.name })),
    ),
    ...told.segments.flatMap((one) =>
      one.through.map((name) => ({ from: steps.has(name) ? name : '', to: `< ${one.name}` })),
    ),
  ].filter((link) => shown.has(link.from) && shown.has(link.to));
  return { columns, links, left: whole.flat().length - shown.size };
}
