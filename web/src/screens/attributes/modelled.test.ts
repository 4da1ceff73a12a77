import { expect, test } from 'vitest';
import type { AttributeListed } from '../../api/types.gen';
import { fitting, optionText, readOption } from './modelled';

const attribute = (name: string, values: AttributeListed['values'], many = false) =>
  ({ name, values, many }) as AttributeListed;
const ALL = [
  attribute('orders', ['count']),
  attribute('spent', ['number']),
  attribute('last', ['time']),
  attribute('bought', ['text'], true),
  attribute('any', ['boolean', 'number', 'time', 'text']),
];
const names = (found: AttributeListed[]) => found.map((one) => one.name);

test('only attributes that fit a role are offered', () => {
  expect(names(fitting('number', ALL))).toEqual(['orders', 'spent', 'any']);
  expect(names(fitting('time', ALL))).toEqual(['last', 'any']);
  expect(names(fitting('list', ALL))).toEqual(['bought']);
});

test('options are read as they are written', () => {
  expect(readOption('whole', '90')).toBe(90);
  expect(readOption('whole', '')).toBeUndefined();
  expect(readOption('share', '0.75')).toBe(0.75);
  expect(readOption('texts', 'low, high')).toEqual(['low', 'high']);
  expect(readOption('numbers', '2, 2, 1')).toEqual([2, 2, 1]);
  expect(readOption('numbers', '2, x')).toEqual([2, 'x']);
  expect(optionText(['low', 'high'])).toBe('low, high');
  expect(optionText(undefined)).toBe('');
});
