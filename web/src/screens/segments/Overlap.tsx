// How segments overlap: a table with a number in each cell, the darker the more of the row they are.
import { scaleQuantize } from 'd3-scale';
import { useAddress } from '../../app/address';
import { Trouble } from '../../ui/Trouble';
import { useOverlaps, useSegments } from './api';
import { Chosen } from './Chosen';
import { placeOf } from './place';
import { useSpeech } from './speech';

const FIRST = 8;
const MOST = 20;
const heat = scaleQuantize<number>().domain([0, 1]).range([0, 1, 2, 3, 4, 5]);

export function Overlap() {
  const { words: w, label, number, percent, moment } = useSpeech();
  const [search, change] = useAddress();
  const { data: all, error } = useSegments();
  const segments = all?.segments ?? [];
  const asked = placeOf(search).chosen.filter((one) => segments.some((other) => other.name === one));
  const largest = [...segments].sort((a, b) => (b.count ?? 0) - (a.count ?? 0)).slice(0, FIRST);
  const chosen = (asked.length > 0 ? asked : largest.map((one) => one.name)).slice(0, MOST);
  const { data, error: failed } = useOverlaps(all?.as_of == null || chosen.length < 2 ? [] : chosen);
  const put = (names: string[]) => change(() => ({ view: 'overlap', with: names.join(',') }), true);
  const named = (name: string) => label(segments.find((one) => one.name === name) ?? { name, label: {} });
  if (error !== null) return <Trouble error={error} />;
  if (all === undefined) return null;
  return (
    <section className="card">
      <h2>{w.overlap}</h2>
      <Chosen
        label={w.chosen}
        adding={w.addSegmentTo}
        chosen={chosen}
        put={put}
        others={segments.map((one) => one.name)}
        named={named}
        most={MOST}
      />
      <Trouble error={failed} />
      {all.as_of === null && <p className="quiet">{w.counting}</p>}
      {chosen.length < 2 && <p className="quiet">{w.chooseTwo}</p>}
      {data !== undefined && chosen.length >= 2 && (
        <>
          <p className="quiet">{w.overlapHint}</p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what is wider than the page is scrolled by keyboard */}
          <section className="table-box" tabIndex={0} aria-label={w.overlap}>
            <table className="overlap">
              <thead>
                <tr>
                  <th scope="col">{w.segment}</th>
                  <th scope="col" className="number">
                    {w.count}
                  </th>
                  {data.names.map((one) => (
                    <th key={one} scope="col">
                      <bdi>{named(one)}</bdi>
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {data.names.map((row, place) => {
                  const shared = data.shared[place] ?? [];
                  const own = shared[place] ?? null;
                  return (
                    <tr key={row}>
                      <th scope="row">
                        <bdi>{named(row)}</bdi>
                      </th>
                      <td className="number">{own === null ? '–' : number(own)}</td>
                      {data.names.map((column, at) => {
                        const count = shared[at] ?? null;
                        if (count === null || own === null) return <td key={column}>–</td>;
                        const share = own === 0 ? 0 : count / own;
                        return (
                          <td
                            key={column}
                            className={at === place ? 'same' : `heat heat-${heat(share)}`}
                            data-shared={count}
                            title={w.cellSays(number(count), percent(share))}
                          >
                            {at === place ? '' : <b>{percent(share)}</b>}
                            {at !== place && <span>{number(count)}</span>}
                          </td>
                        );
                      })}
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </section>
          {data.why != null && <p className="quiet">–: {data.why}</p>}
          <p className="quiet">{w.asOf(moment(data.as_of), number(data.customers))}</p>
        </>
      )}
    </section>
  );
}
