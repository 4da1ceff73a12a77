// What is wrong most often: a bar for each reason, which is a filter, too.
import { useAddress } from '../../../app/address';
import { Options, Select } from '../../../ui/Field';
import type { Counted, Wanted } from './api';
import { byReason, reasonSaid } from './said';
import { useSpeech } from './speech';

export function Most({ counts, wanted }: { counts: Counted[]; wanted: Wanted }) {
  const { words: w, number, time } = useSpeech();
  const [, change] = useAddress();
  const lines = byReason(counts, wanted.source);
  const sources = [...new Set(counts.map((one) => one.source))].sort();
  const greatest = Math.max(1, ...lines.map((line) => line.count));
  const filter = (by: { source?: string | undefined; reason?: string | undefined }) =>
    change((from) => ({ ...from, open: undefined, ...by }));
  return (
    <section className="card held-most" aria-label={w.most}>
      <h2>{w.most}</h2>
      <Select
        label={w.source}
        value={wanted.source ?? ''}
        put={(source) => filter({ source: source === '' ? undefined : source })}
      >
        <option value="">{w.allSources}</option>
        <Options of={Object.fromEntries(sources.map((source) => [source, source]))} />
      </Select>
      <p className="quiet">{w.mostHint}</p>
      <ul>
        {lines.map((line) => {
          const on = line.reason === wanted.reason;
          return (
            <li key={line.reason}>
              <button type="button" aria-pressed={on} onClick={() => filter({ reason: on ? undefined : line.reason })}>
                <span className="held-why">
                  <bdi>{reasonSaid(line.reason, line.against, w)}</bdi>
                  <strong>{number(line.count)}</strong>
                </span>
                <svg className="held-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                  <rect data-count={line.count} width={(100 * line.count) / greatest} height="4" />
                </svg>
                <small className="quiet">{w.last(time(line.last))}</small>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
