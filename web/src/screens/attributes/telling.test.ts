import { expect, test } from 'vitest';
import type { Sentence } from './api';
import { told } from './telling';
import { words } from './words';

const sentence: Sentence = {
  kind: 'aggregate',
  aggregate: 'sum',
  value: { kind: 'path', value: 'quantity' },
  each: 'properties.products',
  event: [{ type: 'track', name: 'Order Completed' }],
  window: { kind: 'days', n: 30 },
  zone: 'customer',
  where: {
    kind: 'all',
    parts: [
      {
        kind: 'row',
        left: { kind: 'path', value: 'category' },
        test: '=',
        right: [{ kind: 'text', value: 'shoes' }],
      },
      {
        kind: 'not',
        part: { kind: 'row', left: { kind: 'path', value: 'gift' }, test: 'is true', right: [] },
      },
    ],
  },
};

test('an attribute is told in one line, in the language of the reader', () => {
  expect(told(sentence, words.en)).toBe(
    'the sum of quantity in each line of properties.products where category is “shoes” and (it is not so that ' +
      "(gift is true)) in the last 30 days in the customer's own time",
  );
  const before = { ...sentence, window: { kind: 'previous days', n: 30 } } as typeof sentence;
  expect(told(before, words.pt)).toContain('em cada linha de properties.products onde');
  expect(told(before, words.pt)).toContain('nos 30 dias antes dos últimos 30 na hora do próprio cliente');
});

test('a formula is told as it is written', () => {
  expect(told({ kind: 'formula', formula: 'a / b' }, words.en)).toBe('a / b');
});

test('a share without a key is told to be of the favourite', () => {
  const share: Sentence = { kind: 'aggregate', aggregate: 'share', by: 'brand', event: [{ name: 'Order Completed' }] };

  expect(told(share, words.en)).toBe('the share (the favourite) by brand');
  expect(told({ ...share, of: 'x' }, words.en)).toBe('the share (x) by brand');
});
