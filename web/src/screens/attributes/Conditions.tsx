// What must be true of an event: rows, all or any of which hold. What rows cannot say is shown as it is written.
import type { FieldSeen, Operand, Row } from '../../api/types.gen';
import { Options, Typed } from '../../ui/Field';
import type { Condition } from './api';
import { useSpeech } from './speech';

interface Props {
  where: Condition | null;
  fields: FieldSeen[];
  put: (where: Condition | null) => void;
}

type RowShown = Row & { kind: 'row' };
const LONE = ['is null', 'is not null', 'is true'];
const MANY = ['in', 'not in'];

export function Conditions({ where, fields, put }: Props) {
  const { words: w } = useSpeech();
  const rows = rowsOf(where);
  if (rows === null) {
    return (
      <p className="written">
        {w.where} {where?.kind === 'written' && <code>{where.text}</code>} <span className="quiet">{w.writtenOut}</span>
      </p>
    );
  }
  const kind = where?.kind === 'any' ? 'any' : 'all';
  const joined = (parts: RowShown[], how: 'all' | 'any' = kind) =>
    put(parts.length === 0 ? null : parts.length === 1 ? (parts[0] ?? null) : { kind: how, parts });
  const fresh: RowShown = {
    kind: 'row',
    left: { kind: 'path', value: '' },
    test: '=',
    right: [{ kind: 'text', value: '' }],
  };
  return (
    <div className="conditions">
      {[...rows.entries()].map(([place, row]) => (
        <div key={place} className="condition">
          <span className="quiet">{place === 0 ? w.where : kind === 'all' ? w.and : w.or}</span>
          <OneRow row={row} fields={fields} put={(said) => joined(rows.with(place, said))} />
          <button type="button" aria-label={w.removeCondition} onClick={() => joined(rows.toSpliced(place, 1))}>
            ×
          </button>
        </div>
      ))}
      <div className="condition">
        <button type="button" onClick={() => joined([...rows, fresh])}>
          {w.addCondition}
        </button>
        {rows.length > 1 && (
          <select
            aria-label={w.allOrAny}
            value={kind}
            onChange={(event) => joined(rows, event.target.value as 'all' | 'any')}
          >
            <option value="all">{w.all}</option>
            <option value="any">{w.any}</option>
          </select>
        )}
      </div>
    </div>
  );
}

/** The rows of a condition that is nothing but rows; null for another. */
function rowsOf(where: Condition | null): RowShown[] | null {
  if (where === null) return [];
  if (where.kind === 'row') return [where];
  if (where.kind !== 'all' && where.kind !== 'any') return null;
  const rows = where.parts.filter((part) => part.kind === 'row');
  return rows.length === where.parts.length ? rows : null;
}

function OneRow({ row, fields, put }: { row: RowShown; fields: FieldSeen[]; put: (row: RowShown) => void }) {
  const { words: w } = useSpeech();
  const path = String(row.left.value ?? '');
  const field = fields.find((one) => one.path === path);
  const right = row.right ?? [];
  const retest = (test: RowShown['test']) =>
    put({ ...row, test, right: LONE.includes(test) ? [] : right.length ? right : [{ kind: 'text', value: '' }] });
  const said = (text: string) => {
    const texts = MANY.includes(row.test) ? text.split(',').map((one) => one.trim()) : [text];
    put({ ...row, right: texts.map((one) => operand(one, field)) });
  };
  return (
    <>
      <Typed
        says={w.field}
        value={path}
        offered={fields.map((one) => one.path)}
        put={(value) => put({ ...row, left: { kind: 'path', value } })}
      />
      <select aria-label={w.test} value={row.test} onChange={(event) => retest(event.target.value as RowShown['test'])}>
        <Options of={w.tests} />
      </select>
      {!LONE.includes(row.test) && (
        <Typed
          says={w.compared}
          value={right.map((one) => String(one.value ?? '')).join(', ')}
          offered={field?.values.map((one) => String(one.value)) ?? []}
          put={said}
        />
      )}
    </>
  );
}

/** What somebody typed, as what the field holds: a number where it holds numbers. */
function operand(text: string, field: FieldSeen | undefined): Operand {
  const number = Number(text);
  const numbers = field === undefined ? true : (field.types.number ?? 0) > 0;
  if (numbers && text.trim() !== '' && Number.isFinite(number) && String(number) === text)
    return { kind: 'number', value: number };
  if ((field?.types.boolean ?? 0) > 0 && (text === 'true' || text === 'false'))
    return { kind: 'boolean', value: text === 'true' };
  if (text !== '' && (field?.types.time ?? 0) > 0 && !Number.isNaN(Date.parse(text)))
    return { kind: 'time', value: text };
  return { kind: 'text', value: text };
}
