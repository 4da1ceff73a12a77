// Where somebody is on this screen: all of it stands in the address.
export interface Place {
  /** The segment that is looked at. */
  segment: string | null;
  /** Whether it is being changed. */
  change: boolean;
  /** Whether segments are laid beside each other, and which. */
  overlap: boolean;
  chosen: string[];
  /** What is searched in the list. */
  q: string;
  /** The attributes that are shown of members; null: those that the condition names. */
  columns: string[] | null;
  /** The earlier time that somebody looks at. */
  at: string | null;
  /** The segment whose condition a new one begins with. */
  from: string | null;
  /** Which of the conditions to begin with a new one takes. */
  begin: string | null;
  /** Whether the catalogue's segments are looked at. */
  shelf: boolean;
  /** The catalogue's segment that a new one begins with. */
  ready: string | null;
}

const NAME = /^[A-Za-z][A-Za-z0-9_]{0,62}$/;

/** The place that an address says; what it does not say, or says wrongly, is as if nothing were there. */
export function placeOf(search: Record<string, unknown>): Place {
  const text = (name: string) => {
    const found = search[name];
    return typeof found === 'string' || typeof found === 'number' ? String(found) : null;
  };
  const name = (of: string) => {
    const found = text(of);
    return found !== null && NAME.test(found) ? found : null;
  };
  const names = (of: string) => (text(of) ?? '').split(',').filter((one) => NAME.test(one));
  const at = text('at');
  return {
    segment: name('segment'),
    change: search.part === 'change',
    overlap: search.view === 'overlap',
    chosen: names('with'),
    q: text('q') ?? '',
    columns: text('columns') === null ? null : names('columns'),
    at: at !== null && !Number.isNaN(Date.parse(at)) ? at : null,
    from: name('from'),
    begin: name('begin'),
    shelf: search.view === 'ready',
    ready: name('ready'),
  };
}
