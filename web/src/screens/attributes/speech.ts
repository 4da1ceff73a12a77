// How the attribute builder speaks, and how it writes values.
import type { SpreadShown } from '../../api/types.gen';
import { type Speech, speaking } from '../../app/speech';
import { words } from './words';

export const useSpeech = speaking(words);

type Words = (typeof words)['en'];
export type Value = SpreadShown['least'];
const DAY = 86_400;

/** A value as it is read, by what it is measured in. */
export function written(value: Value | undefined, measure: SpreadShown['measure'], speech: Speech<Words>): string {
  const { words: w, number, money, time } = speech;
  if (value === null || value === undefined) return '–';
  if (Array.isArray(value)) return value.map((one) => written(one, 'nothing', speech)).join(', ');
  if (typeof value === 'boolean') return value ? w.yes : w.no;
  if (typeof value === 'string') return measure === 'time' ? time(value) : value;
  if (measure === 'money') return money(value);
  return measure === 'duration' ? w.days(number(value / DAY, 1)) : number(value);
}
