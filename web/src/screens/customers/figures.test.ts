import { describe, expect, it } from 'vitest';
import { speechIn } from '../../app/speech';
import { written } from './figures';
import { words } from './words';

const english = speechIn(words.en, 'en', 'Europe/Lisbon', 'EUR');
const portuguese = speechIn(words.pt, 'pt', 'Europe/Lisbon', 'EUR');

describe('a value', () => {
  it('is written by what it measures, in the reader’s language', () => {
    expect(written(1239.5, 'money', english)).toBe('€1,239.50');
    expect(written(1239.5, 'money', portuguese).replace(/\s/gu, ' ')).toBe('1239,50 €');
    expect(written(0.123456, 'number', english)).toBe('0.123456');
    expect(written('2026-07-01T00:30:00Z', 'time', english)).toContain('01:30');
    expect(written(['a', 2, true], 'list', english)).toBe('a, 2, yes');
    expect(written(true, 'boolean', portuguese)).toBe('sim');
  });

  it('that is not there is a dash, and a text is only a text', () => {
    expect(written(null, 'nothing', english)).toBe('–');
    expect(written('2026-07-01', 'text', english)).toBe('2026-07-01');
  });

  it('that is a duration has the greatest unit that fits', () => {
    expect(written(90, 'duration', english)).toBe('1.5 minutes');
    expect(written(3 * 86_400, 'duration', english)).toBe('3 days');
    expect(written(0, 'duration', portuguese)).toBe('0 segundos');
  });
});
