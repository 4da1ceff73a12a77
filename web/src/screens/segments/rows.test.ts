import { expect, test } from 'vitest';
import type { Operand } from '../../api/types.gen';
import { type Condition, conditionOf, groupsOf, HOWS, type How, textOf } from './rows';

/** Numbers that are the same at every run. */
function drawing(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (state + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const TESTS = [
  '=',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'in',
  'not in',
  'like',
  'not like',
  'is null',
  'is not null',
  'is true',
] as const;
const EXPRESSIONS = [
  ...['days_since(last_at)', 'hours_since(last_at)', 'orders + 1', 'year(last_at)'],
  ...['left', 'entered'].flatMap((way) => [`${way}(vip)`, `days_since(${way}(vip))`, `hours_since(${way}(vip))`]),
  ...['days_since(year(vip))', 'days_since(left(vip) + 1)', 'max(left(vip), entered(vip))', 'right(vip)'],
];
const PATTERNS = ['%x%', 'x%', '%x', 'x', '%', '%%', 'a_b%', '', '%a%b%'];

/** A condition as the server takes one apart: no group of one, none within one of its kind. */
function drawn(draw: (below: number) => number, depth: number, within: string): Condition {
  const one = <Thing>(of: readonly Thing[]) => of[draw(of.length)] as Thing;
  const kind = depth === 0 ? 'row' : one(['row', 'row', 'all', 'any', 'not', 'written'] as const);
  if ((kind === 'all' || kind === 'any') && kind !== within) {
    const parts = Array.from({ length: 2 + draw(3) }, () => drawn(draw, depth - 1, kind));
    return { kind, parts };
  }
  if (kind === 'not') return { kind, part: drawn(draw, depth - 1, 'not') };
  if (kind === 'written') return { kind, text: 'case when vip then true else false end' };
  const test = one(TESTS);
  const operand = (): Operand =>
    one([
      { kind: 'number', value: draw(100) / 4 },
      { kind: 'text', value: one(["it's", '', '%', 'PT']) },
      { kind: 'boolean', value: draw(2) === 1 },
      { kind: 'time', value: '2026-01-31' },
      { kind: 'path', value: 'spent' },
      { kind: 'expression', value: 'spent * 2' },
    ] as Operand[]);
  const left = one([
    { kind: 'path', value: one(['orders', 'vip', 'last_at']) },
    { kind: 'expression', value: one(EXPRESSIONS) },
    { kind: 'number', value: 3 },
  ] as Operand[]);
  if (test.startsWith('is')) return { kind: 'row', left, test, right: [] };
  if (test.endsWith('like')) return { kind: 'row', left, test, right: [{ kind: 'text', value: one(PATTERNS) }] };
  const many = test.endsWith('in') ? 1 + draw(3) : 1;
  return { kind: 'row', left, test, right: Array.from({ length: many }, operand) };
}

test('a condition becomes rows and the same condition again, whatever it says', () => {
  const draw = drawing(11);
  const hows = new Set<How>();
  const moved = new Set<string>();
  let others = 0;
  for (let turn = 0; turn < 12_000; turn++) {
    const condition = drawn(draw, 3, '');
    const groups = groupsOf(condition);
    for (const line of groups.flat()) {
      if (line.kind === 'said') hows.add(line.how);
      else others++;
      if (line.kind === 'said' && line.way !== null) moved.add(`${line.way} ${line.how}`);
    }
    expect(conditionOf(groups)).toEqual(condition);
  }
  expect([...HOWS].filter((how) => !hows.has(how))).toEqual([]);
  expect(others).toBeGreaterThan(500);
  // Both moves, at times, within days or hours, at any time and never.
  expect(moved.size).toBe(2 * (6 + 4 + 2));
});

test('a line that is taken out takes its group along when it was the last', () => {
  const [first, second] = groupsOf({
    kind: 'all',
    parts: [
      { kind: 'row', left: { kind: 'path', value: 'vip' }, test: 'is true', right: [] },
      { kind: 'row', left: { kind: 'path', value: 'spent' }, test: '>', right: [{ kind: 'number', value: 5 }] },
    ],
  });
  expect(conditionOf([first ?? [], []])).toEqual({
    kind: 'row',
    left: { kind: 'path', value: 'vip' },
    test: 'is true',
    right: [],
  });
  expect(conditionOf([])).toBeNull();
  expect(textOf(conditionOf([first ?? [], second ?? []]) as Condition)).toBe('(vip) and (spent > 5)');
});

test('an expression says its texts in the words of the language', () => {
  const row = (right: Operand[], what: '=' | 'in' | 'is null'): Condition => ({
    kind: 'row',
    left: { kind: 'path', value: 'country' },
    test: what,
    right,
  });
  const texts = ['PT', "it's"].map((value): Operand => ({ kind: 'text', value }));
  expect(textOf(row(texts, 'in'))).toBe("country in ('PT', 'it''s')");
  expect(textOf({ kind: 'not', part: row([{ kind: 'time', value: '2026-01-31' }], '=') })).toBe(
    "not (country = time('2026-01-31'))",
  );
  expect(textOf(row([], 'is null'))).toBe('country is null');
});
