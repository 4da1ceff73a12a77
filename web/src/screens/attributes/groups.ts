// Conditions as groups: what "all", "any", "not all" and "none of these" are in the sentence, and back.
import type { Condition } from './api';

export type How = 'all' | 'any' | 'not all' | 'none';

export interface Group {
  how: How;
  parts: Condition[];
}

/** A condition as a group; null for a row and for what is written out. */
export function groupOf(condition: Condition): Group | null {
  if (condition.kind === 'all' || condition.kind === 'any') return { how: condition.kind, parts: condition.parts };
  if (condition.kind !== 'not') return null;
  const inner = condition.part;
  if (inner.kind === 'any') return { how: 'none', parts: inner.parts };
  return inner.kind === 'all' ? { how: 'not all', parts: inner.parts } : { how: 'none', parts: [inner] };
}

/** The condition that a group says; null when nothing is in it. */
export function conditionOf({ how, parts }: Group): Condition | null {
  const [only] = parts;
  if (only === undefined) return null;
  if (how === 'none') return { kind: 'not', part: parts.length === 1 ? only : { kind: 'any', parts } };
  if (how === 'not all') return { kind: 'not', part: { kind: 'all', parts } };
  return { kind: how, parts };
}
