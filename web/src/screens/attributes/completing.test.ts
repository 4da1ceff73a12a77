import { expect, test } from 'vitest';
import { completed, offersFor, wordBefore } from './completing';

const offer = (name: string, text = name, told = '') => ({ name, text, told });
const all = [offer('orders'), offer('days_since', 'days_since('), offer('last_order_at', 'last_order_at', 'Última')];

test('what begins with the word comes before what has it within', () => {
  expect(offersFor('ord', all).map((one) => one.name)).toEqual(['orders', 'last_order_at']);
  expect(offersFor('últ', all).map((one) => one.name)).toEqual(['last_order_at']);
});

test('nothing is offered for nothing, and for a word that is complete', () => {
  expect(offersFor('', all)).toEqual([]);
  expect(offersFor('days_since', all)).toEqual([]);
});

test('the word before the cursor is replaced, and no bracket is doubled', () => {
  expect(wordBefore('1 + ord * 2', 7)).toBe('ord');
  expect(completed('1 + ord * 2', 7, offer('orders'))).toEqual({ text: '1 + orders * 2', place: 10 });
  expect(completed('day(x)', 3, offer('days_since', 'days_since('))).toEqual({ text: 'days_since(x)', place: 10 });
});
