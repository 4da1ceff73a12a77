// What is to be expected of an event: begun from what was seen, shown as a difference, then written.
import { useState } from 'react';
import { Problem } from '../../../app/client';
import { Options, Select } from '../../../ui/Field';
import { Table } from '../../../ui/Table';
import { Trouble } from '../../../ui/Trouble';
import { type Asked, type EventPlanned, type Expected, type PlanDiff, useDiff, useWrite } from './api';
import { useSpeech } from './speech';

type Mode = NonNullable<EventPlanned['mode']>;
type Row = Expected & { on: boolean };

interface Props {
  event: string;
  planned: EventPlanned;
  close: (written: boolean) => void;
}

export function Expecting({ event, planned, close }: Props) {
  const { words: w } = useSpeech();
  const [mode, setMode] = useState<Mode>(planned.mode ?? 'observe');
  const [rows, setRows] = useState<Row[]>(() => begun(planned));
  const [asked, setAsked] = useState<Asked | null>(null);
  const put = (path: string, change: Partial<Row>) =>
    setRows((before) => before.map((row) => (row.path === path ? { ...row, ...change } : row)));
  const ask = () => setAsked({ event, mode, expected: rows.filter((row) => row.on).map(({ on: _, ...row }) => row) });
  if (asked !== null) return <Difference asked={asked} back={() => setAsked(null)} close={close} />;
  return (
    <form
      className="plan-expecting"
      aria-label={w.planTitle(event)}
      onSubmit={(submitted) => {
        submitted.preventDefault();
        ask();
      }}
    >
      <p className="quiet">{w.planHint}</p>
      <Select label={w.mode} value={mode} put={setMode}>
        <Options of={w.modes} />
      </Select>
      <Table heads={[w.field, w.type, w.must]}>
        <tbody>
          {rows.map((row) => (
            <tr key={row.path} className={row.on ? undefined : 'quiet'}>
              <th scope="row">
                <label className="check">
                  <input
                    type="checkbox"
                    aria-label={w.expect(row.path)}
                    checked={row.on}
                    onChange={(changed) => put(row.path, { on: changed.target.checked })}
                  />
                  <bdi>{row.path}</bdi>
                </label>
              </th>
              <td>
                <select
                  aria-label={w.typeOf(row.path)}
                  disabled={!row.on}
                  value={row.type ?? ''}
                  onChange={(changed) => put(row.path, { type: (changed.target.value || null) as Row['type'] })}
                >
                  <option value="">{w.any}</option>
                  {(['text', 'number', 'boolean', 'time', 'object', 'list'] as const).map((type) => (
                    <option key={type} value={type}>
                      {w.typeNames[type]}
                    </option>
                  ))}
                </select>
              </td>
              <td>
                <input
                  type="checkbox"
                  aria-label={w.requiredOf(row.path)}
                  disabled={!row.on}
                  checked={row.required ?? false}
                  onChange={(changed) => put(row.path, { required: changed.target.checked })}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </Table>
      <div className="plan-foot">
        <button type="submit" className="primary">
          {w.show}
        </button>
        <button type="button" onClick={() => close(false)}>
          {w.leave}
        </button>
        {planned.mode !== null && (
          <button type="button" className="danger" onClick={() => setAsked({ event, expected: null })}>
            {w.unplan}
          </button>
        )}
      </div>
    </form>
  );
}

function Difference({ asked, back, close }: { asked: Asked; back: () => void; close: (written: boolean) => void }) {
  const { words: w } = useSpeech();
  const { data: diff, error, refetch } = useDiff(asked);
  const write = useWrite();
  const conflict = write.error instanceof Problem && write.error.status === 409;
  const same = diff?.lines.every((line) => line.kind === 'same') ?? true;
  return (
    <div className="plan-difference">
      <Trouble error={error} />
      {diff !== undefined && (
        <>
          <h3>{w.diff(diff.file)}</h3>
          {same && <p className="quiet">{w.same}</p>}
          <Lines lines={diff.lines} />
          {diff.leaving.map((one) => (
            <p key={`${one.event} ${one.path}`} className="notice" data-leaving={one.path ?? one.event}>
              {one.sentence}: <code>{[...one.attributes, ...one.segments].join(', ')}</code>
            </p>
          ))}
          <p className="quiet">
            {w.comments} {w.atOnce}
          </p>
        </>
      )}
      {conflict ? (
        <p className="wrong" role="alert">
          {w.conflict}
        </p>
      ) : (
        <Trouble error={write.error} />
      )}
      <div className="plan-foot">
        <button
          type="button"
          className="primary"
          disabled={same || write.isPending}
          onClick={() =>
            write.mutate(
              { ...asked, version: diff?.version ?? null },
              { onSuccess: () => close(true), onError: () => void refetch() },
            )
          }
        >
          {w.write}
        </button>
        <button type="button" onClick={back}>
          {w.back}
        </button>
      </div>
    </div>
  );
}

function Lines({ lines }: { lines: PlanDiff['lines'] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled must be reached by keyboard
    <pre className="plan-lines" dir="ltr" tabIndex={0}>
      {[...lines.entries()].map(([place, { kind, text }]) => {
        if (kind === 'removed') return <del key={place}>{`− ${text}\n`}</del>;
        return kind === 'added' ? <ins key={place}>{`+ ${text}\n`}</ins> : <span key={place}>{`  ${text}\n`}</span>;
      })}
    </pre>
  );
}

/** What is planned, and what could be; of an event that is not planned yet everything that could be is chosen. */
function begun(planned: EventPlanned): Row[] {
  return planned.fields.flatMap((field) => {
    const row = field.expected ?? field.proposed;
    return row === null ? [] : [{ ...row, on: field.expected !== null || planned.mode === null }];
  });
}
