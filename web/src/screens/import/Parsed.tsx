// The first rows as the messages that they become, and what is wrong with those that were tried.
import type { UseQueryResult } from '@tanstack/react-query';
import type { FilePreview, ParsedRow } from '../../api/types.gen';
import { Trouble } from '../../ui/Trouble';
import { useSpeech } from './speech';
import { Unpriced } from './Unpriced';

export function Parsed({ preview }: { preview: UseQueryResult<FilePreview> }) {
  const { words: w, count } = useSpeech();
  const { data, error, refetch, isPlaceholderData } = preview;
  if (error !== null) return <Trouble error={error} again={refetch} />;
  if (data === undefined) return null;
  return (
    <section className={isPlaceholderData ? 'card parsed stale' : 'card parsed'} aria-busy={isPlaceholderData}>
      <h2>{w.preview}</h2>
      <p className="quiet">{count(data.read, w.previewOf)}</p>
      {data.parsed.length === 0 ? <p>{w.nothing}</p> : <Rows rows={data.parsed} />}
      <Troubles preview={data} />
      <Unpriced unpriced={data.unpriced} />
    </section>
  );
}

function Rows({ rows }: { rows: ParsedRow[] }) {
  const { words: w, number, moment } = useSpeech();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section className="table-box" tabIndex={0} aria-label={w.preview}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{w.row}</th>
            <th scope="col">{w.time}</th>
            <th scope="col">{w.whose}</th>
            <th scope="col">{w.what}</th>
            <th scope="col">{w.says}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const { userId, anonymousId, event, type, properties, traits, name, ...rest } = row.fields;
            return (
              <tr key={row.row}>
                <td>{row.rows > 1 ? w.rowsOf(number(row.row), number(row.rows)) : number(row.row)}</td>
                <td>{row.time === null ? '' : moment(row.time)}</td>
                <td>{text(userId ?? anonymousId)}</td>
                <td>{text(event ?? name ?? type)}</td>
                <td className="says">{said(properties ?? traits ?? without(rest))}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

function Troubles({ preview }: { preview: FilePreview }) {
  const { words: w, count, number } = useSpeech();
  const skipped = Object.entries(preview.skipped);
  if (preview.troubles.length === 0 && skipped.length === 0) {
    return preview.unpriced.length === 0 ? <p className="good">{w.noTroubles}</p> : null;
  }
  return (
    <>
      <h3>{w.troubles}</h3>
      <ul className="troubles">
        {preview.troubles.map((one) => (
          <li key={one.reason}>
            <strong>{count(one.rows, w.rows)}</strong> {w.reasons[one.reason] ?? one.text}{' '}
            <span className="quiet">({w.first(number(one.row))})</span>
          </li>
        ))}
        {skipped.map(([reason, rows]) => (
          <li key={reason}>
            <strong>{count(rows, w.rows)}</strong> {w.skipped(reason === 'no table takes the row' ? w.nobody : reason)}
          </li>
        ))}
      </ul>
    </>
  );
}

function text(value: unknown): string {
  return value === undefined || value === null ? '' : String(value);
}

function without(fields: Record<string, unknown>): Record<string, unknown> {
  const { timestamp: _, ...rest } = fields;
  return rest;
}

const FIRST = ['total', 'currency', 'order_id', 'refund_id'];

/** What a message says in one line: amounts first, then the other fields; lists and objects as JSON. */
function said(fields: unknown): string {
  if (typeof fields !== 'object' || fields === null) return '';
  const place = (name: string) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  return Object.entries(fields)
    .toSorted(([one], [other]) => place(one) - place(other))
    .map(([name, value]) => `${name}: ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join(' · ');
}
