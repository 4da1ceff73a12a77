// Who comes back: of those who first ordered in a month, the share who ordered again so many months later or after.
import { STEPS } from '../../charts/hues';
import { useCohorts } from './api';
import { useSpeech } from './speech';

/** From this share on a field has the strongest colour. */
const MOST = 0.8;

export function Cohorts() {
  const { words: w, number, percent, month, time } = useSpeech();
  const { data: told } = useCohorts();
  if (told === undefined || told.cohorts.length === 0) return null;
  const width = Math.max(...told.cohorts.map(({ again }) => again.length));
  const later = Array.from({ length: width }, (_, place) => place + 1);
  return (
    <section className="card" aria-labelledby="cohorts">
      <header className="home-part-head">
        <h2 id="cohorts">{w.cohorts}</h2>
        {told.as_of !== null && (
          <span className="quiet">
            {w.asOf} {time(told.as_of)}
          </span>
        )}
      </header>
      <p className="quiet">{w.cohortsHow}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: where it is narrow it scrolls, by keyboard too */}
      {/* biome-ignore lint/a11y/useSemanticElements: a table is no set of fields */}
      <div className="table-box" role="group" aria-label={w.cohorts} tabIndex={0}>
        <table className="table cohorts">
          <thead>
            <tr>
              <th scope="col">{w.firstMonth}</th>
              <th scope="col" className="number">
                {w.customers}
              </th>
              {later.map((months) => (
                <th key={months} scope="col" className="number">
                  <span aria-hidden="true">+{months}</span>
                  <span className="hidden">{w.monthsLater(months)}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {told.cohorts.map((one) => (
              <tr key={one.month} data-cohort={one.month}>
                <th scope="row">{month(one.month)}</th>
                <td className="number">{number(one.customers)}</td>
                {later.map((months) => {
                  const share = one.again[months - 1];
                  return share === undefined ? (
                    <td key={months} />
                  ) : (
                    <td
                      key={months}
                      className={`number heated-${shade(share)}`}
                      data-share={share}
                      title={w.cohort(month(one.month), percent(share), months)}
                    >
                      {percent(Math.round(share * 100) / 100)}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

const shade = (share: number) => Math.min(STEPS - 1, Math.floor((share / MOST) * STEPS));
