// Where somebody is on this screen: all of it stands in the address.
export const TABS = ['profile', 'timeline', 'ids'] as const;
export type Tab = (typeof TABS)[number];

export interface Place {
  /** What is typed into the search. */
  q: string;
  /** The address of a customer. */
  id: string | null;
  tab: Tab;
  /** The attribute behind which somebody looks. */
  behind: string | null;
  /** The time at which the profile is read; null: now. */
  at: string | null;
  /** What had come in by then is all that counts; null: everything. */
  known: string | null;
  kinds: string[];
}

/** The place that an address says; what it does not say, or says wrongly, is as if nothing were there. */
export function placeOf(search: Record<string, unknown>): Place {
  const text = (name: string) => {
    const found = search[name];
    return typeof found === 'string' || typeof found === 'number' ? String(found) : null;
  };
  const time = (name: string) => {
    const found = text(name);
    return found !== null && !Number.isNaN(Date.parse(found)) ? found : null;
  };
  const kinds = search.kinds;
  return {
    q: text('q') ?? '',
    id: text('id'),
    tab: TABS.find((tab) => tab === search.tab) ?? 'profile',
    behind: text('behind'),
    at: time('at'),
    known: time('known'),
    kinds: Array.isArray(kinds) ? kinds.filter((one) => typeof one === 'string') : [],
  };
}

/** What stands in the address for a place: nothing for what is as it is by itself. */
export function searchOf(place: Place): Record<string, unknown> {
  return {
    q: place.q === '' ? undefined : place.q,
    id: place.id ?? undefined,
    tab: place.tab === 'profile' ? undefined : place.tab,
    behind: place.behind ?? undefined,
    at: place.at ?? undefined,
    known: place.known ?? undefined,
    kinds: place.kinds.length === 0 ? undefined : place.kinds,
  };
}
