// What a column may become, and the form with that changed.
import type { MappingForm, MappingPart } from '../../api/types.gen';

export type Kind = MappingForm['kind'];

const STAMPS = ['userId', 'anonymousId', 'timestamp', 'messageId'];
const LINES = ['lines.sku', 'lines.name', 'lines.price', 'lines.quantity', 'lines.category', 'lines.brand'];

const FIXED: Record<Kind, string[]> = {
  orders: ['order_id', ...STAMPS, 'total', 'currency', ...LINES],
  refunds: ['refund_id', ...STAMPS, 'total', 'currency', ...LINES],
  events: [...STAMPS, 'event'],
  customers: [...STAMPS, 'traits.email', 'traits.firstName', 'traits.lastName', 'traits.name', 'traits.phone'],
  products: ['valid_from'],
  messages: [],
};

const FREE: Record<Kind, string> = {
  orders: 'properties',
  refunds: 'properties',
  events: 'properties',
  customers: 'traits',
  products: 'columns',
  messages: 'properties',
};

const UNTYPED = ['total', 'lines.price', 'lines.quantity', ...STAMPS, 'valid_from'];

/** A header as the name of a field: `Preço (unitário)` is `preco_unitario`. */
export function slug(name: string): string {
  const bare = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return (bare.match(/[a-z0-9]+/g) ?? ['column']).join('_');
}

/** What a column may become in a table of a kind, what it is now among it. */
export function targetsOf(kind: Kind, column: string, now: string | undefined): string[] {
  const known = [...FIXED[kind], `${FREE[kind]}.${slug(column)}`];
  return now === undefined || known.includes(now) ? known : [...known, now];
}

export interface Line {
  key: string;
  column: string;
  examples: string[];
  part: MappingPart | undefined;
}

/** One line for each column of the file, or for each thing that it becomes. */
export function linesOf(form: MappingForm, columns: { name: string; examples: string[] }[]): Line[] {
  return columns.flatMap(({ name, examples }) => {
    const parts = (form.parts ?? []).filter((part) => part.column === name);
    const found: (MappingPart | undefined)[] = parts.length > 0 ? parts : [undefined];
    return found.map((part, place) => ({ key: `${name} ${place}`, column: name, examples, part }));
  });
}

/** The form when a line becomes something else, or nothing; what stood there before gives way. */
export function withTarget(form: MappingForm, line: Line, target: string): MappingForm {
  const others = (form.parts ?? []).filter((part) => part !== line.part && part.target !== target);
  if (target === '') return { ...form, parts: others };
  const known = line.part ?? { column: line.column, target };
  const part = { ...known, target, type: typeFor(known, target) };
  return { ...form, parts: [...others, part] };
}

function typeFor(part: MappingPart, target: string): MappingPart['type'] {
  if (UNTYPED.includes(target)) return null;
  return part.format == null ? (part.type ?? null) : 'time';
}
