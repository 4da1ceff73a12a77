// How customers move through the stages of their life: how many were in each on every day, and who moved in the last.
import { Flow } from '../../charts/Flow';
import { hue } from '../../charts/hues';
import { Stacked } from '../../charts/Stacked';
import { Swatch } from '../../charts/Swatch';
import { Table } from '../../ui/Table';
import { useMovement } from './api';
import { useSpeech } from './speech';

const NOWHERE = '';
/** Flows that are drawn, the greatest. */
const MOST = 12;

export function Movement() {
  const { words: w, language, number, day, time } = useSpeech();
  const { data: told } = useMovement();
  if (told === undefined || told.attribute === null || told.stages.length === 0) return null;
  const called = (stage: string) =>
    stage === NOWHERE ? w.noStage : (told.stages.find((one) => one.stage === stage)?.called[language] ?? stage);
  const parts = told.stages.map(({ stage, sizes }) => ({ name: stage, colour: hue(stage), sizes }));
  const ways = told.moves
    .map(({ from, to, customers }) => ({ from: from ?? NOWHERE, to: to ?? NOWHERE, count: customers }))
    .sort((a, b) => b.count - a.count);
  const moved = ways.reduce((sum, { count }) => sum + count, 0);
  return (
    <section className="card" aria-labelledby="movement">
      <header className="home-part-head">
        <h2 id="movement">{w.movement}</h2>
        {told.as_of !== null && (
          <span className="quiet">
            {w.asOf} {time(told.as_of)}
          </span>
        )}
      </header>
      <ul className="legend-row">
        {told.stages.map(({ stage, sizes }) => (
          <li key={stage} data-stage={stage}>
            <Swatch of={hue(stage)} />
            {called(stage)} <strong className="number">{number(sizes.at(-1) ?? 0)}</strong>
          </li>
        ))}
      </ul>
      <Stacked
        label={w.movementChart}
        times={told.at}
        parts={parts}
        say={(stage, at, size) => w.stageSize(called(stage), number(size), time(at))}
        short={day}
        count={number}
      />
      {told.at.length < 2 && <p className="quiet">{w.movementSoon}</p>}
      {told.from !== null && told.to !== null && (
        <>
          <h3>{w.lastMoves(time(told.from), time(told.to))}</h3>
          {moved === 0 && <p>{w.nobodyMoved}</p>}
          {moved > 0 && (
            <Flow
              label={w.movesChart}
              ways={ways.slice(0, MOST)}
              called={called}
              colour={hue}
              say={({ from, to, count }) => w.way(called(from), called(to), number(count))}
              count={number}
            />
          )}
        </>
      )}
      <details>
        <summary>{w.asTable}</summary>
        <div className="home-tables">
          <Table heads={[w.day, ...told.stages.map(({ stage }) => ({ text: called(stage), number: true }))]}>
            <tbody>
              {told.at.map((at, place) => (
                <tr key={at}>
                  <th scope="row">{time(at)}</th>
                  {told.stages.map(({ stage, sizes }) => (
                    <td key={stage} className="number">
                      {number(sizes[place] ?? 0)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </Table>
          {moved > 0 && (
            <Table heads={[w.movedFrom, w.movedTo, { text: w.customers, number: true }]}>
              <tbody>
                {ways.map(({ from, to, count }) => (
                  <tr key={`${from}>${to}`}>
                    <td>{called(from)}</td>
                    <td>{called(to)}</td>
                    <td className="number">{number(count)}</td>
                  </tr>
                ))}
              </tbody>
            </Table>
          )}
        </div>
      </details>
    </section>
  );
}
