// What depends on something as a graph: what fills it or is read by it, itself, then attributes one step behind the
// other, then segments.
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
  const attributes = stepped(told.attributes).map((step) =>
    step.map((one): StepsNode => ({ id: one.name, name: label(one), kind: one.kind })),
  );
  const segments = stepped(told.segments).map((step) =>
    step.map((one): StepsNode => ({ id: `< ${one.name}`, name: label(one), kind: 'segment' })),
  );
  const ids = new Map([
    ...told.attributes.map((one) => [one.name, one.name] as const),
    ...told.segments.map((one) => [one.name, `< ${one.name}`] as const),
  ]);
  const sources = told.filled_by.map(
    (one): StepsNode => ({ id: `> ${one.source}.${one.column}`, name: `${one.source}.${one.column}`, kind: 'source' }),
  );
  const read = told.reads.map(
    (one): StepsNode => ({
      id: `> ${one.what}`,
      name: nameOfRead(one, label),
      kind: one.kind === 'field' ? 'source' : one.kind,
    }),
  );
  const field: StepsNode = { id: '', name: told.what.replace(/^events\./, ''), kind: 'field' };
  const whole = [[...sources, ...read], [field], ...attributes, ...segments].filter((column) => column.length > 0);
  const columns = whole.map((column) => column.slice(0, MOST));
  const shown = new Set(columns.flat().map((node) => node.id));
  const links = [
    ...[...sources, ...read].map((one) => ({ from: one.id, to: '' })),
    ...[...told.attributes, ...told.segments].flatMap((one) =>
      (one.through.length === 0 ? [''] : one.through).map((name) => ({
        from: ids.get(name) ?? '',
        to: ids.get(one.name) ?? '',
      })),
    ),
  ].filter((link) => shown.has(link.from) && shown.has(link.to));
  return { columns, links, left: whole.flat().length - shown.size };
}

/** A field as people write it; an attribute or a segment by its label. */
export const nameOfRead = (one: LineageTold['reads'][number], label: Label) =>
  one.kind === 'field' ? one.what.replace(/^events\./, '') : label({ name: one.what, label: one.label });

/** What depends on something, those first that do so by themselves, then each a step behind what it depends through. */
function stepped<One extends { name: string; through: string[] }>(all: One[]): One[][] {
  const through = new Map(all.map((one) => [one.name, one.through]));
  const steps = new Map<string, number>();
  const stepOf = (name: string): number => {
    const known = steps.get(name);
    if (known !== undefined) return known;
    const before = (through.get(name) ?? []).filter((other) => through.has(other));
    const step = Math.max(-1, ...before.map(stepOf)) + 1;
    steps.set(name, step);
    return step;
  };
  const depth = Math.max(-1, ...all.map((one) => stepOf(one.name))) + 1;
  return Array.from({ length: depth }, (_, step) => all.filter((one) => steps.get(one.name) === step));
}
