// Numbers of features as people read them, and in words how far a micro-segment is from everybody.
import type { Feature, MicroSegment } from './api';
import type { Spoken } from './speech';

/** In standard deviations: from here on it is told, it is plain, it is much. */
export const TELLING = [0.3, 0.75, 1.5] as const;

export function written(
  value: number | null | undefined,
  unit: Feature['unit'],
  { money, number, percent, plural, words }: Spoken,
) {
  if (value == null) return '–';
  if (unit === 'money') return money(value);
  if (unit === 'share') return percent(value);
  return unit === 'days' ? plural(Math.round(value), words.days) : number(value, Math.abs(value) < 10 ? 1 : 0);
}

/** How much more or less: in words, by how far. */
export function degree(apart: number, unit: Feature['unit'], { words: w }: Spoken): string {
  const far = TELLING.filter((begin) => Math.abs(apart) >= begin).length;
  const scale = unit === 'days' ? (apart > 0 ? w.longer : w.sooner) : apart > 0 ? w.more : w.less;
  return scale[Math.max(0, far - 1)] ?? '';
}

/** The features that set a micro-segment apart, the strongest first. */
export function telling(one: MicroSegment, features: Feature[], most: number): { feature: Feature; apart: number }[] {
  return Object.entries(one.apart)
    .filter(([, apart]) => Math.abs(apart) >= TELLING[0])
    .slice(0, most)
    .flatMap(([role, apart]) =>
      features.filter((feature) => feature.role === role).map((feature) => ({ feature, apart })),
    );
}

/** A name without its stage, which stands above it. */
export const within = (name: string) => name.slice(name.indexOf(': ') + 1).trim();

/** A text as a condition says it. */
export const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
