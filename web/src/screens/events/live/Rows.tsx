// The rows, which are walked through with the arrow keys.
import { type KeyboardEvent, useRef, useState } from 'react';
import { useRights } from '../../../app/session';
import type { MessageRow } from './api';
import { useSpeech } from './speech';

interface Props {
  rows: MessageRow[];
  /** The place of the message that is open. */
  open: string | null;
  choose: (row: MessageRow) => void;
  /** Whether somebody is in the midst of the rows. */
  reading: (yes: boolean) => void;
}

const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 };

export function Rows({ rows, open, choose, reading }: Props) {
  const { words: w } = useSpeech();
  const { personal } = useRights();
  const box = useRef<HTMLDivElement>(null);
  const [last, setLast] = useState<string | null>(null);
  const stop = [last, open, rows[0]?.place].find((place) => rows.some((one) => one.place === place));
  const walk = (event: KeyboardEvent) => {
    const buttons = [...(box.current?.querySelectorAll<HTMLButtonElement>('button[data-row]') ?? [])];
    const at = buttons.indexOf(event.target as HTMLButtonElement);
    const step = STEPS[event.key];
    if (at < 0 || step === undefined) return;
    event.preventDefault();
    buttons[Math.min(buttons.length - 1, Math.max(0, at + step))]?.focus();
  };
  const told = () => {
    const within = box.current?.contains(document.activeElement) === true && document.activeElement !== box.current;
    reading(within || (box.current?.scrollTop ?? 0) > 8);
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled with the keyboard, too
    // biome-ignore lint/a11y/useSemanticElements: a box that is scrolled, with a name
    <div className="table-box stream-box" ref={box} role="region" aria-label={w.list} tabIndex={0} onScroll={told}>
      <table className="table stream-table">
        <thead>
          <tr>
            <th scope="col" className="stream-when">
              {w.received}
            </th>
            <th scope="col" className="stream-event">
              {w.event}
            </th>
            <th scope="col">{w.source}</th>
            {personal && <th scope="col">{w.ofCustomer}</th>}
            <th scope="col" className="stream-check">
              {w.check}
            </th>
          </tr>
        </thead>
        <tbody onFocus={told} onBlur={() => setTimeout(told)}>
          {rows.map((row) => (
            <Row
              key={row.place}
              row={row}
              open={row.place === open}
              stop={row.place === stop}
              personal={personal}
              choose={choose}
              walk={walk}
              been={setLast}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  row: MessageRow;
  open: boolean;
  stop: boolean;
  personal: boolean;
  choose: (row: MessageRow) => void;
  walk: (event: KeyboardEvent) => void;
  been: (place: string) => void;
}

function Row({ row, open, stop, personal, choose, walk, been }: RowProps) {
  const { words: w } = useSpeech();
  return (
    <tr className={open ? 'stream-open' : undefined} data-message={row.message_id}>
      <td className="stream-when">
        <When at={row.received} />
      </td>
      <td>
        <button
          type="button"
          className="stream-row"
          data-row={row.place}
          tabIndex={stop ? 0 : -1}
          aria-current={open ? 'true' : undefined}
          onClick={() => choose(row)}
          onKeyDown={walk}
          onFocus={() => been(row.place)}
        >
          <bdi>{row.event ?? w.kinds[row.kind] ?? row.kind}</bdi>
        </button>
        {row.event !== null && row.kind !== 'track' && <span className="quiet"> {w.kinds[row.kind] ?? row.kind}</span>}
      </td>
      <td>
        <bdi>{row.source}</bdi>
      </td>
      {personal && (
        <td>
          <bdi>{row.sent_id}</bdi>
        </td>
      )}
      <td className="stream-check">
        <Check row={row} />
      </td>
    </tr>
  );
}

function Check({ row }: { row: MessageRow }) {
  const { words: w, plural } = useSpeech();
  if (row.misfits > 0) return <span className="stream-badge stream-warn">{plural(row.misfits, w.misfits)}</span>;
  if (row.mended.length > 0) {
    return <span className="stream-badge stream-warn">{row.mended.map((one) => w.mendedShort[one]).join(', ')}</span>;
  }
  return (
    <span className="stream-fits">
      <span aria-hidden="true">✓</span>
      <span className="hidden">{w.fits}</span>
    </span>
  );
}

/** When something came: of today the time alone. */
function When({ at }: { at: string }) {
  const { clock, day } = useSpeech();
  const date = day(at);
  return (
    <time dateTime={at}>
      {date !== day(Date.now()) && <span className="quiet">{date} </span>}
      {clock(at)}
    </time>
  );
}
