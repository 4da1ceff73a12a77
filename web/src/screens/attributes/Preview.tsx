// What the attribute would be: how the values spread, who would change, some customers by name.
import type { Preview as Previewed } from '../../api/types.gen';
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
  const { sampled, of, changed, spread, examples } = told;
  const share = (count: number) => percent(sampled === 0 ? 0 : count / sampled);
  return (
    <section className="card preview" aria-label={w.preview}>
      <h3>{w.preview}</h3>
      <p className="quiet">
        {sampled < of ? w.sampled(number(sampled), number(of)) : w.everybody(number(of))},{' '}
        {w.asOf(moment(told.at ?? ''))}
      </p>
      <p className="changed">{changed === 0 ? w.unchanged : w.changed(number(changed), share(changed))}</p>
      {told.hidden && <p className="quiet">{w.hidden}</p>}
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
        <div className="table-box">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{w.customer}</th>
                {!told.new && (
                  <th scope="col" className="number">
                    {w.now}
                  </th>
                )}
                <th scope="col" className="number">
                  {w.afterwards}
                </th>
              </tr>
            </thead>
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
          </table>
        </div>
      )}
    </section>
  );
}

const measured = (spread: NonNullable<Previewed['spread']>) => spread.measure;
