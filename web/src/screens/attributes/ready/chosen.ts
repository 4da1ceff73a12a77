// Which entries of the catalogue are shown: by a word, by what your messages fill, by kind.
import type { ReadyGroup, ReadyShown } from '../../../api/types.gen';

export type Filter = 'all' | 'fills' | 'lacks';
export type Kind = 'all' | ReadyShown['kind'];

interface Asked {
  word: string;
  filter: Filter;
  kind: Kind;
  label: (of: { name: string; label: Record<string, string> }) => string;
  described: (of: { description: Record<string, string> }) => string | null;
}

/** The groups with those of their entries that are asked for; groups that have none are left out. */
export function chosen(groups: ReadyGroup[], { word, filter, kind, label, described }: Asked): ReadyGroup[] {
  const wanted = word.trim().toLowerCase();
  const fits = (one: ReadyShown) =>
    (filter === 'all' || one.fills === (filter === 'fills')) &&
    (kind === 'all' || one.kind === kind) &&
    `${label(one)} ${one.name} ${described(one)}`.toLowerCase().includes(wanted);
  return groups
    .map((group) => ({ ...group, entries: group.entries.filter(fits) }))
    .filter((group) => group.entries.length > 0);
}

/** A name that is still free: the entry's own, or one like it. */
export function freeName(name: string, taken: string[]): string {
  const known = new Set(taken.map((one) => one.toLowerCase()));
  if (!known.has(name.toLowerCase())) return name;
  const numbered = (number: number) => `${name.slice(0, 60)}_${number}`;
  let number = 2;
  while (known.has(numbered(number).toLowerCase())) number += 1;
  return numbered(number);
}
