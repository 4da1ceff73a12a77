// The catalogue's segments, to begin with: those first that can be used at once, then those that lack something.
import { useMemo } from 'react';
import type { ReadyShown } from '../../api/types.gen';
import { useAddress } from '../../app/address';
import { useRights } from '../../app/session';
import { Sought } from '../../ui/Field';
import { Trouble } from '../../ui/Trouble';
import { useReadySegments, useTaken, useVocabulary } from './api';
import { Begin } from './Begin';
import { lacking, unsent } from './Lacking';
import { placeOf } from './place';
import { useSpeech } from './speech';
import { told } from './telling';
import { type Known, knownOf } from './vocabulary';

const SHELVES = ['now', 'attributes', 'messages'] as const;

const shelfOf = ({ fills, lacks }: ReadyShown): (typeof SHELVES)[number] =>
  fills ? (lacks.length === 0 ? 'now' : 'attributes') : 'messages';

export function Ready() {
  const speech = useSpeech();
  const { words: w, label, number, described } = speech;
  const [search, change] = useAddress();
  const { q } = placeOf(search);
  const { data, error } = useReadySegments();
  const { data: vocabulary } = useVocabulary();
  const taken = useTaken();
  const known = useMemo(() => knownOf(vocabulary, data?.all), [vocabulary, data]);
  if (error !== null) return <Trouble error={error} />;
  // All at once: buttons that came later would move what somebody looks at, or is at with the keyboard.
  if (data === undefined || vocabulary === undefined || taken === undefined) return null;
  const says = (one: ReadyShown) => told(one.sentence?.where ?? null, known, speech);
  const wanted = q.toLowerCase();
  const fitting = data.segments.filter((one) =>
    `${label(one)} ${one.name} ${described(one)} ${says(one)}`.toLowerCase().includes(wanted),
  );
  return (
    <>
      <div>
        <h2>{w.shelf}</h2>
        <p className="lead">
          {w.shelfIntro} {!data.complete && <span className="quiet">{w.looking}</span>}
        </p>
      </div>
      <div className="segments-tools">
        <Sought
          says={w.find}
          value={q}
          put={(text) => change(() => ({ view: 'ready', ...(text !== '' && { q: text }) }), true)}
        />
      </div>
      {fitting.length === 0 && <p className="quiet">{w.noneFits}</p>}
      {SHELVES.map((shelf) => {
        const ones = fitting.filter((one) => shelfOf(one) === shelf);
        return (
          ones.length > 0 && (
            <section key={shelf} className="shelf" aria-label={w.shelves[shelf]} data-shelf={shelf}>
              <h3>
                {w.shelves[shelf]} <span className="quiet number">{number(ones.length)}</span>
              </h3>
              <ul>
                {ones.map((one) => (
                  <Item key={one.name} one={one} says={says(one)} known={known} />
                ))}
              </ul>
            </section>
          )
        );
      })}
    </>
  );
}

function Item({ one, says, known }: { one: ReadyShown; says: string; known: Known }) {
  const { words: w, label, described } = useSpeech();
  const { write } = useRights();
  const lacks = lacking(one, known, label);
  return (
    <li className="card" data-entry={one.name}>
      <div>
        <h4>
          {label(one)} {one.taken && <span className="badge">{w.there}</span>}
        </h4>
        <p>{described(one)}</p>
        <p className="segments-says">{says}</p>
        {lacks !== '' && (
          <p className="quiet">
            {w.needsFirst} {lacks}
          </p>
        )}
        {!one.fills && (
          <p className="quiet">
            {w.needsSent} {unsent(one).join('; ')}
          </p>
        )}
      </div>
      {write && <Begin one={one} />}
    </li>
  );
}
