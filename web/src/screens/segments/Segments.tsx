// Segments: the list of all with their sizes, one of them, and how some overlap. The address says which.
import { useAddress } from '../../app/address';
import { useRights } from '../../app/session';
import { Way } from '../../app/Way';
import '../attributes/attributes.css';
import { List } from './List';
import { One } from './One';
import { Overlap } from './Overlap';
import { placeOf } from './place';
import { Ready } from './Ready';
import './segments.css';
import { useSpeech } from './speech';

export default function Segments() {
  const { words: w } = useSpeech();
  const { write } = useRights();
  const [search] = useAddress();
  const { segment, overlap, shelf } = placeOf(search);
  const list = segment === null && !overlap && !shelf;
  return (
    <>
      <header className="attributes-head">
        <div>
          <h1>{w.title}</h1>
          {list && <p className="quiet">{w.intro}</p>}
        </div>
        {!list && <Way to="/segments">{w.toList}</Way>}
      </header>
      {!write && <p className="banner">{w.readOnly}</p>}
      {overlap && <Overlap />}
      {shelf && <Ready />}
      {list && <List />}
      {segment !== null && !overlap && !shelf && <One key={segment} name={segment} />}
    </>
  );
}
