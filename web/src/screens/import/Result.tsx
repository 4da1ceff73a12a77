// What came of an import, in words.
import type { ImportShown } from '../../api/types.gen';
import { useSpeech } from './speech';
import { Unpriced } from './Unpriced';

export function Result({ shown, brief = false }: { shown: ImportShown; brief?: boolean }) {
  const { words: w, count } = useSpeech();
  const { counts } = shown;
  if (counts === null) return null;
  const table = (counts.lookups?.length ?? 0) > 0;
  const unpriced = counts.unpriced ?? [];
  const reasons = Object.entries(counts.reasons ?? {});
  return (
    <>
      <p className="result">
        <strong>{count(counts.stored ?? 0, table ? w.storedRows : w.stored)}</strong>
        {(counts.duplicates ?? 0) > 0 && <> · {count(counts.duplicates ?? 0, w.duplicates)}</>}
        {(counts.rejected ?? 0) > 0 && <> · {count(counts.rejected ?? 0, w.rejected)}</>}
      </p>
      {brief ? (
        unpriced.length > 0 && (
          <p className="quiet">{w.unpricedBriefly(unpriced.map((one) => one.currency || '?').join(', '))}</p>
        )
      ) : (
        <Unpriced unpriced={unpriced} />
      )}
      {!brief && reasons.length > 0 && (
        <ul className="troubles">
          {reasons.map(([reason, rows]) => {
            const first = counts.rejections?.find((one) => one.reason === reason);
            return (
              <li key={reason}>
                <strong>{count(rows, w.rows)}</strong> {w.reasons[reason] ?? first?.message ?? reason}{' '}
                {first !== undefined && <span className="quiet">({w.first(String(first.row))})</span>}
              </li>
            );
          })}
        </ul>
      )}
    </>
  );
}
