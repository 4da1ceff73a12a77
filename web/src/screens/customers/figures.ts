// How a value is written: by what it measures, in the reader's language, in the workspace's zone and currency.
import type { Speech as Spoken } from '../../app/speech';

type Speech = Spoken<{ yes: string; no: string }>;

export type Plain = boolean | number | string | null;
export type Value = Plain | Plain[];
export type Measure = 'nothing' | 'number' | 'count' | 'money' | 'duration' | 'time' | 'text' | 'boolean' | 'list';

const DIGITS = 6;
const SHORT = 14;
const UNITS: [number, 'day' | 'hour' | 'minute' | 'second'][] = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
];

export function written(value: Value | undefined, measure: Measure, speech: Speech): string {
  if (value === null || value === undefined) return '–';
  if (Array.isArray(value)) return value.map((one) => written(one, measureOf(one), speech)).join(', ') || '–';
  if (typeof value === 'boolean') return value ? speech.words.yes : speech.words.no;
  if (typeof value === 'string') return measure === 'time' ? speech.time(value) : value;
  switch (measure) {
    case 'money':
      return speech.money(value);
    case 'duration':
      return duration(value, speech);
    default:
      return speech.number(value, DIGITS);
  }
}

/** Of what comes without a measure: numbers and texts as they are. */
export function measureOf(value: Value): Measure {
  if (Array.isArray(value)) return 'list';
  if (value === null) return 'nothing';
  return typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'boolean' : 'text';
}

function duration(seconds: number, speech: Speech): string {
  const [size, unit] = UNITS.find(([each]) => Math.abs(seconds) >= each) ?? ([1, 'second'] as const);
  const style = { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(speech.locale, style).format(seconds / size);
}

/** How the cell of a written value looks: what is short stands in one line. */
export function cell(text: string): string {
  return text.length <= SHORT ? 'number short' : 'number';
}
