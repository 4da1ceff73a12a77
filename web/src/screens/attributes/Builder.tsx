// One attribute while it is written: the sentence and the YAML follow each other, the preview follows both.
import { useEffect, useRef, useState } from 'react';
import type { Author, Entry } from '../../api/types.gen';
import { useRights } from '../../app/session';
import { Trouble } from '../../ui/Trouble';
import { useKeep } from '../drafting/api';
import { Publishing } from '../drafting/Publishing';
import { type Sentence, useLooked } from './api';
import { Form } from './Form';
import { useKept } from './kept';
import { Lines } from './Lines';
import { Preview } from './Preview';
import { Removing } from './Removing';
import { useSpeech } from './speech';
import { Versions } from './Versions';

interface Props {
  name: string;
  start: string;
  /** What a new one begins with; null: nothing in particular. */
  seed: Sentence | null;
  base: string | null;
  drafted: boolean;
  others: Author[];
  /** Begins anew from what the server has. */
  again: () => void;
}

const FIRST: Sentence = { kind: 'aggregate', aggregate: 'count', event: [] };

export function Builder({ name, start, seed, base: from, drafted, others, again }: Props) {
  const { words: w } = useSpeech();
  const { write } = useRights();
  const [text, setText] = useState(start);
  const [sentence, setSentence] = useState<Sentence | null>(start === '' ? (seed ?? FIRST) : null);
  const [asked, setAsked] = useState<Entry>({
    name,
    text: start,
    ...(start === '' && seed !== null && { sentence: seed }),
  });
  const [touched, setTouched] = useState(drafted);
  const [base, setBase] = useState(from);
  const { data, error } = useLooked(asked, write);
  const newest = useRef(asked);

  useEffect(() => {
    if (data === undefined || data.asked !== newest.current) return;
    // The one that somebody types into stays as it is; the other follows.
    if (data.asked.sentence) setText(data.entry.text);
    else if (data.entry.text !== '') setSentence(data.entry.sentence);
  }, [data]);

  const ask = (entry: Entry) => {
    newest.current = entry;
    setAsked(entry);
    setTouched(true);
  };
  const say = (said: Sentence) => {
    setSentence(said);
    ask({ name, text, sentence: said });
  };
  const type = (typed: string) => {
    setText(typed);
    ask({ name, text: typed });
  };
  const kept = useKept(useKeep('attributes', name).mutateAsync, text, base, write && touched);
  const mistakes = text === '' && !touched ? [] : (data?.entry.mistakes ?? []);
  return (
    <article className="one">
      <header className="one-head">
        <h2 dir="auto">{name}</h2>
        {others.map((one) => (
          <span key={one.who} className="badge">
            {w.draftOf(one.who)}
          </span>
        ))}
        <span className="quiet" role="status">
          {touched && (kept ? w.saved : w.saving)}
        </span>
        {write && from !== null && <Removing name={name} base={base} again={again} />}
      </header>
      <Trouble error={error} />
      <div className="one-sides">
        <div className="one-side">
          <Form name={name} sentence={sentence} mistakes={mistakes} say={say} may={write} />
          <Lines text={text} mistakes={mistakes} type={type} may={write} />
        </div>
        <div className="one-side">
          <Preview preview={data?.preview ?? null} wrong={mistakes.length > 0} />
          {write && touched && (
            <Publishing
              section="attributes"
              name={name}
              version={base}
              kept={kept}
              wrong={mistakes.length > 0}
              keepMine={setBase}
              again={again}
            />
          )}
          <Versions name={name} use={write ? type : null} />
        </div>
      </div>
    </article>
  );
}
