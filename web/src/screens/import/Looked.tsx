// A file that has arrived: what it seems to hold, what is asked, what becomes of it, and the button that imports it.
import { useState } from 'react';
import type { AmountSeen, FileGuess, MappingForm, Upload } from '../../api/types.gen';
import { Select } from '../../ui/Field';
import { Trouble } from '../../ui/Trouble';
import { type Answers, useBegin, useDropped, useGuess, usePreview } from './api';
import { Columns } from './Columns';
import { Keep } from './Keep';
import { MappingFile } from './MappingFile';
import { Parsed } from './Parsed';
import { Questions } from './Questions';
import { useSpeech, useWhere } from './speech';
import type { Kind } from './targets';
import { Written } from './Written';

const KINDS: Kind[] = ['orders', 'refunds', 'events', 'customers', 'products', 'messages'];

export function Looked({ upload }: { upload: Upload }) {
  const { words: w } = useSpeech();
  const [kind, setKind] = useState<Kind>();
  const [answers, setAnswers] = useState<Answers>({});
  const { data: guess, error, refetch } = useGuess(upload.id, kind, answers);
  if (error !== null) return <Trouble error={error} again={refetch} />;
  if (guess === undefined) return <p className="quiet late">{w.looking}</p>;
  return (
    <>
      <Head upload={upload} guess={guess} kind={kind ?? guess.form.kind} setKind={setKind} />
      <Questions questions={guess.questions} answers={answers} answer={setAnswers} />
      {Object.keys(answers).length > 0 && (
        <p>
          <button type="button" className="link" onClick={() => setAnswers({})}>
            {w.askAgain}
          </button>
        </p>
      )}
      <Amounts amounts={guess.amounts} />
      <Edited key={guess.mapping} upload={upload} guess={guess} />
    </>
  );
}

function Head(p: { upload: Upload; guess: FileGuess; kind: Kind; setKind: (kind: Kind) => void }) {
  const { words: w, count } = useSpeech();
  const [, go] = useWhere();
  const removed = useDropped(p.upload.id, () => go({}));
  return (
    <section className="card file">
      <div>
        <h2>{p.upload.name}</h2>
        <p className="quiet">
          {count(p.guess.rows, w.rowsInIt)} · {p.guess.preset === null ? w.guessed : w.recognised(p.guess.preset)}
        </p>
      </div>
      <Select label={w.kind} value={p.kind} put={p.setKind}>
        {KINDS.map((kind) => (
          <option key={kind} value={kind}>
            {w.kindNames[kind]}
          </option>
        ))}
      </Select>
      <button type="button" disabled={removed.isPending} onClick={() => removed.mutate()}>
        {w.remove}
      </button>
    </section>
  );
}

/** How the amounts of the file are read, in an example of each column: exactly so, in which currency. */
function Amounts({ amounts }: { amounts: AmountSeen[] }) {
  const { words: w, locale } = useSpeech();
  if (amounts.length === 0) return null;
  const said = (one: AmountSeen) =>
    new Intl.NumberFormat(locale, {
      maximumFractionDigits: 6,
      ...(one.currency !== null && { style: 'currency', currency: one.currency, currencyDisplay: 'code' }),
    }).format(one.value);
  return (
    <section className="card amounts" aria-label={w.amounts}>
      <h2>{w.amounts}</h2>
      <ul>
        {amounts.map((one) => (
          <li key={one.column}>
            <q>
              <bdi>{one.example}</bdi>
            </q>{' '}
            <bdi>{w.amountIs(one.column)}</bdi> <strong>{said(one)}</strong>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The mapping as it is changed by hand; another guess begins anew. */
function Edited({ upload, guess }: { upload: Upload; guess: FileGuess }) {
  const { words: w } = useSpeech();
  const [form, setForm] = useState<MappingForm>(guess.form);
  const [text, setText] = useState<string>();
  const preview = usePreview(upload.id, text === undefined ? { form } : { mapping: text });
  const put = (next: MappingForm) => {
    setText(undefined);
    setForm(next);
  };
  const shown = text === undefined ? form : (preview.data?.form ?? null);
  return (
    <>
      {shown !== null ? (
        <div className="sides">
          <Columns form={shown} columns={guess.columns} put={put} />
          <Written form={shown} put={put} zoneless={guess.zoneless} isText={upload.format === 'csv'} />
        </div>
      ) : (
        text !== undefined &&
        preview.data !== undefined && (
          <section className="card">
            <p>{w.formGone}</p>
            <button type="button" onClick={() => put(guess.form)}>
              {w.formBack}
            </button>
          </section>
        )
      )}
      <Parsed preview={preview} />
      <MappingFile text={text ?? preview.data?.mapping ?? guess.mapping} use={setText} />
      <Begin upload={upload} guess={guess} mapping={preview.data?.mapping} />
    </>
  );
}

function Begin({ upload, guess, mapping }: { upload: Upload; guess: FileGuess; mapping: string | undefined }) {
  const { words: w, count } = useSpeech();
  const [, go] = useWhere();
  const begin = useBegin((job) => go({ job }));
  const open = guess.questions.length > 0;
  return (
    <section className="card begin">
      <button
        type="button"
        className="primary"
        disabled={open || mapping === undefined || begin.isPending}
        onClick={() => mapping !== undefined && begin.mutate({ upload: upload.id, mapping, rows: guess.rows })}
      >
        {count(guess.rows, w.begin)}
      </button>
      {open && <p>{w.answerFirst}</p>}
      {mapping !== undefined && <Keep mapping={mapping} />}
      <Trouble error={begin.error} again={begin.reset} />
    </section>
  );
}
