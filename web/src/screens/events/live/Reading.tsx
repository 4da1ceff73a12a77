// Whether a message fits what reads it: what is wrong, in words.
import type { Fit, LineRead } from './api';
import { useSpeech } from './speech';

/** `quietly`: nothing is said of a message that nothing reads. */
export function Reading({ fit, quietly = false }: { fit: Fit; quietly?: boolean }) {
  const { words: w, label, plural } = useSpeech();
  const wrong = fit.attributes.filter((one) => !one.fits);
  const without = fit.attributes.filter((one) => one.fits && one.counts === 0 && one.read.some(isNotThere));
  const clean = wrong.length === 0 && fit.plan.length === 0 && fit.key_missing === null;
  if (quietly && fit.attributes.length === 0 && clean) return null;
  return (
    <div className={clean ? 'stream-reading' : 'stream-reading stream-reading-wrong'} data-fits={clean}>
      <p>
        {clean && fit.attributes.length > 0 && `${w.allFits} `}
        {fit.attributes.length === 0 ? w.readByNone : plural(fit.attributes.length, w.readBy)}
      </p>
      {without.length > 0 && (
        <p className="quiet">
          {w.notThere(without.map((one) => label({ name: one.attribute, label: one.label })).join(', '))}
        </p>
      )}
      {!clean && (
        <ul>
          {fit.plan.map((one) => (
            <li key={one}>
              {w.plan}: <span dir="auto">{one}</span>
            </li>
          ))}
          {fit.key_missing !== null && <li>{w.keyMissing(fit.key_missing)}</li>}
          {wrong.map((one) => (
            <li key={one.attribute}>
              {w.cannotUse(label({ name: one.attribute, label: one.label }))}
              {[...new Set(one.read.flatMap((line) => line.detail ?? []))].map((detail) => `: ${detail}`)}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

const isNotThere = (line: LineRead) => line.reason === 'value' || line.reason === 'no_lines';
