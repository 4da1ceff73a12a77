// Which colour a stage of life has, on every chart the same; and steps of one colour for amounts.

/** Stages as lives go; those that nobody knows have the colours behind these. */
const LIFE = [
  'prospect',
  'new',
  'active',
  'reactivated',
  'one-time at risk',
  'at risk',
  'cooling',
  'lapsed',
  'churned',
];
const OTHERS = 3;

/** The class that colours a stage. */
export function hue(stage: string): string {
  const place = LIFE.indexOf(stage);
  if (place >= 0) return `hue-${place}`;
  let sum = 0;
  for (const sign of stage) sum = (sum * 31 + (sign.codePointAt(0) ?? 0)) % 9973;
  return `hue-other-${sum % OTHERS}`;
}

export const STEPS = 5;

/** The values where each next colour begins: as many things have each of them, or nearly so. */
export function steps(values: number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  return Array.from(
    { length: STEPS - 1 },
    (_, step) => sorted[Math.ceil(((step + 1) * sorted.length) / STEPS) - 1] ?? 0,
  );
}

/** The class that colours an amount; none is hatched. */
export function heat(value: number | null, from: number[]): string {
  return value === null ? 'heat-none' : `heat-${from.filter((begin) => value > begin).length}`;
}
