import { expect, test } from 'vitest';
import type { ReadyGroup, ReadyShown } from '../../../api/types.gen';
import { chosen, freeName } from './chosen';

const entry = (name: string, fills: boolean, kind: ReadyShown['kind'] = 'attribute') =>
  ({
    name,
    kind,
    fills,
    label: { en: name.replace('_', ' ') },
    description: { en: 'Said.', pt: 'Dito.' },
  }) as unknown as ReadyShown;
const groups = [
  { name: 'orders', title: 'Orders', entries: [entry('order_count', true), entry('refunds', false)] },
  { name: 'segments', title: 'Segments', entries: [entry('vip', true, 'segment')] },
] as ReadyGroup[];
const label = (one: { name: string; label: Record<string, string> }) => one.label.en ?? one.name;
const described = (one: { description: Record<string, string> }) => one.description.pt ?? null;
const names = (found: ReadyGroup[]) => found.map((group) => group.entries.map((one) => one.name));

test('entries are found by word, by what fills them and by kind; empty groups go', () => {
  expect(names(chosen(groups, { word: '', filter: 'all', kind: 'all', label, described }))).toEqual([
    ['order_count', 'refunds'],
    ['vip'],
  ]);
  expect(names(chosen(groups, { word: ' ORDER c', filter: 'all', kind: 'all', label, described }))).toEqual([
    ['order_count'],
  ]);
  expect(names(chosen(groups, { word: '', filter: 'lacks', kind: 'all', label, described }))).toEqual([['refunds']]);
  expect(names(chosen(groups, { word: '', filter: 'fills', kind: 'segment', label, described }))).toEqual([['vip']]);
  expect(names(chosen(groups, { word: 'dito', filter: 'lacks', kind: 'all', label, described }))).toEqual([
    ['refunds'],
  ]);
  expect(chosen(groups, { word: 'nothing', filter: 'all', kind: 'all', label, described })).toEqual([]);
});

test('a copy gets a name that nobody has', () => {
  expect(freeName('vip', ['other'])).toBe('vip');
  expect(freeName('vip', ['VIP', 'vip_2'])).toBe('vip_3');
});
