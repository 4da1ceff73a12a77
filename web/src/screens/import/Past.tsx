// The imports so far, each of which can be looked at and, for a while, undone.

import { Bar } from '../../ui/Bar';
import { Table } from '../../ui/Table';
import { Trouble } from '../../ui/Trouble';
import { goesOn, useImports } from './api';
import { Result } from './Result';
import { useSpeech, useWhere } from './speech';

export function Past() {
  const { words: w, moment } = useSpeech();
  const [, go] = useWhere();
  const { data, error, refetch } = useImports();
  if (error !== null) return <Trouble error={error} again={refetch} />;
  if (data === undefined) return null;
  return (
    <section className="card past">
      <h2>{w.past}</h2>
      {data.length === 0 ? (
        <p>{w.none}</p>
      ) : (
        <Table heads={[w.file, w.started, w.state, w.result]}>
          <tbody>
            {data.map((shown) => (
              <tr key={shown.id}>
                <th scope="row">
                  <button type="button" className="link" onClick={() => go({ job: shown.id })}>
                    {shown.name ?? w.run(String(shown.run))}
                  </button>
                </th>
                <td>{shown.started === null ? '' : moment(shown.started)}</td>
                <td className={`state ${shown.state}`}>{w.states[shown.state]}</td>
                <td>
                  {goesOn(shown) && <Bar label={w.going(shown.name ?? '')} done={shown.done} of={shown.of} />}
                  {shown.error ?? <Result shown={shown} brief />}
                </td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </section>
  );
}
