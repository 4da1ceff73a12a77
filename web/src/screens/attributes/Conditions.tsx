// What must be true of an event: rows and groups of rows, in one another. What no row says is written in words.

import type { FieldSeen, Row } from '../../api/types.gen';
import { Options } from '../../ui/Field';
import type { Condition } from './api';
import { conditionOf, type Group, groupOf, type How } from './groups';
import { OneRow } from './OneRow';
import { useSpeech } from './speech';

interface Props {
  where: Condition | null;
  fields: FieldSeen[];
  put: (where: Condition | null) => void;
}

const ROW: Row & { kind: 'row' } = {
  kind: 'row',
  left: { kind: 'path', value: '' },
  test: '=',
  right: [{ kind: 'text', value: '' }],
};

export function Conditions({ where, fields, put }: Props) {
  const { words: w } = useSpeech();
  if (where === null) {
    return (
      <div className="conditions">
        <button type="button" className="adding" onClick={() => put({ kind: 'all', parts: [ROW] })}>
          {w.addCondition}
        </button>
      </div>
    );
  }
  const group = groupOf(where) ?? { how: 'all', parts: [where] };
  return (
    <div className="conditions">
      <Parts group={group} fields={fields} put={(said) => put(conditionOf(said))} first={w.where} />
    </div>
  );
}

interface PartsProps {
  group: Group;
  fields: FieldSeen[];
  put: (group: Group) => void;
  /** What stands before the first part. */
  first: string;
}

function Parts({ group, fields, put, first }: PartsProps) {
  const { words: w } = useSpeech();
  const { how, parts } = group;
  const joined = how === 'any' || how === 'none' ? w.or : w.and;
  const add = (part: Condition) => put({ how, parts: [...parts, part] });
  return (
    <>
      {(parts.length > 1 || how === 'none' || how === 'not all' || first === '') && (
        <div className="condition">
          <span className="quiet">{first}</span>
          <select
            aria-label={w.allOrAny}
            value={how}
            onChange={(event) => put({ how: event.target.value as How, parts })}
          >
            <Options of={w.ways} />
          </select>
        </div>
      )}
      {[...parts.entries()].map(([place, part]) => (
        <Part
          key={place}
          part={part}
          fields={fields}
          before={place > 0 ? joined : parts.length > 1 || how !== 'all' ? '' : first}
          put={(said) => put({ how, parts: said === null ? parts.toSpliced(place, 1) : parts.with(place, said) })}
        />
      ))}
      <div className="condition adds">
        <button type="button" className="adding" onClick={() => add(ROW)}>
          {w.addCondition}
        </button>
        <button
          type="button"
          className="adding"
          onClick={() => add({ kind: how === 'any' || how === 'none' ? 'all' : 'any', parts: [ROW, ROW] })}
        >
          {w.addGroup}
        </button>
      </div>
    </>
  );
}

interface PartProps {
  part: Condition;
  fields: FieldSeen[];
  before: string;
  put: (part: Condition | null) => void;
}

function Part({ part, fields, before, put }: PartProps) {
  const { words: w } = useSpeech();
  const group = groupOf(part);
  const remove = (
    <button
      type="button"
      className="small"
      aria-label={group === null ? w.removeCondition : w.removeGroup}
      onClick={() => put(null)}
    >
      ×
    </button>
  );
  if (group !== null) {
    return (
      <fieldset className="group">
        <legend>
          <span className="quiet">{before}</span> {remove}
        </legend>
        <Parts group={group} fields={fields} put={(said) => put(conditionOf(said))} first="" />
      </fieldset>
    );
  }
  return (
    <div className="condition">
      <span className="quiet">{before}</span>
      {part.kind === 'row' && <OneRow row={part} fields={fields} put={put} />}
      {part.kind === 'written' && (
        <input
          className="expression"
          aria-label={w.writtenOut}
          value={part.text}
          spellCheck={false}
          onChange={(event) => put({ kind: 'written', text: event.target.value })}
        />
      )}
      {remove}
    </div>
  );
}
