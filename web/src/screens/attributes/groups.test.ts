import { expect, test } from 'vitest';
import type { Condition } from './api';
import { conditionOf, groupOf } from './groups';

const row = (value: string): Condition => ({ kind: 'row', left: { kind: 'path', value }, test: 'is true', right: [] });
const some: Condition[] = [
  { kind: 'all', parts: [row('a'), row('b')] },
  { kind: 'any', parts: [row('a'), { kind: 'all', parts: [row('b'), row('c')] }] },
  { kind: 'not', part: row('a') },
  { kind: 'not', part: { kind: 'any', parts: [row('a'), row('b')] } },
  { kind: 'not', part: { kind: 'all', parts: [row('a'), row('b')] } },
  { kind: 'not', part: { kind: 'not', part: row('a') } },
  { kind: 'not', part: { kind: 'written', text: 'true' } },
];

test.each(some)('a condition is the same after it was a group: %j', (condition) => {
  const group = groupOf(condition);
  expect(group && conditionOf(group)).toEqual(condition);
});

test('a row and what is written out are no groups; a group without parts is no condition', () => {
  expect(groupOf(row('a'))).toBeNull();
  expect(groupOf({ kind: 'written', text: 'true' })).toBeNull();
  expect(conditionOf({ how: 'none', parts: [] })).toBeNull();
});
