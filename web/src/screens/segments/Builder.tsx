// One segment while it is written: rows, expression and YAML follow each other, the preview follows all.
import { useEffect, useRef, useState } from 'react';
import type { Author, Entry, ReadyShown } from '../../api/types.gen';
import { useRights } from '../../app/session';
import { Trouble } from '../../ui/Trouble';
import { Editor, useFunctions } from '../attributes/Formula';
import { useKept } from '../attributes/kept';
import { Lines } from '../attributes/Lines';
import { Notes } from '../attributes/Notes';
import { useKeep } from '../drafting/api';
import { Publishing } from '../drafting/Publishing';
import { type Sentence, useChecked, useTried } from './api';
import { Lacking } from './Lacking';
import { Live } from './Live';
import { Rows } from './Rows';
import { type Condition, groupsOf } from './rows';
import { useSpeech } from './speech';
import type { Known } from './vocabulary';

interface Props {
  name: string;
  start: string;
  /** What a new one begins with. */
  seed: Sentence | null;
  /** What the catalogue has of this, when it began there. */
  entry: ReadyShown | null;
  /** Whether it is only looked at, and becomes a draft when somebody changes or keeps it. */
  looking: boolean;
  known: Known;
  base: string | null;
  drafted: boolean;
  inForce: boolean;
  others: Author[];
  again: () => void;
}

export function Builder({
  name,
  start,
  seed,
  entry,
  looking,
  known,
  base: from,
  drafted,
  inForce,
  others,
  again,
}: Props) {
  const { words: w } = useSpeech();
  const { write } = useRights();
  const [text, setText] = useState(start);
  const [sentence, setSentence] = useState<Sentence>(seed ?? { kind: 'segment' });
  const [typed, setTyped] = useState<string | null>(null);
  const [asked, setAsked] = useState<Entry>({
    name,
    text: start,
    ...(start === '' && seed !== null && { sentence: seed }),
  });
  const [touched, setTouched] = useState(drafted || (seed !== null && !looking));
  const [base, setBase] = useState(from);
  const [chosen, setChosen] = useState<string | null>();
  const { data, error } = useChecked(asked);
  const newest = useRef(asked);
  const where = typeof data?.entry.fields?.where === 'string' ? data.entry.fields.where : null;

  useEffect(() => {
    if (data === undefined || data.asked !== newest.current) return;
    // What somebody types into stays as it is; the others follow.
    if (data.asked.sentence) setText(data.entry.text);
    if (!data.asked.sentence || data.asked.sentence.where?.kind === 'written') {
      if (data.entry.sentence !== null) setSentence(data.entry.sentence);
    }
  }, [data]);

  const ask = (entry: Entry) => {
    newest.current = entry;
    setAsked(entry);
    setTouched(true);
  };
  const say = (said: Sentence) => {
    setSentence(said);
    setTyped(null);
    ask({ name, text, sentence: said });
  };
  const express = (expression: string) => {
    setTyped(expression);
    ask({ name, text, sentence: { ...sentence, where: { kind: 'written', text: expression } } });
  };
  const type = (lines: string) => {
    setText(lines);
    setTyped(null);
    ask({ name, text: lines });
  };
  const said = sentence.where ?? null;
  const spread = chosen === undefined ? spreadOf(said, known) : chosen;
  const kept = useKept(useKeep('segments', name).mutateAsync, text, base, write && touched);
  const empty = said === null && (typed ?? '') === '' && text.trim() === '';
  const mistakes = empty || (said === null && typed === null && where === null) ? [] : (data?.entry.mistakes ?? []);
  const right = typed === null && data?.asked === asked && mistakes.length === 0;
  const { data: tried, arriving } = useTried(typed ?? where, name, spread, write, right);
  return (
    <article className="one">
      <header className="one-head">
        {others.map((one) => (
          <span key={one.who} className="badge">
            {w.draftOf(one.who)}
          </span>
        ))}
        <span className="quiet" role="status">
          {touched && text !== '' && (kept ? w.saved : w.saving)}
        </span>
      </header>
      <Trouble error={error} />
      {entry !== null && <Lacking name={name} entry={entry} known={known} />}
      <div className="one-sides">
        <div className="one-side">
          <Rows
            name={name}
            where={said}
            known={known}
            put={(condition) => say({ ...sentence, where: condition })}
            parts={tried?.parts}
            may={write}
          />
          {mistakes.length > 0 && typed === null && (
            <ul className="mistakes" aria-label={w.mistakes} aria-live="polite">
              {mistakes.map((one) => (
                <li key={`${one.file} ${one.position} ${one.text}`}>
                  {one.file !== null && <code>{one.file} </code>}
                  {one.text}
                </li>
              ))}
            </ul>
          )}
          <Expression
            text={typed ?? where ?? ''}
            put={express}
            wrong={typed === null ? mistakes : (tried?.mistakes ?? mistakes)}
            known={known}
            may={write}
          />
          <section className="card">
            <Notes sentence={sentence} put={(part) => say({ ...sentence, ...part })} />
          </section>
          <Lines text={text} mistakes={mistakes} type={type} may={write} />
        </div>
        <div className="one-side">
          <Live
            tried={tried ?? null}
            wrong={mistakes.length > 0 || (tried?.mistakes.length ?? 0) > 0}
            arriving={arriving}
            known={known}
            spread={spread}
            choose={setChosen}
            inForce={inForce}
          />
          {write && !touched && seed !== null && (
            <section className="card publishing" aria-label={w.publish}>
              <button type="button" className="primary" onClick={() => setTouched(true)}>
                {w.keepDraft}
              </button>
            </section>
          )}
          {write && touched && (
            <Publishing
              section="segments"
              name={name}
              version={base}
              kept={kept}
              wrong={mistakes.length > 0 || where === null}
              keepMine={setBase}
              again={again}
            />
          )}
        </div>
      </div>
    </article>
  );
}

/** The attribute whose spread is shown unless somebody chooses another: the first one that is asked for. */
function spreadOf(where: Condition | null, { words }: Known): string | null {
  const said = groupsOf(where)
    .flat()
    .flatMap((line) => (line.kind === 'said' ? [words.get(line.name)] : []));
  return said.find((word) => word !== undefined && !word.many)?.name ?? null;
}

interface ExpressionProps {
  text: string;
  put: (text: string) => void;
  wrong: NonNullable<ReturnType<typeof useTried>['data']>['mistakes'];
  known: Known;
  may: boolean;
}

/** The whole condition in the words of the language. */
function Expression({ text, put, wrong, known, may }: ExpressionProps) {
  const { words: w, label } = useSpeech();
  const functions = useFunctions();
  const names = [...known.words.values(), ...known.segments.values()].map((one) => {
    const title = label(one);
    return { name: one.name, text: one.name, told: title === one.name ? '' : title };
  });
  return (
    <details className="card formula">
      <summary>{w.expression}</summary>
      <Editor
        formula={text}
        put={put}
        wrong={wrong.filter((one) => one.position !== null)}
        label={w.written}
        hint={w.expressionHint}
        offers={[...names, ...functions]}
        may={may}
      />
    </details>
  );
}
