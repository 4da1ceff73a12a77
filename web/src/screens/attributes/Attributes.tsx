// Attributes: the list of all, and one of them as a sentence, as YAML, and as what it would be. The address says which.
import { useAddress } from '../../app/address';
import { useRights } from '../../app/session';
import { Empty } from '../../ui/Empty';
import './attributes.css';
import { Backfill } from './Backfill';
import { Begun } from './Begun';
import { Events } from './Events';
import { List } from './List';
import { useSpeech } from './speech';

export default function Attributes() {
  const { words: w } = useSpeech();
  const { write } = useRights();
  const [search, change] = useAddress();
  const name = typeof search.attribute === 'string' ? search.attribute : undefined;
  const byEvent = search.view === 'events';
  return (
    <>
      <header className="attributes-head">
        <div>
          <h1>{w.title}</h1>
          <p className="quiet">{w.intro}</p>
        </div>
        <button type="button" onClick={() => change(() => (byEvent ? {} : { view: 'events' }))}>
          {byEvent ? w.list : w.byEvent}
        </button>
      </header>
      {!write && <p className="banner">{w.readOnly}</p>}
      <Backfill />
      {byEvent ? (
        <Events />
      ) : (
        <div className="builder">
          <List chosen={name} />
          {name === undefined ? <Empty>{w.choose}</Empty> : <Begun key={name} name={name} />}
        </div>
      )}
    </>
  );
}
