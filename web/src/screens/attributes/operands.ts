// What somebody types on one side of a comparison, and what it is.
import type { FieldSeen, Operand } from '../../api/types.gen';

export type Kind = Operand['kind'];
const NUMBER = /^-?\d+(\.\d+)?$/;
const PATH = /^(?:[A-Za-z_$][\w$]*|`[^`]+`)(?:\.(?:[\w$]+|`[^`]+`))*$/;

/** A text as an operand of a kind. Numbers stay as they are typed, so that none of their digits is lost. */
export function operand(kind: Kind, text: string): Operand {
  if (kind === 'boolean') return { kind, value: text === 'true' };
  return kind === 'null' ? { kind } : { kind, value: text };
}

/** What a text most likely is, by what the field holds: a number where it holds numbers. */
export function likely(text: string, field: FieldSeen | undefined): Kind {
  const types: Record<string, number> = field?.types ?? { number: 1 };
  const holds = (type: string) => (types[type] ?? 0) > 0;
  if (holds('number') && NUMBER.test(text)) return 'number';
  if (holds('boolean') && (text === 'true' || text === 'false')) return 'boolean';
  return holds('time') && text !== '' && !Number.isNaN(Date.parse(text)) ? 'time' : 'text';
}

/** The left side as it is typed: a path, or something worked out of paths. */
export const left = (text: string): Operand => ({
  kind: text === '' || PATH.test(text) ? 'path' : 'expression',
  value: text,
});

export const shown = (one: Operand): string => (one.kind === 'null' ? '' : String(one.value ?? ''));

/** The right side once more, with another text: of its kind where somebody chose that, else of the likely one. */
export function retyped(before: Operand, text: string, field: FieldSeen | undefined): Operand {
  const chosen = before.kind !== likely(shown(before), field);
  return operand(chosen ? before.kind : likely(text, field), text);
}
