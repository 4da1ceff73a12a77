// Whom the condition lets through, while it is written: how many, how they differ from everybody, some of them.
import type { SegmentTried } from '../../api/types.gen';
import { People } from './People';
import { SpreadChart } from './SpreadChart';
import { useSpeech } from './speech';
import type { Known } from './vocabulary';

interface Props {
  tried: SegmentTried | null;
  wrong: boolean;
  /** Whether what it asks for is being worked out. */
  arriving: boolean;
  known: Known;
  spread: string | null;
  choose: (attribute: string | null) => void;
  /** Whether a segment of this name counts already, which publishing would change. */
  inForce: boolean;
}

export function Live({ tried, wrong, arriving, known, spread, choose, inForce }: Props) {
  const { words: w, number, percent, moment, plural } = useSpeech();
  const { count, customers } = tried ?? {};
  if (tried === null || wrong || count == null || customers == null) {
    const counting = tried !== null && tried.mistakes.length === 0 && !wrong;
    return (
      <section className="card live" aria-label={w.preview}>
        <h3>{w.preview}</h3>
        <p className="quiet">
          {arriving ? w.arriving : counting ? (tried.why ?? w.counting) : wrong ? w.wrong : w.previewHint}
        </p>
      </section>
    );
  }
  const share = customers === 0 ? 0 : count / customers;
  const { entering, leaving } = tried;
  return (
    <section className="card live" aria-label={w.preview}>
      <h3>{w.preview}</h3>
      <p className="figure" role="status">
        <strong data-count={count}>{plural(count, w.people)}</strong>
        <span className="quiet">{w.ofAll(percent(share), number(customers))}</span>
      </p>
      <meter min={0} max={1} value={share} aria-label={w.share} />
      {inForce && entering != null && leaving != null && (
        <p className="moving" data-entering={entering} data-leaving={leaving}>
          {entering === 0 && leaving === 0 ? (
            <span className="quiet">{w.nobodyMoves}</span>
          ) : (
            <>
              <span className="came">{w.entering(number(entering))}</span>
              <span className="went">{w.leaving(number(leaving))}</span>
            </>
          )}
        </p>
      )}
      <label className="choice">
        {w.spreadOf}{' '}
        <select value={spread ?? ''} onChange={(event) => choose(event.target.value || null)}>
          <option value="">{w.nothing}</option>
          <Spreading known={known} />
        </select>
      </label>
      {tried.spread != null && tried.spread.attribute === spread && <SpreadChart spread={tried.spread} />}
      {tried.hidden && <p className="quiet">{w.hidden}</p>}
      {count === 0 && <p className="quiet">{w.nobody}</p>}
      <People attributes={tried.attributes ?? []} members={tried.members ?? []} />
      {tried.as_of != null && <p className="quiet">{w.asOf(moment(tried.as_of), number(customers))}</p>}
    </section>
  );
}

function Spreading({ known }: { known: Known }) {
  const { label } = useSpeech();
  return [...known.words.values()]
    .filter((word) => !word.many)
    .map((word) => (
      <option key={word.name} value={word.name}>
        {label(word)}
      </option>
    ));
}
