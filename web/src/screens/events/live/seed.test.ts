import { expect, test } from 'vitest';
import { type From, seedOf } from './seed';

const from = (further: Partial<From>) =>
  seedOf({
    kind: 'track',
    event: 'Order Completed',
    steps: ['properties', 'total'],
    value: 3,
    taken: [],
    ...further,
  });

test('an attribute begins with the event and the field, under a name that is free', () => {
  expect(from({})).toEqual({
    attribute: 'order_completed_total',
    type: 'track',
    event: 'Order Completed',
    field: 'properties.total',
    aggregate: 'sum',
  });
  expect(from({ taken: ['order_completed_total'] })?.attribute).toBe('order_completed_total_2');
  expect(from({ event: '<b>Ação!', value: 'x' })).toMatchObject({ attribute: 'b_acao_total', aggregate: 'last' });
  expect(from({ event: '订单' })?.attribute).toBe('event_total');
  expect(from({ steps: ['properties', 'products', 1, 'price'] })).toMatchObject({
    each: 'properties.products',
    field: 'price',
  });
  expect(from({ kind: 'identify', event: null, steps: ['traits', 'address', 'city'] })).toEqual({
    attribute: 'address_city',
    trait: 'address.city',
  });
});

test('of what no expression can name no attribute begins', () => {
  expect(from({ steps: ['properties', 'a b'] })).toBeNull();
  expect(from({ steps: ['messageId'] })).toBeNull();
  expect(from({ steps: ['a', 0, 'b', 0, 'sku'] })).toBeNull();
  expect(from({ kind: 'delete' })).toBeNull();
});
