// The rows that are shown: what came while somebody was looking waits until he wants it.
import type { MessagePage, MessageRow } from './api';

export interface Rows {
  /** Newest first, each place once. */
  shown: MessageRow[];
  /** What came since, and is not shown yet. */
  waiting: MessageRow[];
  /** How many messages came that no row stands for: too many came at once. */
  leftOut: number;
  /** Where older ones begin; null: there are none; undefined: rows were let go, or nothing was asked yet. */
  next: string | null | undefined;
  lookedTo: string | null;
}

export interface Told {
  messages: MessageRow[];
  left_out: number;
  passed_by: number;
}

/** So many rows are kept; older ones are asked for anew. */
export const KEPT = 1_000;
export const NOTHING: Rows = { shown: [], waiting: [], leftOut: 0, next: undefined, lookedTo: null };

/** The newest page: at the beginning all there is, and after a lost connection what came meanwhile. */
export function looked(rows: Rows, page: MessagePage, held: boolean): Rows {
  const known = placesOf(rows);
  const fresh = page.messages.filter((one) => !known.has(one.place));
  const first = rows.next === undefined && rows.shown.length === 0;
  // Nothing of the page was known, so what lies between is not known either: the list begins anew with it.
  if (first || (fresh.length > 0 && fresh.length === page.messages.length && !held))
    return { ...rows, shown: page.messages, waiting: [], next: page.next, lookedTo: page.looked_to };
  return arrived(rows, { messages: fresh, left_out: 0, passed_by: 0 }, held);
}

export function arrived(rows: Rows, told: Told, held: boolean): Rows {
  const known = placesOf(rows);
  const fresh = told.messages.filter((one) => !known.has(one.place));
  const leftOut = rows.leftOut + told.left_out + told.passed_by;
  if (held) return { ...rows, waiting: [...fresh, ...rows.waiting].slice(0, KEPT), leftOut };
  return kept({ ...rows, shown: [...fresh, ...rows.waiting, ...rows.shown], waiting: [], leftOut });
}

/** What waits is shown. */
export function released(rows: Rows): Rows {
  return arrived(rows, { messages: [], left_out: 0, passed_by: 0 }, false);
}

/** An older page, asked for by whoever reads: it is shown whole. */
export function older(rows: Rows, page: MessagePage): Rows {
  const known = placesOf(rows);
  const messages = page.messages.filter((one) => !known.has(one.place));
  return { ...rows, shown: [...rows.shown, ...messages], next: page.next, lookedTo: page.looked_to };
}

function kept(rows: Rows): Rows {
  if (rows.shown.length <= KEPT) return rows;
  return { ...rows, shown: rows.shown.slice(0, KEPT), next: undefined };
}

const placesOf = (rows: Rows) => new Set([...rows.shown, ...rows.waiting].map((one) => one.place));
