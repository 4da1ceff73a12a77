// Why a message was kept back, in the reader's words.
import type { Counted, Fate, Refused, Waiting } from './api';
import type { words } from './words';

type Words = (typeof words)['en'];
type Against = NonNullable<Counted['against']>;

export function isRefused(item: Refused | Waiting): item is Refused {
  return 'reason' in item;
}

export function against({ what, path, type }: Against, w: Words): string {
  return w.against[what](path ?? '', w.types[type ?? ''] ?? type ?? '');
}

/** A reason of a list as people read it: of the plan, or a code of the door. */
export function reasonSaid(reason: string, plan: Against | null | undefined, w: Words): string {
  if (plan != null) return plan.what === 'other' ? reason : against(plan, w);
  return w.reasons[reason]?.what ?? reason;
}

export function saidOf(item: Refused | Waiting, w: Words): string {
  if (isRefused(item)) return reasonSaid(item.reason, null, w);
  return item.against.map((one, place) => reasonSaid(item.reasons[place] ?? '', one, w)).join('; ');
}

/** Why a mended event could not be taken in, and what to do. */
export function backSaid(fate: Fate, w: Words): string {
  if (fate.against?.length) return fate.against.map((one) => against(one, w)).join('; ');
  const reason = fate.reason ?? '';
  return [w.reasons[reason]?.what ?? reason, w.reasons[reason]?.next].filter(Boolean).join('. ');
}

/** The places of a message that are wrong. */
export function placesOf(item: Refused | Waiting): string[] {
  const paths = isRefused(item) ? [item.path] : item.against.map((one) => one.path);
  return paths.filter((path) => path !== null);
}

/** How many of a list fit some filters. */
export function fitting(counts: Counted[], source: string | undefined, reason: string | undefined): number {
  return counts
    .filter((one) => (source === undefined || one.source === source) && (reason === undefined || one.reason === reason))
    .reduce((sum, one) => sum + one.count, 0);
}

export interface Line {
  reason: string;
  against: Against | null;
  count: number;
  last: string;
}

/** The counts of one source, or of all, by reason; the commonest first. */
export function byReason(counts: Counted[], source: string | undefined): Line[] {
  const found = new Map<string, Line>();
  for (const one of counts) {
    if (source !== undefined && one.source !== source) continue;
    const { reason, count, last } = one;
    const known = found.get(reason);
    found.set(reason, {
      reason,
      against: one.against,
      count: (known?.count ?? 0) + count,
      last: known !== undefined && known.last > last ? known.last : last,
    });
  }
  return [...found.values()].sort((a, b) => b.count - a.count);
}
