// The customers' screen: the search, and below it nobody or one customer; where somebody is stands in the address.
import { useCallback, useMemo } from 'react';
import { useAddress } from '../../app/address';
import './customers.css';
import { Finder } from './Finder';
import { Person } from './Person';
import { type Place, placeOf, searchOf } from './place';
import { useSpeech } from './speech';

export default function Customers() {
  const { words: w } = useSpeech();
  const [search, setSearch] = useAddress();
  const place = useMemo(() => placeOf(search), [search]);
  const go = useCallback(
    (to: Partial<Place>, replace = false) => setSearch((from) => searchOf({ ...placeOf(from), ...to }), replace),
    [setSearch],
  );
  const type = useCallback((q: string) => go({ q }, true), [go]);
  const open = useCallback((id: string) => go({ id, tab: 'profile', behind: null, at: null, kinds: [] }), [go]);
  if (place.id !== null) return <Person key={place.id} id={place.id} place={place} go={go} />;
  return (
    <div className="customers">
      <header>
        <h1>{w.title}</h1>
        <p className="quiet">{w.intro}</p>
      </header>
      <Finder typed={place.q} type={type} open={open} />
    </div>
  );
}
