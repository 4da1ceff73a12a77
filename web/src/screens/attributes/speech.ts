// How the attribute builder speaks, and how it writes values.
import type { SpreadShown } from '../../api/types.gen';
import { type Speech, speaking } from '../../app/speech';
import { words } from './words';

export const useSpeech = speaking(words);

/** What is said of values; other screens that show values have these words, too. */
export interface Says {
  yes: string;
  no: string;
  days: (value: string) => string;
}

export type Value = SpreadShown['least'];
const DAY = 86_400;

/** A value as it is read, by what it is measured in. */
export function written(value: Value | undefined, measure: SpreadShown['measure'], speech: Speech<Says>): string {
  const { words: w, number, money, time } = speech;
  if (value === null || value === undefined) return '–';
  if (Array.isArray(value)) return value.map((one) => written(one, 'nothing', speech)).join(', ');
  if (typeof value === 'boolean') return value ? w.yes : w.no;
  if (typeof value === 'string') return measure === 'time' ? time(value) : value;
  if (measure === 'money') return money(value);
  return measure === 'duration' ? w.days(number(value / DAY, 1)) : number(value);
}

interface Ranging {
  below: (value: string) => string;
  from: (value: string) => string;
  between: (low: string, high: string) => string;
}

/** Between which values a bar is; an end that is null is open. */
export function rangeOf({ low, high }: { low: Value; high: Value }, say: (value: Value) => string, w: Ranging): string {
  if (low === null) return w.below(say(high));
  return high === null ? w.from(say(low)) : w.between(say(low), say(high));
}
