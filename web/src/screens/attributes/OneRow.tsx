// One comparison: a field, a test, and with what it is compared.
import { useState } from 'react';
import type { FieldSeen, Operand, Row } from '../../api/types.gen';
import { Options, Typed } from '../../ui/Field';
import { type Kind, left, likely, operand, retyped, shown } from './operands';
import { useSpeech } from './speech';

type RowShown = Row & { kind: 'row' };
const LONE = ['is null', 'is not null', 'is true'];
const MANY = ['in', 'not in'];
const EMPTY: Operand = { kind: 'text', value: '' };

export function OneRow({ row, fields, put }: { row: RowShown; fields: FieldSeen[]; put: (row: RowShown) => void }) {
  const { words: w } = useSpeech();
  const field = fields.find((one) => one.path === row.left.value);
  const right = row.right ?? [];
  const paths = fields.map((one) => one.path);
  const retest = (test: RowShown['test']) => {
    const kept = LONE.includes(test) ? [] : MANY.includes(test) ? right : [right[0] ?? EMPTY];
    put({ ...row, test, right: kept.filter((one) => !MANY.includes(test) || shown(one) !== '') });
  };
  return (
    <>
      {row.left.kind === 'path' || row.left.kind === 'expression' ? (
        <Typed
          says={w.field}
          value={shown(row.left)}
          offered={paths}
          put={(text) => put({ ...row, left: left(text) })}
        />
      ) : (
        <One
          one={row.left}
          says={w.field}
          field={undefined}
          paths={paths}
          put={(said) => put({ ...row, left: said })}
        />
      )}
      <select aria-label={w.test} value={row.test} onChange={(event) => retest(event.target.value as RowShown['test'])}>
        <Options of={w.tests} />
      </select>
      {MANY.includes(row.test) && <Several right={right} field={field} put={(said) => put({ ...row, right: said })} />}
      {!MANY.includes(row.test) && !LONE.includes(row.test) && (
        <One
          one={right[0] ?? EMPTY}
          says={w.compared}
          field={field}
          paths={paths}
          put={(said) => put({ ...row, right: [said] })}
        />
      )}
    </>
  );
}

interface OneProps {
  one: Operand;
  says: string;
  field: FieldSeen | undefined;
  paths: string[];
  put: (one: Operand) => void;
}

/** One operand, and what it is: most often what the field holds. */
function One({ one, says, field, paths, put }: OneProps) {
  const { words: w } = useSpeech();
  const values = one.kind === 'path' ? paths : (field?.values.map((seen) => String(seen.value)) ?? []);
  return (
    <span className="operand">
      {one.kind === 'boolean' ? (
        <select
          aria-label={says}
          value={String(one.value)}
          onChange={(event) => put(operand('boolean', event.target.value))}
        >
          <option value="true">{w.yes}</option>
          <option value="false">{w.no}</option>
        </select>
      ) : (
        one.kind !== 'null' && (
          <Typed says={says} value={shown(one)} offered={values} put={(text) => put(retyped(one, text, field))} />
        )
      )}
      <select
        className="kind"
        aria-label={w.operandKind}
        value={one.kind}
        onChange={(event) => put(operand(event.target.value as Kind, shown(one)))}
      >
        <Options of={w.operands} />
      </select>
    </span>
  );
}

/** The values of "is one of": each stands by itself, whatever characters it has. */
function Several({
  right,
  field,
  put,
}: {
  right: Operand[];
  field: FieldSeen | undefined;
  put: (right: Operand[]) => void;
}) {
  const { words: w } = useSpeech();
  const [text, setText] = useState('');
  const add = () => {
    if (text === '') return;
    put([...right, operand(likely(text, field), text)]);
    setText('');
  };
  return (
    <span className="several">
      {[...right.entries()].map(([place, one]) => (
        <span key={place} className="chip">
          <bdi>{one.kind === 'null' ? w.operands.null : shown(one)}</bdi>
          <button
            type="button"
            className="small"
            aria-label={w.removeValue(shown(one))}
            onClick={() => put(right.toSpliced(place, 1))}
          >
            ×
          </button>
        </span>
      ))}
      <Typed
        says={w.anotherValue}
        value={text}
        offered={field?.values.map((seen) => String(seen.value)) ?? []}
        put={setText}
        done={add}
      />
    </span>
  );
}
