// An attribute made of events, as one sentence: what is taken, of which value, over which events, when, and where.
import type { Known } from '../../api/types.gen';
import { Typed } from '../../ui/Field';
import { type Sentence, useLanguage, useSeenFields } from './api';
import { Conditions } from './Conditions';
import { During } from './During';
import { EventsField } from './EventsField';
import { useSpeech } from './speech';

interface Props {
  sentence: Sentence;
  put: (part: Partial<Sentence>) => void;
}

export function Folded({ sentence, put }: Props) {
  const { words: w } = useSpeech();
  const { data: language } = useLanguage();
  const { data: fields } = useSeenFields(sentence.event?.[0]);
  const known = language?.aggregates.find((one) => one.name === sentence.aggregate);
  const lists = fields?.fields.filter((one) => (one.types.list ?? 0) > 0).map((one) => one.path) ?? [];
  const mine = fields?.fields.filter((one) => one.each === null || one.each === sentence.each) ?? [];
  const columns = Object.entries(language?.lookups ?? {}).flatMap(([table, names]) =>
    names.map((name) => `${table}.${name}`),
  );
  const always = [...columns, ...(language?.times ?? [])];
  const paths = [...mine.filter((one) => one.types.list === undefined).map((one) => one.path), ...always];
  const numbers = mine.filter((one) => one.types.number !== undefined).map((one) => one.path);
  const needsValue = known?.takes !== 'nothing' && known?.keyed !== 'by';
  const keyed = known?.keyed?.startsWith('by') ?? false;
  const textual = known?.takes === 'any' || sentence.type === 'text';
  return (
    <>
      <p className="said">
        {sentence.kind === 'foreign' && (
          <>
            {w.valueOf}
            <Typed says={w.system} value={sentence.foreign ?? ''} offered={[]} put={(foreign) => put({ foreign })} />
            {w.andThen}
          </>
        )}
        {sentence.kind !== 'foreign' && w.forEach}
        <Aggregates
          chosen={sentence.aggregate ?? ''}
          known={language?.aggregates ?? []}
          put={(aggregate) => put({ aggregate, k: null, q: null, of: null })}
        />
        {known !== undefined && <Parameters sentence={sentence} put={put} takes={[...known.needs, ...known.may]} />}
        {(needsValue || sentence.value != null) && (
          <>
            {w.ofValue}
            <Typed
              says={w.value}
              value={String(sentence.value?.value ?? '')}
              offered={known?.takes === 'number' ? numbers : [...paths, 'timestamp']}
              put={(value) => put({ value: value === '' ? null : { kind: 'expression', value } })}
            />
          </>
        )}
        {textual && (needsValue || sentence.type != null) && (
          <label className="inline">
            <input
              type="checkbox"
              checked={sentence.type === 'text'}
              onChange={(event) => put({ type: event.target.checked ? 'text' : null })}
            />
            {w.asText}
          </label>
        )}
        {(keyed || sentence.by != null) && (
          <>
            {w.by}
            <Typed says={w.byField} value={sentence.by ?? ''} offered={paths} put={(by) => put({ by: by || null })} />
          </>
        )}
        {w.overEvents}
        <EventsField events={sentence.event ?? []} put={(event) => put({ event })} />
        {w.events}
        {(lists.length > 0 || sentence.each != null) && (
          <Each chosen={sentence.each ?? ''} lists={lists} put={(each) => put({ each: each || null })} />
        )}
        {sentence.kind === 'aggregate' && <During sentence={sentence} put={put} />}
      </p>
      <Conditions
        where={sentence.where ?? null}
        fields={[...mine, ...always.map(unseen)]}
        put={(where) => put({ where })}
      />
    </>
  );
}

/** A column of a table or a part of the event's time, as a field of which no values are known. */
const unseen = (path: string) => ({
  path,
  each: null,
  present: 0,
  types: {},
  values: [],
  different: null,
  examples: [],
  first: '',
  last: '',
});

function Aggregates({ chosen, known, put }: { chosen: string; known: Known[]; put: (aggregate: string) => void }) {
  const { words: w } = useSpeech();
  const told = (name: string) => (w.aggregates as Record<string, string>)[name] ?? name;
  return (
    <select aria-label={w.aggregate} value={chosen} onChange={(event) => put(event.target.value)}>
      {!known.some((one) => one.name === chosen) && <option value={chosen}>{chosen}</option>}
      {known.map((one) => (
        <option key={one.name} value={one.name}>
          {told(one.name)}
        </option>
      ))}
    </select>
  );
}

function Each({ chosen, lists, put }: { chosen: string; lists: string[]; put: (each: string) => void }) {
  const { words: w } = useSpeech();
  return (
    <select aria-label={w.listOfLines} value={chosen} onChange={(event) => put(event.target.value)}>
      <option value="">{w.wholeEvent}</option>
      {[...new Set([...lists, ...(chosen === '' ? [] : [chosen])])].map((one) => (
        <option key={one} value={one}>
          {w.lineOf(one)}
        </option>
      ))}
    </select>
  );
}

function Parameters({ sentence, put, takes }: Props & { takes: string[] }) {
  const { words: w } = useSpeech();
  return (
    <>
      {takes.includes('k') && (
        <Amount
          says={sentence.aggregate === 'visits' ? w.quiet : w.entries}
          min={1}
          max={1000}
          value={sentence.k}
          put={(k) => put({ k: k === null ? null : Math.trunc(k) })}
        />
      )}
      {takes.includes('q') && (
        <Amount says={w.share} min={0} max={1} step="any" value={sentence.q} put={(q) => put({ q })} />
      )}
      {takes.includes('of') && <Of of={sentence.of ?? null} put={(of) => put({ of })} />}
    </>
  );
}

interface AmountProps {
  says: string;
  min: number;
  max: number;
  step?: 'any';
  value: number | null | undefined;
  put: (value: number | null) => void;
}

function Amount({ says, value, put, ...bounds }: AmountProps) {
  return (
    <input
      type="number"
      aria-label={says}
      placeholder={says}
      {...bounds}
      value={value ?? ''}
      onChange={(event) => put(event.target.value === '' ? null : event.target.valueAsNumber)}
    />
  );
}

type Key = NonNullable<Sentence['of']>;

/** The value whose share is taken: a text, a number or yes and no. */
function Of({ of, put }: { of: Key | null; put: (of: Key | null) => void }) {
  const { words: w } = useSpeech();
  const kind = of === null ? 'text' : typeof of === 'string' ? 'text' : typeof of === 'number' ? 'number' : 'boolean';
  const turn = (to: string) => {
    if (to === 'boolean') put(true);
    else put(to === 'number' ? Number(of) || 0 : String(of ?? ''));
  };
  return (
    <span className="operand">
      {kind === 'boolean' ? (
        <select aria-label={w.key} value={String(of)} onChange={(event) => put(event.target.value === 'true')}>
          <option value="true">{w.yes}</option>
          <option value="false">{w.no}</option>
        </select>
      ) : (
        <input
          type={kind}
          step="any"
          aria-label={w.key}
          placeholder={w.favourite}
          value={String(of ?? '')}
          onChange={(event) => put(kind === 'number' ? event.target.valueAsNumber || 0 : event.target.value || null)}
        />
      )}
      <select className="kind" aria-label={w.operandKind} value={kind} onChange={(event) => turn(event.target.value)}>
        {(['text', 'number', 'boolean'] as const).map((one) => (
          <option key={one} value={one}>
            {w.operands[one]}
          </option>
        ))}
      </select>
    </span>
  );
}
