// What of all messages is shown.
import { useEffect, useId, useState } from 'react';
import { useSeenEvents } from '../../../app/seen';
import { useRights } from '../../../app/session';
import { Options, Select, TextField } from '../../../ui/Field';
import { type Filters as All, filtered, NO_FILTERS } from './place';
import { useSpeech } from './speech';

/** So long nobody types before what is typed counts, in milliseconds. */
const QUIET = 300;

interface Props {
  filters: All;
  sources: string[];
  put: (filters: All) => void;
}

export function Filters({ filters, sources, put }: Props) {
  const { words: w } = useSpeech();
  const { personal } = useRights();
  const { data: seen } = useSeenEvents();
  const names = seen?.events.flatMap((one) => (one.name === null ? [] : [one.name])) ?? [];
  const set = (name: keyof All) => (value: string) => put({ ...filters, [name]: value });
  return (
    <fieldset className="stream-filters">
      <legend className="hidden">{w.filters}</legend>
      <Typed says={w.event} value={filters.event} offered={names} put={set('event')} />
      <Select label={w.kind} value={filters.kind} put={set('kind')}>
        <option value="">{w.all}</option>
        <Options of={w.kinds} />
      </Select>
      <Typed says={w.source} value={filters.source} offered={sources} put={set('source')} />
      {personal && <Typed says={w.customer} value={filters.customer} offered={[]} put={set('customer')} />}
      {personal && <Typed says={w.text} value={filters.text} offered={[]} put={set('text')} />}
      {filtered(filters) && (
        <button type="button" onClick={() => put(NO_FILTERS)}>
          {w.clear}
        </button>
      )}
    </fieldset>
  );
}

interface TypedProps {
  says: string;
  value: string;
  offered: string[];
  put: (value: string) => void;
}

/** A text that counts as soon as nobody types any more. */
function Typed({ says, value, offered, put }: TypedProps) {
  const [typed, setTyped] = useState(value);
  const list = useId();
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed.trim() === value) return;
    const later = setTimeout(() => put(typed.trim()), QUIET);
    return () => clearTimeout(later);
  }, [typed, value, put]);
  return (
    <>
      <TextField
        label={says}
        value={typed}
        put={setTyped}
        type="search"
        list={list}
        maxLength={256}
        spellCheck={false}
        placeholder="–"
      />
      <datalist id={list}>
        {[...new Set(offered)].map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
    </>
  );
}
