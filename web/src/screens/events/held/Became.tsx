// What became of events that were let in or sent again, kind by kind.
import type { Fate } from './api';
import { useSpeech } from './speech';

const KINDS = ['counted', 'stored', 'duplicate', 'held', 'refused', 'gone'] as const;
/** So many that were not taken are told one by one. */
const MOST = 5;

export function Became({ fates, title, close }: { fates: Fate[]; title?: string; close: () => void }) {
  const { words: w, plural } = useSpeech();
  const refused = fates.filter((fate) => fate.what === 'refused' || fate.what === 'held').slice(0, MOST);
  return (
    <div className="held-became" role="status">
      <div>
        {title !== undefined && <strong>{title}</strong>}
        <ul>
          {KINDS.map((kind) => {
            const count = fates.filter((fate) => fate.what === kind).length;
            return (
              count > 0 && (
                <li key={kind} data-became={kind} data-count={count}>
                  {plural(count, w.became[kind])}
                </li>
              )
            );
          })}
        </ul>
        {refused.map((fate) => (
          <p key={fate.id} className="quiet">
            <q lang="en" dir="auto">
              {fate.message}
            </q>
          </p>
        ))}
      </div>
      <button type="button" onClick={close}>
        {w.close}
      </button>
    </div>
  );
}
