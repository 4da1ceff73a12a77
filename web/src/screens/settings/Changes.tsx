// Who changed what, newest first.

import { Empty } from '../../ui/Empty';
import { Table } from '../../ui/Table';
import { Trouble } from '../../ui/Trouble';
import { type Changed, useChanges } from './api';
import { useSpeech } from './speech';

export function Changes() {
  const { words: w } = useSpeech();
  const { pages, error, refetch, more, loadMore } = useChanges();
  return (
    <>
      <p className="lead">{w.changes.intro}</p>
      <Trouble error={error} again={refetch} />
      {pages?.length === 0 && <Empty title={w.changes.empty}>{w.changes.emptyHint}</Empty>}
      {pages !== undefined && pages.length > 0 && (
        <Table
          heads={[w.changes.at, w.changes.who, w.changes.what, w.changes.object, w.changes.before, w.changes.after]}
        >
          <tbody>
            {pages.map((change) => (
              <ChangeRow key={change.id} change={change} />
            ))}
          </tbody>
        </Table>
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
        <bdi>{change.way === 'command' ? w.changes.commandLine : change.who}</bdi>
        {way !== '' && <span className="badge">{way}</span>}
      </td>
      <td>{w.changes.whats[change.what] ?? change.what}</td>
      <td dir="auto">{change.object}</td>
      <td dir="auto">{change.before ?? w.none}</td>
      <td dir="auto">{change.after ?? w.none}</td>
    </tr>
  );
}
