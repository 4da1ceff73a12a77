import { expect, test } from 'vitest';
import type { FieldSeen } from '../../api/types.gen';
import { left, likely, retyped } from './operands';

const field = (types: FieldSeen['types']) => ({ path: 'x', types }) as FieldSeen;

test('a text is what the field holds', () => {
  expect(likely('12.50', field({ number: 3 }))).toBe('number');
  expect(likely('12.50', field({ text: 3 }))).toBe('text');
  expect(likely('true', field({ boolean: 1 }))).toBe('boolean');
  expect(likely('2026-03-01', field({ time: 1 }))).toBe('time');
  expect(likely('shoes', undefined)).toBe('text');
});

test('a number keeps its digits, and a kind that somebody chose stays', () => {
  expect(retyped({ kind: 'text', value: '' }, '12.50', undefined)).toEqual({ kind: 'number', value: '12.50' });
  expect(retyped({ kind: 'text', value: '17' }, '170', undefined)).toEqual({ kind: 'text', value: '170' });
  expect(retyped({ kind: 'path', value: 'properties.a' }, 'properties.b', undefined)).toEqual({
    kind: 'path',
    value: 'properties.b',
  });
});

test('the left side is a path or is worked out', () => {
  expect(left('properties.`my field`.x').kind).toBe('path');
  expect(left('price * quantity').kind).toBe('expression');
});
