import { describe, expect, it } from 'vitest';
import { type Place, placeOf, searchOf } from './place';

const nowhere: Place = { q: '', id: null, tab: 'profile', behind: null, at: null, known: null, kinds: [] };

describe('where somebody is', () => {
  it('stands in the address and is found there again', () => {
    const place: Place = {
      q: 'jo',
      id: 'c/17?',
      tab: 'timeline',
      behind: 'orders',
      at: '2026-03-11T12:00:00.000Z',
      known: '2026-03-12T12:00:00.000Z',
      kinds: ['page', 'track:Order Completed'],
    };
    expect(placeOf(searchOf(place))).toEqual(place);
    expect(Object.values(searchOf(nowhere)).filter((one) => one !== undefined)).toEqual([]);
  });

  it('takes an id of digits, which the address reads as a number, as a text', () => {
    expect(placeOf({ id: 12345 }).id).toBe('12345');
  });

  it('is as if nothing stood there when what stands there is wrong', () => {
    expect(placeOf({ tab: 'x', at: 'yesterday', known: 'then', kinds: 'page', behind: {} })).toEqual(nowhere);
  });
});
