// One condition as a sentence: what it is about, how it asks, and with what it compares.
import { useState } from 'react';
import type { Operand, SegmentWord } from '../../api/types.gen';
import { Typed } from '../../ui/Field';
import { useValues } from './api';
import { type Line, type Said, textOf } from './rows';
import { useSpeech } from './speech';
import {
  asked,
  called,
  type Family,
  familyOf,
  firstOf,
  howOf,
  inputOf,
  type Known,
  namesOf,
  type Offered,
  offered,
  STANDINGS,
  type Standing,
  standing,
  standingOf,
  titled,
  toldLine,
  wordOf,
} from './vocabulary';

interface Props {
  line: Line;
  known: Known;
  /** Whether it is the first of its group. */
  first: boolean;
  put: (line: Line | null) => void;
  name: string;
}

const DAY = 86_400;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const NUMBER = /^-?\d+(\.\d+)?$/;

export function OneLine({ line, known, first, put, name }: Props) {
  const speech = useSpeech();
  const { words: w } = speech;
  const what = line.kind === 'said' ? toldLine(line, known, speech) : textOf(line.condition);
  return (
    <div className="line" data-kind={line.kind}>
      <div className="line-says">
        {!first && <span className="joins">{w.or}</span>}
        {line.kind === 'said' ? (
          <SaidLine line={line} known={known} put={put} name={name} />
        ) : (
          <input
            className="expression"
            aria-label={w.written}
            spellCheck={false}
            value={textOf(line.condition)}
            onChange={(event) => put({ kind: 'other', condition: { kind: 'written', text: event.target.value } })}
          />
        )}
      </div>
      <button type="button" className="small" aria-label={w.removeLine(what)} onClick={() => put(null)}>
        ×
      </button>
    </div>
  );
}

function SaidLine({ line, known, put, name }: { line: Said; known: Known; put: Props['put']; name: string }) {
  const { words: w } = useSpeech();
  const word = wordOf(line, known);
  const family = familyOf(line, known);
  const segment = family === 'segment';
  const how = howOf(line, word);
  const offers = offered(word);
  const input = inputOf(how, word);
  return (
    <>
      <span className={`family family-${family}`}>{w.family[family]}</span>
      {segment && (
        <select
          aria-label={w.how}
          value={standingOf(line)}
          onChange={(event) => put(standing(line, event.target.value as Standing))}
        >
          {STANDINGS.map((one) => (
            <option key={one} value={one}>
              {w.standings[one]}
            </option>
          ))}
        </select>
      )}
      <Which
        line={line}
        family={family}
        known={known}
        name={name}
        put={(one) => put(segment ? { ...line, name: one } : firstOf(one, known))}
      />
      {(!segment || line.way !== null) && (
        <select
          aria-label={segment ? w.when : w.how}
          value={how}
          onChange={(event) => put(asked(line, event.target.value as Offered, word))}
        >
          {[...new Set([...offers, how])].map((one) => (
            <option key={one} value={one}>
              {called(one, word, w)}
            </option>
          ))}
        </select>
      )}
      {input === 'texts' && <Several line={line} word={word} put={put} />}
      {input !== 'texts' && input !== 'nothing' && <One line={line} how={how} word={word} put={put} />}
    </>
  );
}

/** What the line is about: one of its family, by the groups in which attributes are listed. */
function Which({
  line,
  family,
  known,
  name,
  put,
}: {
  line: Said;
  family: Family;
  known: Known;
  name: string;
  put: (name: string) => void;
}) {
  const { words: w, label } = useSpeech();
  const names = namesOf(family, known, name);
  const there = names.includes(line.name);
  const groups = new Map<string, { name: string; label: Record<string, string> }[]>();
  for (const one of names) {
    const group = known.words.get(one)?.group ?? '';
    const shown = titled(one, known);
    groups.set(group, [...(groups.get(group) ?? []), shown]);
  }
  const options = (all: { name: string; label: Record<string, string> }[]) =>
    all.map((one) => (
      <option key={one.name} value={one.name}>
        {label(one)}
      </option>
    ));
  return (
    <select className="which" aria-label={w.which} value={line.name} onChange={(event) => put(event.target.value)}>
      {!there && (
        <option value={line.name}>
          {label(titled(line.name, known))} ({w.missing})
        </option>
      )}
      {groups.size < 2
        ? options([...groups.values()].flat())
        : [...groups].map(([group, all]) => (
            <optgroup key={group} label={group === '' ? w.ungrouped : group}>
              {options(all)}
            </optgroup>
          ))}
    </select>
  );
}

interface ValueProps {
  line: Said;
  word: SegmentWord | undefined;
  put: Props['put'];
}

function One({ line, how, word, put }: ValueProps & { how: Offered }) {
  const { words: w, money } = useSpeech();
  const [value] = line.values;
  const text = String(value?.value ?? '');
  const input = inputOf(how, word);
  const say = (one: Operand) => put({ ...line, values: [one] });
  if (input === 'date' && (text === '' || DATE.test(text))) {
    return (
      <input
        type="date"
        aria-label={w.value}
        value={text}
        onChange={(event) => say({ kind: 'time', value: event.target.value })}
      />
    );
  }
  if (input === 'date') {
    return (
      <input aria-label={w.value} value={text} onChange={(event) => say({ kind: 'time', value: event.target.value })} />
    );
  }
  if (input === 'text') return <Text value={value} word={word} put={say} />;
  const scale = input === 'duration' ? DAY : 1;
  const shown = scale === 1 || text === '' ? text : String(Number(text) / scale);
  const unit =
    input === 'days' || input === 'hours'
      ? w.unit[input]
      : input === 'duration'
        ? w.unit.days
        : howOf(line, word) !== line.how || word?.measure === 'count'
          ? w.unit.times
          : word?.measure === 'money'
            ? money(0).replace(/[\d.,\s]/g, '')
            : '';
  return (
    <label className="unit">
      <input
        type="number"
        step="any"
        aria-label={w.value}
        value={shown}
        onChange={({ target }) =>
          say({
            kind: 'number',
            value: scale === 1 || target.value === '' ? target.value : String(Number(target.value) * scale),
          })
        }
      />
      {unit}
    </label>
  );
}

/** The values that customers really have are offered, where they are texts. */
function useOffered(word: SegmentWord | undefined): string[] {
  const texts = word?.kinds.includes('text') ?? false;
  const { data } = useValues(texts && word !== undefined ? word.name : null);
  return (data?.values ?? []).map((one) => String(one.value));
}

/** A text as an operand: a number only where the attribute may have numbers and has no texts. */
function operandOf(text: string, word: SegmentWord | undefined, seen: string[], before?: Operand): Operand {
  const numbers = seen.length === 0 && (word?.kinds.includes('number') ?? before?.kind === 'number');
  return numbers && NUMBER.test(text) ? { kind: 'number', value: text } : { kind: 'text', value: text };
}

function Text({
  value,
  word,
  put,
}: {
  value: Operand | undefined;
  word: SegmentWord | undefined;
  put: (one: Operand) => void;
}) {
  const { words: w } = useSpeech();
  const seen = useOffered(word);
  return (
    <Typed
      says={w.value}
      value={String(value?.value ?? '')}
      offered={seen}
      put={(text) => put(operandOf(text, word, seen, value))}
    />
  );
}

function Several({ line, word, put }: ValueProps) {
  const { words: w } = useSpeech();
  const [text, setText] = useState('');
  const seen = useOffered(word);
  const say = (values: Operand[]) => put({ ...line, values });
  const add = () => {
    if (text === '') return;
    say([...line.values, operandOf(text, word, seen)]);
    setText('');
  };
  return (
    <span className="several">
      {[...line.values.entries()].map(([place, one]) => (
        <span key={place} className="chip">
          <bdi>{String(one.value ?? '')}</bdi>
          <button
            type="button"
            className="small"
            aria-label={w.removeValue(String(one.value ?? ''))}
            onClick={() => say(line.values.toSpliced(place, 1))}
          >
            ×
          </button>
        </span>
      ))}
      <Typed says={w.anotherValue} value={text} offered={seen} put={setText} done={add} />
    </span>
  );
}
