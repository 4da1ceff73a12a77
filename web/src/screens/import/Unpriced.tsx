// Rows in currencies without a rate: they are imported, and their money counts nothing until there is one.
import type { UnpricedRows } from '../../api/types.gen';
import { Way } from '../../app/Way';
import { useSpeech } from './speech';

export function Unpriced({ unpriced }: { unpriced: UnpricedRows[] }) {
  const { words: w, count, day, currency } = useSpeech();
  if (unpriced.length === 0) return null;
  return (
    <section className="notice unpriced" aria-label={w.unpriced}>
      <h3>{w.unpriced}</h3>
      <ul className="troubles">
        {unpriced.map((one) => (
          <li key={one.currency}>
            <strong>{count(one.rows, w.rows)}</strong>{' '}
            {one.currency === '' ? w.inNoCurrency : <bdi>{w.inCurrency(one.currency)}</bdi>}{' '}
            <span className="quiet">({w.since(day(one.since))})</span>
          </li>
        ))}
      </ul>
      <p>{w.unpricedCounts(currency)}</p>
      <p>
        {w.ratesMissing}{' '}
        <Way to="/settings" search={{ part: 'workspace' }}>
          {w.rates}
        </Way>
      </p>
    </section>
  );
}
