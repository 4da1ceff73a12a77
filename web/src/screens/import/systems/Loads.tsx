// The other systems: how each stands, what its loads brought, how far it is read, and the button that loads it.
import type { LoadShown, SourceLoads } from '../../../api/types.gen';
import { useRights } from '../../../app/session';
import { Way } from '../../../app/Way';
import { Bar } from '../../../ui/Bar';
import { Copyable } from '../../../ui/Copy';
import { Empty } from '../../../ui/Empty';
import { State } from '../../../ui/State';
import { Table } from '../../../ui/Table';
import { Trouble } from '../../../ui/Trouble';
import { useLoading, useLoads } from './api';
import { useSpeech } from './speech';

const EXAMPLE = `kind: postgresql
connection: {env: SHOP_DATABASE}
table: public.orders
incremental: {column: updated_at}
map: sources/orders-map.yaml
`;

export function Loads() {
  const { words } = useSpeech();
  const w = words.loads;
  const { write } = useRights();
  const loading = useLoading();
  const { data, error, refetch } = useLoads(loading.isPending);
  if (error !== null) return <Trouble error={error} again={refetch} />;
  if (data === undefined) return null;
  const busy = loading.isPending || data.some((one) => one.going !== null);
  if (data.length === 0) {
    return (
      <Empty title={w.none}>
        <p>{w.noneHint}</p>
        <Copyable text={EXAMPLE} />
      </Empty>
    );
  }
  return (
    <div className="systems">
      <header className="systems-head">
        <p className="lead">{w.intro}</p>
        {write && (
          <button
            type="button"
            className="primary"
            disabled={busy}
            onClick={() => loading.mutate({ names: [], full: false })}
          >
            {w.all}
          </button>
        )}
      </header>
      {/* A load that failed is told by its system. */}
      {data.every((one) => one.failed === null) && <Trouble error={loading.error} />}
      <div className="systems-all">
        {data.map((one) => (
          <System
            key={one.name}
            one={one}
            load={write && !busy && one.error === null ? (full) => loading.mutate({ names: [one.name], full }) : null}
          />
        ))}
      </div>
    </div>
  );
}

function System({ one, load }: { one: SourceLoads; load: ((full: boolean) => void) | null }) {
  const { words, number, moment } = useSpeech();
  const w = words.loads;
  const { going, failed } = one;
  return (
    <article className="card system" data-system={one.name} aria-label={one.name}>
      <header>
        <h2>
          <bdi>{one.name}</bdi>
        </h2>
        {one.kind !== null && <span className="badge">{w.kinds[one.kind]}</span>}
        {one.error !== null ? (
          <State of="failed">{w.wrong}</State>
        ) : going !== null ? (
          <State of="building">{w.loading}</State>
        ) : failed !== null ? (
          <State of="failed">{w.failed(moment(failed.at))}</State>
        ) : one.last === null ? (
          <State of="none">{w.never}</State>
        ) : (
          <State of="live">{w.loaded(moment(one.last.at))}</State>
        )}
      </header>
      {one.error !== null && (
        <p className="wrong" dir="auto">
          {one.error}
        </p>
      )}
      {going !== null && (
        <div role="status">
          <p>{w.progress(moment(going.at), number(going.read))}</p>
          <Bar done={going.read} of={going.of} label={w.loadingNamed(one.name)} />
        </div>
      )}
      {one.error === null && failed !== null && (
        <div className="wrong">
          <p dir="auto">{failed.error}</p>
          <p>
            {failed.again === null ? w.next : w.nextAgain(moment(failed.again))}
            {one.last !== null && ` ${w.lastGood(moment(one.last.at))}`}
          </p>
        </div>
      )}
      <dl>
        {one.rows_of !== null && (
          <div>
            <dt>{w.from}</dt>
            <dd>
              <code>{one.rows_of}</code>
            </dd>
          </div>
        )}
        {one.connection !== null && (
          <div>
            <dt>{w.address}</dt>
            <dd>
              <code>{one.connection}</code>
            </dd>
          </div>
        )}
        {one.becomes.length > 0 && (
          <div>
            <dt>{w.becomes}</dt>
            <dd>{one.becomes.map((what) => w.what[what] ?? what).join(', ')}</dd>
          </div>
        )}
        <div>
          <dt>{w.upTo}</dt>
          <dd>
            {one.incremental === null ? (
              w.everything
            ) : (
              <>
                <code>{one.incremental}</code> {String(one.last?.cursor ?? '–')}
              </>
            )}
          </dd>
        </div>
      </dl>
      {one.last !== null && <Counts last={one.last} />}
      <div className="form-foot">
        <button type="button" disabled={load === null} aria-label={w.nowNamed(one.name)} onClick={() => load?.(false)}>
          {w.now}
        </button>
        {one.incremental !== null && one.last !== null && (
          <button
            type="button"
            disabled={load === null}
            aria-label={w.againNamed(one.name)}
            onClick={() => load?.(true)}
          >
            {w.again}
          </button>
        )}
      </div>
      {one.history.length > 0 && (
        <details>
          <summary>
            {w.history} ({number(one.loads)})
          </summary>
          <Table
            heads={[
              w.when,
              ...[w.read, w.stored, w.duplicates, w.rejected].map((text) => ({ text, number: true })),
              w.upTo,
            ]}
          >
            <tbody>
              {one.history.map((load) => (
                <tr key={`${load.run} ${load.at}`}>
                  <th scope="row">{moment(load.at)}</th>
                  {[load.read, load.stored, load.duplicates, load.rejected].map((count, place) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: the columns stay in their order
                    <td key={place} className="number">
                      {number(count)}
                    </td>
                  ))}
                  <td>{load.cursor ?? '–'}</td>
                </tr>
              ))}
            </tbody>
          </Table>
        </details>
      )}
    </article>
  );
}

function Counts({ last }: { last: LoadShown }) {
  const { words, number } = useSpeech();
  const w = words.loads;
  return (
    <ul className="system-counts">
      {(['read', 'stored', 'duplicates', 'rejected'] as const).map((what) => (
        <li
          key={what}
          data-count={last[what]}
          className={what === 'rejected' && last.rejected > 0 ? 'warning' : undefined}
        >
          <strong>{number(last[what])}</strong> {w[what]}
        </li>
      ))}
      {last.rejected > 0 && (
        <li>
          <Way to="/settings" search={{ part: 'runs' }}>
            {w.mend}
          </Way>
        </li>
      )}
    </ul>
  );
}
