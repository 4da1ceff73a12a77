// What a model may be given: attributes whose values fit a role, and options as text and back.
import type { AttributeListed, OptionShown, RoleShown } from '../../api/types.gen';

/** The attributes whose values can be of the kind that a role takes. */
export function fitting(kind: RoleShown['kind'], attributes: AttributeListed[]): AttributeListed[] {
  return attributes.filter(({ values, many }) => {
    if (kind === 'list') return many;
    return !many && values.some((one) => (one === 'count' ? 'number' : one) === kind);
  });
}

export function optionText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return Array.isArray(value) ? value.join(', ') : String(value);
}

/** What a text says as the value of an option; undefined where it says nothing. What is no number stays as it is. */
export function readOption(kind: OptionShown['kind'], text: string): unknown {
  if (text.trim() === '') return undefined;
  if (kind === 'whole' || kind === 'share') return readNumber(text);
  if (kind === 'word') return text;
  // What is still being typed keeps its last comma.
  const parts = text.split(',').map((part) => part.trimStart());
  return kind === 'texts' ? parts : parts.map((part) => (part === '' ? part : readNumber(part)));
}

function readNumber(text: string): number | string {
  const found = Number(text);
  return Number.isNaN(found) ? text : found;
}
