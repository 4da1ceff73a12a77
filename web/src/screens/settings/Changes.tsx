// Who changed what, newest first.
import { type Changed, useChanges } from './api';
import { useSpeech } from './speech';
import { Trouble } from './Trouble';

export function Changes() {
  const { words: w } = useSpeech();
  const { pages, error, refetch, more, loadMore } = useChanges();
  return (
    <>
      <p className="lead">{w.changes.intro}</p>
      {error !== null && <Trouble error={error} again={refetch} />}
      {pages?.length === 0 && (
        <div className="empty">
          <h3>{w.changes.empty}</h3>
          <p>{w.changes.emptyHint}</p>
        </div>
      )}
      {pages !== undefined && pages.length > 0 && (
        <div className="table-box">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{w.changes.at}</th>
                <th scope="col">{w.changes.who}</th>
                <th scope="col">{w.changes.what}</th>
                <th scope="col">{w.changes.object}</th>
                <th scope="col">{w.changes.before}</th>
                <th scope="col">{w.changes.after}</th>
              </tr>
            </thead>
            <tbody>
              {pages.map((change) => (
                <ChangeRow key={change.id} change={change} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {more && (
        <button type="button" onClick={loadMore}>
          {w.loadMore}
        </button>
      )}
    </>
  );
}

function ChangeRow({ change }: { change: Changed }) {
  const { words: w, moment } = useSpeech();
  const way = w.changes.ways[change.way];
  return (
    <tr>
      <td>
        <time dateTime={change.at}>{moment(change.at)}</time>
      </td>
      <td>
        <bdi>{change.who}</bdi>
        {way !== '' && <span className="badge">{way}</span>}
      </td>
      <td>{w.changes.whats[change.what] ?? change.what}</td>
      <td dir="auto">{change.object}</td>
      <td dir="auto">{change.before ?? w.none}</td>
      <td dir="auto">{change.after ?? w.none}</td>
    </tr>
  );
}
