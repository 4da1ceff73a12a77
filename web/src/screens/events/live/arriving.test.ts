import { expect, test } from 'vitest';
import type { MessageRow } from './api';
import { arrived, KEPT, looked, NOTHING, older, released } from './arriving';

const row = (number: number): MessageRow => ({
  message_id: `m${number}`,
  kind: 'track',
  event: 'E',
  time: '',
  received: '',
  source: 's',
  trust: 'browser',
  place: `0/${number}`,
  sent_id: null,
  flagged: false,
  mended: [],
  misfits: 0,
});
const page = (numbers: number[], next: string | null = null) => ({
  messages: numbers.map(row),
  looked: numbers.length,
  looked_to: null,
  next,
});
const told = (...numbers: number[]) => ({ messages: numbers.map(row), left_out: 0, passed_by: 0 });
const ids = (rows: MessageRow[]) => rows.map((one) => one.message_id).join(' ');

test('what comes while somebody looks waits, once each, until he wants it', () => {
  let rows = looked(NOTHING, page([2, 1], 'more'), false);
  rows = arrived(rows, told(3), false);
  rows = arrived(rows, told(4), true);
  rows = arrived(rows, told(5, 4), true);
  expect([ids(rows.shown), ids(rows.waiting)]).toEqual(['m3 m2 m1', 'm5 m4']);
  rows = released(rows);
  expect([ids(rows.shown), ids(rows.waiting), rows.next]).toEqual(['m5 m4 m3 m2 m1', '', 'more']);
  expect(ids(older(rows, page([1, 0])).shown)).toBe('m5 m4 m3 m2 m1 m0');
});

test('after a lost connection what came meanwhile is added, or the list begins anew where a gap would be', () => {
  const rows = looked(NOTHING, page([2, 1]), false);
  expect(ids(looked(rows, page([4, 3, 2]), false).shown)).toBe('m4 m3 m2 m1');
  const anew = looked(rows, page([9, 8], 'older'), false);
  expect([ids(anew.shown), anew.next]).toEqual(['m9 m8', 'older']);
  expect(ids(looked(rows, page([9, 8]), true).shown)).toBe('m2 m1');
});

test('what is left out is counted, and the list does not grow for ever', () => {
  let rows = looked(NOTHING, page([0], 'more'), false);
  rows = arrived(rows, { messages: [], left_out: 7, passed_by: 30 }, false);
  expect(rows.leftOut).toBe(37);
  rows = arrived(rows, told(...Array.from({ length: KEPT + 5 }, (_, number) => KEPT + 5 - number)), false);
  expect([rows.shown.length, rows.next]).toEqual([KEPT, undefined]);
});
