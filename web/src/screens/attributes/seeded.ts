// What a new attribute begins with where the address names an event and a field; else null.
import type { Sentence } from './api';

const TYPES = ['track', 'identify', 'page', 'screen', 'group', 'alias'] as const;

export function seeded(search: Record<string, unknown>): Sentence | null {
  const text = (name: string) =>
    typeof search[name] === 'string' && search[name] !== '' ? String(search[name]) : null;
  const [trait, field, from] = [text('trait'), text('field'), text('from')];
  if (from !== null) return { kind: 'aggregate', aggregate: 'count', event: [{ type: 'track', name: from }] };
  if (trait !== null) return { kind: 'trait', trait };
  const type = TYPES.find((one) => one === search.type);
  if (field === null || type === undefined) return null;
  return {
    kind: 'aggregate',
    aggregate: text('aggregate') ?? 'last',
    event: [{ type, name: text('event') }],
    each: text('each'),
    value: { kind: 'expression', value: field },
  };
}
