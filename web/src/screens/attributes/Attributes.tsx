// Attributes: the list of all, and one of them as a sentence, as YAML, and as what it would be; by event; the catalogue;
// the models. The address says which.
import { useAddress } from '../../app/address';
import { Parts } from '../../app/Parts';
import { useRights } from '../../app/session';
import { Empty } from '../../ui/Empty';
import './attributes.css';
import { Backfill } from './Backfill';
import { Begun } from './Begun';
import { Events } from './Events';
import { List } from './List';
import { Models } from './models/Models';
import { Ready } from './ready/Ready';
import { useSpeech } from './speech';

const VIEWS = ['list', 'catalogue', 'models', 'events'] as const;

export default function Attributes() {
  const { words: w } = useSpeech();
  const { write } = useRights();
  const [search] = useAddress();
  const name = typeof search.attribute === 'string' ? search.attribute : undefined;
  const view = VIEWS.find((one) => one === search.view) ?? 'list';
  return (
    <>
      <header>
        <h1>{w.title}</h1>
        <p className="quiet">{w.intro}</p>
      </header>
      <Parts label={w.title} className="tabs" to="/attributes" by="view" parts={VIEWS} called={w.views} chosen={view} />
      {!write && <p className="banner">{w.readOnly}</p>}
      <Backfill />
      {view === 'events' && <Events />}
      {view === 'catalogue' && <Ready />}
      {view === 'models' && <Models />}
      {view === 'list' && (
        <div className="builder">
          <List chosen={name} />
          {name === undefined ? <Empty>{w.choose}</Empty> : <Begun key={name} name={name} />}
        </div>
      )}
    </>
  );
}
