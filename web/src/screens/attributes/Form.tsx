// The sentence: each part of it is a field, with what was really sent to choose from.
import { useId } from 'react';
import type { MistakeShown } from '../../api/types.gen';
import { Typed } from '../../ui/Field';
import { type Sentence, useAttributes, useLanguage, useSeenEvents, useSeenFields } from './api';
import { Conditions } from './Conditions';
import { useSpeech } from './speech';

interface Props {
  sentence: Sentence | null;
  mistakes: MistakeShown[];
  say: (sentence: Sentence) => void;
  may: boolean;
}

export function Form({ sentence, mistakes, say, may }: Props) {
  const { words: w } = useSpeech();
  if (sentence === null) return null;
  const put = (part: Partial<Sentence>) => say({ ...sentence, ...part });
  return (
    <fieldset className="card sentence" disabled={!may}>
      <legend className="hidden">{w.sentence}</legend>
      <Kinds sentence={sentence} say={say} />
      {sentence.kind === 'formula' && <Formula sentence={sentence} put={put} mistakes={mistakes} />}
      {sentence.kind === 'trait' && <Trait sentence={sentence} put={put} />}
      {(sentence.kind === 'aggregate' || sentence.kind === 'foreign') && <Folded sentence={sentence} put={put} />}
    </fieldset>
  );
}

interface Part {
  sentence: Sentence;
  put: (part: Partial<Sentence>) => void;
}

function Kinds({ sentence, say }: { sentence: Sentence; say: (sentence: Sentence) => void }) {
  const { words: w } = useSpeech();
  const { label, description, group } = sentence;
  const turn = (kind: Sentence['kind']) => {
    const empty = { aggregate: { aggregate: 'count', event: [] }, trait: { trait: '' }, formula: { formula: '' } };
    say({ ...(empty[kind as keyof typeof empty] ?? {}), kind, label, description, group });
  };
  const kinds = (['aggregate', 'formula', 'trait', 'foreign'] as const).filter(
    (kind) => kind !== 'foreign' || sentence.kind === 'foreign',
  );
  return (
    <select
      aria-label={w.kind}
      value={sentence.kind}
      onChange={(event) => turn(event.target.value as Sentence['kind'])}
    >
      {kinds.map((kind) => (
        <option key={kind} value={kind}>
          {w.kinds[kind]}
        </option>
      ))}
    </select>
  );
}

function Formula({ sentence, put, mistakes }: Part & { mistakes: MistakeShown[] }) {
  const { words: w } = useSpeech();
  const { data: language } = useLanguage();
  const { data: all } = useAttributes();
  const names = useId();
  const wrong = mistakes.filter((one) => one.field === 'formula');
  return (
    <div className="formula">
      <p>{w.theFormula}</p>
      <textarea
        aria-label={w.formula}
        aria-invalid={wrong.length > 0}
        aria-describedby={names}
        rows={3}
        spellCheck={false}
        value={String(sentence.formula ?? '')}
        onChange={(event) => put({ formula: event.target.value })}
      />
      {wrong.map((one) => (
        <Marked key={`${one.position} ${one.text}`} text={String(sentence.formula ?? '')} mistake={one} />
      ))}
      <p id={names} className="quiet words">
        {all?.attributes.map((one) => one.name).join(', ')}. {w.formulaHint}
        {language?.functions.map((one) => one.form).join(', ')}
      </p>
    </div>
  );
}

/** A mistake in place: the formula once more, with the part that is wrong marked. */
function Marked({ text, mistake }: { text: string; mistake: MistakeShown }) {
  const from = (mistake.position ?? 1) - 1;
  const to = from + (mistake.length ?? 1);
  return (
    <p className="marked">
      <code>
        {text.slice(0, from)}
        <mark>{text.slice(from, to) || ' '}</mark>
        {text.slice(to)}
      </code>
      <span className="bad">{mistake.text}</span>
    </p>
  );
}

function Trait({ sentence, put }: Part) {
  const { words: w } = useSpeech();
  const { data: fields } = useSeenFields({ type: 'identify' });
  const paths = fields?.fields.map((one) => one.path.replace(/^traits\./, '')) ?? [];
  return (
    <p className="said">
      {w.theTrait}
      <Typed says={w.trait} value={sentence.trait ?? ''} offered={paths} put={(trait) => put({ trait })} />
    </p>
  );
}

function Folded({ sentence, put }: Part) {
  const { words: w } = useSpeech();
  const { data: seen } = useSeenEvents();
  const { data: language } = useLanguage();
  const event = sentence.event?.[0];
  const { data: fields } = useSeenFields(event);
  const known = language?.aggregates.find((one) => one.name === sentence.aggregate);
  const lists = fields?.fields.filter((one) => (one.types.list ?? 0) > 0).map((one) => one.path) ?? [];
  const mine = fields?.fields.filter((one) => one.each === null || one.each === sentence.each) ?? [];
  const paths = mine.filter((one) => one.types.list === undefined).map((one) => one.path);
  const numbers = mine.filter((one) => one.types.number !== undefined).map((one) => one.path);
  const needsValue = known?.takes !== 'nothing' && known?.keyed !== 'by';
  const keyed = known?.keyed?.startsWith('by') ?? false;
  const names = seen?.events.filter((one) => one.type === 'track').map((one) => one.name ?? '') ?? [];
  return (
    <>
      <p className="said">
        {w.forEach}
        <select
          aria-label={w.aggregate}
          value={sentence.aggregate ?? ''}
          onChange={(chosen) => put({ aggregate: chosen.target.value, k: null, q: null, of: null })}
        >
          {known === undefined && <option>{sentence.aggregate}</option>}
          {language?.aggregates.map((one) => (
            <option key={one.name}>{one.name}</option>
          ))}
        </select>
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
        {w.overEvents}
        {(sentence.event?.length ?? 0) > 1 || (event !== undefined && event.name == null) ? (
          <span className="quiet">{(sentence.event?.length ?? 0) > 1 ? w.severalEvents : event?.type}</span>
        ) : (
          <Typed
            says={w.event}
            value={event?.name ?? ''}
            offered={names}
            put={(name) => put({ event: name === '' ? [] : [{ type: 'track', name }] })}
          />
        )}
        {w.events}
        {sentence.kind === 'aggregate' && <During sentence={sentence} put={put} />}
      </p>
      {(lists.length > 0 || sentence.each != null) && (
        <label>
          {w.inLines}
          <select
            aria-label={w.listOfLines}
            value={sentence.each ?? ''}
            onChange={(chosen) => put({ each: chosen.target.value || null })}
          >
            <option value="">{w.wholeEvent}</option>
            {[...new Set([...lists, ...(sentence.each == null ? [] : [sentence.each])])].map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
      )}
      {(keyed || sentence.by != null) && (
        <p className="said">
          {w.by}
          <Typed says={w.byField} value={sentence.by ?? ''} offered={paths} put={(by) => put({ by: by || null })} />
        </p>
      )}
      {known !== undefined && <Parameters sentence={sentence} put={put} takes={[...known.needs, ...known.may]} />}
      <Conditions where={sentence.where ?? null} fields={mine} put={(where) => put({ where })} />
    </>
  );
}

function Parameters({ sentence, put, takes }: Part & { takes: string[] }) {
  const { words: w } = useSpeech();
  return (
    <>
      {takes.includes('k') && (
        <label>
          {w.entries}
          <input
            type="number"
            min={1}
            max={1000}
            value={sentence.k ?? ''}
            onChange={(event) => put({ k: event.target.value === '' ? null : Math.trunc(event.target.valueAsNumber) })}
          />
        </label>
      )}
      {takes.includes('q') && (
        <label>
          {w.share}
          <input
            type="number"
            min={0}
            max={1}
            step="any"
            value={sentence.q ?? ''}
            onChange={(event) => put({ q: event.target.value === '' ? null : event.target.valueAsNumber })}
          />
        </label>
      )}
      {takes.includes('of') && (
        <label>
          {w.key}
          <input value={String(sentence.of ?? '')} onChange={(event) => put({ of: event.target.value || null })} />
        </label>
      )}
    </>
  );
}

const COUNTED = ['days', 'previous days', 'same days last year', 'hours', 'minutes'];
const MANY = 30;

function During({ sentence, put }: Part) {
  const { words: w } = useSpeech();
  const window = sentence.window ?? null;
  type Kind = NonNullable<typeof window>['kind'];
  const kinds = (Object.keys(w.windows) as Kind[]).filter((kind) => kind !== 'written' || window?.kind === 'written');
  // A number that somebody gave stays; the one of "today" was given by nobody.
  const given = window !== null && COUNTED.includes(window.kind) ? window.n : MANY;
  const turn = (kind: string) =>
    put({
      window: kind === '' ? null : { kind: kind as Kind, n: COUNTED.includes(kind) ? given : 1 },
      zone: 'workspace',
    });
  return (
    <>
      {window !== null && COUNTED.includes(window.kind) && (
        <input
          type="number"
          aria-label={w.howMany}
          min={1}
          value={window.n ?? 1}
          onChange={(event) =>
            put({ window: { ...window, n: Math.max(1, Math.trunc(event.target.valueAsNumber) || 1) } })
          }
        />
      )}
      <select aria-label={w.during} value={window?.kind ?? ''} onChange={(event) => turn(event.target.value)}>
        <option value="">{w.lifetime}</option>
        {kinds.map((kind) => (
          <option key={kind} value={kind}>
            {w.windows[kind]}
          </option>
        ))}
      </select>
    </>
  );
}
