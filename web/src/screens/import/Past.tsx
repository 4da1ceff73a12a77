// The imports so far, each of which can be looked at and, for a while, undone.
import { useImports } from './api';
import { Result } from './Result';
import { useSpeech, useWhere } from './speech';
import { Trouble } from './Trouble';

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
        <div className="table-box">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{w.file}</th>
                <th scope="col">{w.started}</th>
                <th scope="col">{w.state}</th>
                <th scope="col">{w.result}</th>
              </tr>
            </thead>
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
                  <td>{shown.error ?? <Result shown={shown} brief />}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
