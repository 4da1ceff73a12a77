// What a segment of the catalogue asks for that is not here, and how it comes here.
import type { ReadyShown } from '../../api/types.gen';
import { useRights } from '../../app/session';
import { Way } from '../../app/Way';
import { useSpeech } from './speech';
import { type Known, titled } from './vocabulary';

/** The names of what a workspace does not have, to be read. */
export function lacking({ lacks }: ReadyShown, known: Known, label: ReturnType<typeof useSpeech>['label']): string {
  return lacks.map((one) => label(titled(one, known))).join(', ');
}

/** What has not been sent yet of what it needs. */
export const unsent = ({ needs }: ReadyShown) => needs.filter((need) => !need.there).map((need) => need.text);

export function Lacking({ name, entry, known }: { name: string; entry: ReadyShown; known: Known }) {
  const { words: w, label, plural } = useSpeech();
  const { write } = useRights();
  return (
    <>
      {entry.lacks.length > 0 && (
        <section className="card lacking" aria-label={w.lacks}>
          <p>
            {plural(entry.lacks.length, w.lacksSome)} <strong>{lacking(entry, known, label)}</strong>
          </p>
          {write && (
            <Way
              to="/attributes"
              search={{ view: 'catalogue', add: entry.lacks.join(','), segment: name, ready: entry.name }}
              className="button primary"
            >
              {w.addLacking}
            </Way>
          )}
        </section>
      )}
      {!entry.fills && (
        <section className="card lacking" aria-label={w.unsent}>
          <p>
            {w.unsentSome} <strong>{unsent(entry).join('; ')}</strong>
          </p>
          <Way to="/import" className="button">
            {w.toImport}
          </Way>
        </section>
      )}
    </>
  );
}
