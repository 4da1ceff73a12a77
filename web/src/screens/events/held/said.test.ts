import { describe, expect, it } from 'vitest';
import type { Counted } from './api';
import { byReason, fitting, placesOf, reasonSaid } from './said';
import { words } from './words';

const line = (reason: string, source: string, count: number, last: string): Counted => ({
  reason,
  source,
  count,
  last,
  against: null,
});
const counts = [
  line('no_id', 'web', 2, '2026-01-02T00:00:00Z'),
  line('no_id', 'app', 3, '2026-01-01T00:00:00Z'),
  line('bad_json', 'web', 4, '2026-01-03T00:00:00Z'),
];

describe('why messages were kept back', () => {
  it('is summed up by reason, the commonest first', () => {
    expect(byReason(counts, undefined).map((one) => [one.reason, one.count, one.last.slice(0, 10)])).toEqual([
      ['no_id', 5, '2026-01-02'],
      ['bad_json', 4, '2026-01-03'],
    ]);
    expect(byReason(counts, 'app').map((one) => one.count)).toEqual([3]);
    expect(fitting(counts, 'web', 'no_id')).toBe(2);
  });

  it('is said in both languages, and an unknown reason as it is', () => {
    const plan = { what: 'type' as const, path: 'properties.total', type: 'number' };
    expect(reasonSaid('x', plan, words.en)).toBe('properties.total is not a number');
    expect(reasonSaid('x', plan, words.pt)).toBe('properties.total não é um número');
    expect(reasonSaid('new_code', null, words.en)).toBe('new_code');
    expect(Object.keys(words.pt.reasons)).toEqual(Object.keys(words.en.reasons));
  });

  it('has its places in the message', () => {
    const item = { id: 1, received_at: '', source: '', reasons: ['a', 'b'], message_id: null, payload: null };
    const against = [
      { what: 'missing' as const, path: 'properties.a', type: null },
      { what: 'other' as const, path: null, type: null },
    ];
    expect(placesOf({ ...item, against })).toEqual(['properties.a']);
  });
});
