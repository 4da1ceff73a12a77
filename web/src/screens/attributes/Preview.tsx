// What the attribute would be: how the values spread, who would change, some customers by name.
import type { Preview as Previewed } from '../../api/types.gen';
import { Table } from '../../ui/Table';
import { Histogram } from './Histogram';
import { useSpeech, written } from './speech';

export function Preview({ preview, wrong }: { preview: Previewed | null; wrong: boolean }) {
  const speech = useSpeech();
  const { words: w, number, percent, moment } = speech;
  const told = preview !== null && preview.at !== null && !wrong ? preview : null;
  if (told === null) {
    return (
      <section className="card preview" aria-label={w.preview}>
        <h3>{w.preview}</h3>
        <p className="quiet">{w.previewHint}</p>
      </section>
    );
  }
  if (told.untrained !== null) return <Untrained told={told} untrained={told.untrained} />;
  const { sampled, of, changed, spread, examples } = told;
  const share = (count: number) => percent(sampled === 0 ? 0 : count / sampled);
  return (
    <section className="card preview" aria-label={w.preview}>
      <h3>{w.preview}</h3>
      <p className="quiet">
        {sampled < of ? w.sampled(number(sampled), number(of)) : w.everybody(number(of))},{' '}
        {w.asOf(moment(told.at ?? ''))}
      </p>
      {changed !== null && (
        <p className="changed">{changed === 0 ? w.unchanged : w.changed(number(changed), share(changed))}</p>
      )}
      {told.why !== null && <p className="quiet">{told.why}</p>}
      {told.ranked && <p className="quiet">{w.ranked}</p>}
      {spread !== null && (
        <>
          {spread.kind === 'nothing' ? (
            <p className="quiet">{w.nobody}</p>
          ) : (
            <Histogram spread={spread} old={!told.new} />
          )}
          {spread.null > 0 && spread.kind !== 'nothing' && <p className="quiet">{w.noValue(share(spread.null))}</p>}
        </>
      )}
      {examples.length > 0 && spread !== null && (
        <Table
          heads={[
            w.customer,
            ...(told.new ? [] : [{ text: w.now, number: true }]),
            { text: w.afterwards, number: true },
          ]}
        >
          <tbody>
            {examples.map((one) => (
              <tr key={one.customer_id}>
                <th scope="row" dir="auto">
                  {one.customer_id}
                </th>
                {!told.new && <td className="number">{written(one.before, measured(spread), speech)}</td>}
                <td className="number" dir="auto">
                  {written(one.after, measured(spread), speech)}
                </td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </section>
  );
}

const measured = (spread: NonNullable<Previewed['spread']>) => spread.measure;

/** A model that no batch has trained yet: who would get a value, and what the others lack. */
function Untrained({ told, untrained }: { told: Previewed; untrained: NonNullable<Previewed['untrained']> }) {
  const { words: w, number, percent, moment } = useSpeech();
  const { sampled, of } = told;
  const lacking = Object.entries(untrained.lacking).filter(([, count]) => count > 0);
  return (
    <section className="card preview" aria-label={w.preview}>
      <h3>{w.preview}</h3>
      <p className="notice">{w.untrained}</p>
      <p className="quiet">
        {sampled < of ? w.sampled(number(sampled), number(of)) : w.everybody(number(of))},{' '}
        {w.asOf(moment(told.at ?? ''))}
      </p>
      <p className="changed">
        {w.would(number(untrained.would), percent(sampled === 0 ? 0 : untrained.would / sampled))}
      </p>
      <meter
        aria-label={w.has}
        min={0}
        max={Math.max(1, sampled)}
        value={untrained.would}
        data-would={untrained.would}
      />
      {lacking.length > 0 && (
        <ul>
          {lacking.map(([role, count]) => (
            <li key={role}>{w.lacks(role, number(count))}</li>
          ))}
        </ul>
      )}
      <Table heads={[w.customer, w.has]}>
        <tbody>
          {untrained.examples.map((one) => (
            <tr key={one.customer_id}>
              <th scope="row" dir="auto">
                {one.customer_id}
              </th>
              <td>{one.has ? w.yes : w.no}</td>
            </tr>
          ))}
        </tbody>
      </Table>
    </section>
  );
}
