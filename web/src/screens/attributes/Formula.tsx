// A formula: what is wrong is marked where it stands, and names complete themselves by keyboard.
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import type { MistakeShown } from '../../api/types.gen';
import { useAttributes, useLanguage } from './api';
import { completed, type Offer, offersFor, wordBefore } from './completing';
import { useSpeech } from './speech';

interface Props {
  formula: string;
  put: (formula: string) => void;
  mistakes: MistakeShown[];
}

export function Formula({ formula, put, mistakes }: Props) {
  const { words: w } = useSpeech();
  const wrong = mistakes.filter((one) => one.field === 'formula');
  return (
    <div className="formula">
      <p>{w.theFormula}</p>
      <Editor formula={formula} put={put} wrong={wrong} label={w.formula} hint={w.formulaHint} offers={useOffers()} />
    </div>
  );
}

interface EditorProps {
  formula: string;
  put: (formula: string) => void;
  wrong: MistakeShown[];
  label: string;
  hint: string;
  offers: Offer[];
  may?: boolean;
}

/** An expression whose names complete themselves; what is wrong is marked in its place. */
export function Editor({ formula, put, wrong, label, hint, offers: all, may = true }: EditorProps) {
  const { words: w } = useSpeech();
  const says = useId();
  const box = useRef<HTMLTextAreaElement>(null);
  const next = useRef<number | null>(null);
  const [word, setWord] = useState('');
  const [at, setAt] = useState(0);
  const offers = offersFor(word, all);
  const chosen = offers[Math.min(at, offers.length - 1)];
  const list = `${says}offers`;
  const ask = (text: string, place: number) => {
    setWord(wordBefore(text, place));
    setAt(0);
  };
  const take = (offer: Offer) => {
    const done = completed(formula, box.current?.selectionStart ?? formula.length, offer);
    next.current = done.place;
    setWord('');
    put(done.text);
    box.current?.focus();
  };
  // The cursor stands behind what was completed, once that is there.
  useEffect(() => {
    if (next.current === null || box.current === null) return;
    box.current.setSelectionRange(next.current, next.current);
    next.current = null;
  });
  const key = (event: KeyboardEvent) => {
    if (event.key === ' ' && event.ctrlKey) ask(formula, box.current?.selectionStart ?? 0);
    else if (chosen === undefined) return;
    else if (event.key === 'ArrowDown') setAt((at + 1) % offers.length);
    else if (event.key === 'ArrowUp') setAt((at + offers.length - 1) % offers.length);
    else if (event.key === 'Enter' || event.key === 'Tab') take(chosen);
    else if (event.key === 'Escape') setWord('');
    else return;
    event.preventDefault();
  };
  return (
    <>
      <div className="editor">
        <div className="layers">
          <pre aria-hidden="true">
            <Marked text={formula} wrong={wrong} />
          </pre>
          <textarea
            ref={box}
            aria-label={label}
            readOnly={!may}
            aria-invalid={wrong.length > 0}
            aria-describedby={`${says}hint ${says}wrong`}
            aria-autocomplete="list"
            aria-controls={list}
            aria-activedescendant={chosen === undefined ? undefined : `${list}${chosen.name}`}
            rows={3}
            spellCheck={false}
            value={formula}
            onKeyDown={key}
            onBlur={() => setWord('')}
            onChange={(event) => {
              put(event.target.value);
              ask(event.target.value, event.target.selectionStart);
            }}
          />
        </div>
        <div id={list} role="listbox" aria-label={w.offers} className="offers" hidden={chosen === undefined}>
          {offers.map((one) => (
            <div
              key={one.name}
              id={`${list}${one.name}`}
              role="option"
              tabIndex={-1}
              aria-selected={one === chosen}
              // The textarea keeps the focus, and with it the list.
              onMouseDown={(event) => {
                event.preventDefault();
                take(one);
              }}
            >
              <code>{one.text}</code> <span className="quiet">{one.told}</span>
            </div>
          ))}
        </div>
      </div>
      <ul id={`${says}wrong`} className="mistakes marked" aria-live="polite">
        {wrong.map((one) => (
          <li key={`${one.position} ${one.text}`}>{one.text}</li>
        ))}
      </ul>
      <p id={`${says}hint`} className="quiet words">
        {hint}
      </p>
    </>
  );
}

/** The formula's text below the one that is typed: what is wrong is marked in its place. */
function Marked({ text, wrong }: { text: string; wrong: MistakeShown[] }) {
  const [first] = wrong.filter((one) => one.position !== null);
  if (first === undefined) return `${text}\n`;
  const from = (first.position ?? 1) - 1;
  const to = from + Math.max(1, first.length ?? 1);
  return (
    <>
      {text.slice(0, from)}
      <mark>{text.slice(from, to) || ' '}</mark>
      {`${text.slice(to)}\n`}
    </>
  );
}

function useOffers(): Offer[] {
  const { label } = useSpeech();
  const { data: all } = useAttributes();
  const functions = useFunctions();
  return [
    ...(all?.attributes ?? []).map((one) => {
      const name = label({ name: one.name, label: one.label });
      return { name: one.name, text: one.name, told: name === one.name ? '' : name };
    }),
    ...functions,
  ];
}

/** The functions, as they are written and what they do. */
export function useFunctions(): Offer[] {
  const { words: w } = useSpeech();
  const { data: language } = useLanguage();
  const told: Record<string, string> = w.functions;
  return (language?.functions ?? []).map((one) => ({
    name: one.name,
    text: one.form.endsWith('()') ? one.form : `${one.name}(`,
    told: `${one.form}: ${told[one.name] ?? one.meaning}`,
  }));
}
