// Where somebody is in the stream: all of it stands in the address.
export const SIDES = ['pretty', 'raw', 'trace'] as const;
export type Side = (typeof SIDES)[number];

/** What is wanted of all messages; empty: everything. */
export interface Filters {
  source: string;
  kind: string;
  event: string;
  customer: string;
  text: string;
}

export interface Place {
  filters: Filters;
  /** The message that is open, and which of its copies. */
  message: string | null;
  copy: string | null;
  side: Side;
  /** Whether a test event is being written. */
  trying: boolean;
}

const FILTERS = ['source', 'kind', 'event', 'customer', 'text'] as const;
export const NO_FILTERS: Filters = { source: '', kind: '', event: '', customer: '', text: '' };

/** The place that an address says; what it does not say, or says wrongly, is as if nothing were there. */
export function placeOf(search: Record<string, unknown>): Place {
  const text = (name: string) => {
    const found = search[name];
    return typeof found === 'string' || typeof found === 'number' ? String(found) : null;
  };
  const filters = { ...NO_FILTERS };
  for (const name of FILTERS) filters[name] = text(name) ?? '';
  return {
    filters,
    message: text('message'),
    copy: text('copy'),
    side: SIDES.find((side) => side === search.side) ?? 'pretty',
    trying: search.trying === true,
  };
}

/** What stands in the address for a place: nothing for what is as it is by itself. */
export function searchOf({ filters, message, copy, side, trying }: Place): Record<string, unknown> {
  const kept = Object.fromEntries(FILTERS.map((name) => [name, filters[name] || undefined]));
  return {
    tab: 'live',
    ...kept,
    message: message ?? undefined,
    copy: message === null ? undefined : (copy ?? undefined),
    side: message === null || side === 'pretty' ? undefined : side,
    trying: trying || undefined,
  };
}

export const filtered = (filters: Filters): boolean => FILTERS.some((name) => filters[name] !== '');

/** The topic of the tab's socket that tells of what fits. */
export function topicOf(filters: Filters): string {
  const query = new URLSearchParams();
  for (const name of FILTERS) if (filters[name] !== '') query.set(name, filters[name]);
  return filtered(filters) ? `messages?${query}` : 'messages';
}
