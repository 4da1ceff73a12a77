import { expect, test } from 'vitest';
import { speechIn } from '../../app/speech';
import { written } from './speech';
import { words } from './words';

const en = speechIn(words.en, 'en', 'Europe/Lisbon', 'EUR');
const pt = speechIn(words.pt, 'pt', 'Europe/Lisbon', 'EUR');

test('a value is written by what it is measured in, in the language of the reader', () => {
  expect(written(1241.5, 'money', en)).toBe('€1,241.50');
  expect(written(1241.5, 'number', pt)).toBe('1241,5');
  expect(written(172_800, 'duration', pt)).toBe('2 dias');
  expect(written(true, 'boolean', pt)).toBe('sim');
  expect(written(['shoes', 'hats'], 'list', en)).toBe('shoes, hats');
  expect(written('2026-03-01T10:00:00Z', 'time', en)).toContain('2026');
});

test('what is missing is a dash, and a text stays as it is', () => {
  expect(written(null, 'money', en)).toBe('–');
  expect(written('<b>shoes</b>', 'text', en)).toBe('<b>shoes</b>');
});
