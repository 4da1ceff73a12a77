import { expect, test } from 'vitest';
import type { LineageTold } from '../../../api/types.gen';
import { graphOf, MOST } from './layers';

const attribute = (name: string, through: string[] = []) => ({ name, through, label: {}, kind: 'formula' as const });
const TOLD: LineageTold = {
  what: 'events.Order Completed.total',
  sentence: '',
  attributes: [attribute('spent'), attribute('rich', ['spent']), attribute('richest', ['rich'])],
  segments: [{ name: 'vip', label: {}, through: ['rich', 'spent'] }],
  reads: [],
  filled_by: [{ source: 'erp', column: 'amount' }],
};
const label = (one: { name: string }) => one.name;

test('attributes stand one step behind what they depend on, segments behind them all', () => {
  const { columns, links, left } = graphOf(TOLD, label);
  expect(columns.map((column) => column.map((node) => node.name))).toEqual([
    ['erp.amount'],
    ['Order Completed.total'],
    ['spent'],
    ['rich'],
    ['richest'],
    ['vip'],
  ]);
  expect(links.map(({ from, to }) => `${from}->${to}`)).toEqual([
    '> erp.amount->',
    '->spent',
    'spent->rich',
    'rich->richest',
    'rich->< vip',
    'spent->< vip',
  ]);
  expect(left).toBe(0);
});

test('a segment stands behind what it reads and before the segments that name it', () => {
  const told: LineageTold = {
    what: 'rich_here',
    sentence: '',
    reads: [
      { what: 'rich', label: {}, kind: 'formula' },
      { what: 'at_home', label: {}, kind: 'segment' },
      { what: 'events.Order Completed.total', label: {}, kind: 'field' },
    ],
    attributes: [],
    segments: [
      { name: 'others_abroad', label: {}, through: ['others'] },
      { name: 'others', label: {}, through: ['rich_here'] },
    ],
    filled_by: [],
  };
  const { columns, links } = graphOf(told, label);
  expect(columns.map((column) => column.map((node) => node.name))).toEqual([
    ['rich', 'at_home', 'Order Completed.total'],
    ['rich_here'],
    ['others'],
    ['others_abroad'],
  ]);
  expect(links.map(({ from, to }) => `${from}->${to}`)).toEqual([
    '> rich->',
    '> at_home->',
    '> events.Order Completed.total->',
    '< others->< others_abroad',
    '->< others',
  ]);
});

test('what is too much for a column is counted', () => {
  const many = Array.from({ length: MOST + 3 }, (_, place) => attribute(`a${place}`));
  const { columns, links, left } = graphOf({ ...TOLD, attributes: many, segments: [], filled_by: [] }, label);
  expect(columns[1]).toHaveLength(MOST);
  expect(links).toHaveLength(MOST);
  expect(left).toBe(3);
});
