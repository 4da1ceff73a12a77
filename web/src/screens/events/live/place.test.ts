import { expect, test } from 'vitest';
import { NO_FILTERS, placeOf, searchOf, topicOf } from './place';

test('a place is read back from its address, and rubbish is no place', () => {
  const place = {
    filters: { ...NO_FILTERS, source: 'web shop', text: 'a&b=c' },
    message: 'm1',
    copy: '0/3',
    side: 'trace' as const,
    trying: false,
  };
  expect(placeOf(searchOf(place))).toEqual(place);
  expect(placeOf({ side: 'x', message: ['y'], trying: 'yes' })).toEqual(placeOf({}));
});

test('a topic carries the filters, whatever is in them', () => {
  expect(topicOf(NO_FILTERS)).toBe('messages');
  const topic = topicOf({ ...NO_FILTERS, event: 'Order Completed', text: 'a&b=ç' });
  const query = new URLSearchParams(topic.split('?')[1]);
  expect([query.get('event'), query.get('text'), query.get('source')]).toEqual(['Order Completed', 'a&b=ç', null]);
});
