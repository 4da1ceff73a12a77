// One segment: looked at, or being changed, with what can be done with it.
import { useMemo, useState } from 'react';
import { useAddress } from '../../app/address';
import { useRights } from '../../app/session';
import { Way } from '../../app/Way';
import { Dialog } from '../../ui/Dialog';
import { TextField } from '../../ui/Field';
import { Trouble } from '../../ui/Trouble';
import { freeName } from '../attributes/ready/chosen';
import { useKeep } from '../drafting/api';
import { Leaving } from '../drafting/Leaving';
import { useReadySegments, useRename, useSegments, useVocabulary, useWrittenOne } from './api';
import { Builder } from './Builder';
import { Look } from './Look';
import { placeOf } from './place';
import { type Condition, conditionOf } from './rows';
import { useSpeech } from './speech';
import { starters } from './starters';
import { firstOf, type Known, knownOf, namesOf } from './vocabulary';

export function One({ name }: { name: string }) {
  const { words: w, label, described } = useSpeech();
  const { write } = useRights();
  const [search] = useAddress();
  const { change } = placeOf(search);
  const { data, error } = useSegments();
  const line = data?.segments.find((one) => one.name === name);
  if (error !== null) return <Trouble error={error} />;
  if (data === undefined) return null;
  const changing = change || line === undefined;
  const says = described(line ?? {});
  return (
    <>
      <header className="segment-head">
        <h2>
          <bdi>{label(line ?? { name, label: {} })}</bdi>{' '}
          {line !== undefined && label(line) !== name && <code>{name}</code>}
        </h2>
        {line !== undefined && (
          <div className="actions">
            <Way
              to="/segments"
              search={changing ? { segment: name } : { segment: name, part: 'change' }}
              className="button"
            >
              {changing ? w.back : w.edit}
            </Way>
            {write && <Copying name={name} taken={data.segments.map((one) => one.name)} />}
            {write && <Renaming name={name} />}
            {write && <Removing name={name} />}
          </div>
        )}
      </header>
      {says !== null && (
        <p className="lead">
          <bdi>{says}</bdi>
        </p>
      )}
      {changing ? <Change name={name} inForce={line !== undefined} /> : <Look line={line} />}
    </>
  );
}

interface ChangeProps {
  name: string;
  inForce: boolean;
}

/** From where it stands: your draft, else as it is written, else from what the address says. */
function Change({ name, inForce }: ChangeProps) {
  const [search, change] = useAddress();
  const { from, begin, ready } = placeOf(search);
  const { data, error, refetch } = useWrittenOne(name);
  const { data: origin } = useWrittenOne(from ?? name);
  const { data: vocabulary } = useVocabulary();
  const { data: shelf, isLoading } = useReadySegments(!inForce);
  const known = useMemo(() => knownOf(vocabulary, shelf?.all), [vocabulary, shelf]);
  const [turn, setTurn] = useState(0);
  if (error !== null) return <Trouble error={error} />;
  if (data === undefined || vocabulary === undefined || (from !== null && origin === undefined)) return null;
  if (ready !== null && isLoading) return null;
  const again = async () => {
    const { data: now } = await refetch();
    if (now?.version == null) change(() => ({}));
    setTurn((before) => before + 1);
  };
  const base = data.draft == null ? (data.version ?? null) : data.draft.base;
  if (data.draft?.removes) {
    const { mistakes } = data.draft.entry;
    return (
      <article className="one">
        <Leaving key={turn} section="segments" name={name} base={base} mistakes={mistakes} again={again} />
      </article>
    );
  }
  const start = data.draft?.entry.text ?? data.written?.text ?? '';
  // A draft whose address does not say where it began may have begun with the segment of its name.
  const entry = shelf?.segments.find((one) => one.name === (ready ?? name)) ?? null;
  const where = (from === null ? null : origin?.written?.sentence?.where) ?? begun(name, begin, known);
  const copied = ready === null ? null : (entry?.sentence ?? null);
  return (
    <Builder
      key={turn}
      name={name}
      start={start}
      seed={start === '' ? (copied ?? (where === null ? null : { kind: 'segment', where })) : null}
      entry={entry}
      looking={copied !== null}
      known={known}
      base={base}
      drafted={data.draft != null}
      inForce={inForce}
      others={data.others ?? []}
      again={again}
    />
  );
}

/** What a new one begins with: a condition that was chosen, else who did anything at all, to be changed from there. */
function begun(name: string, begin: string | null, known: Known): Condition | null {
  const chosen = starters(known).find((one) => one.name === begin);
  const [first] = (['did', 'is', 'predicted'] as const).flatMap((family) => namesOf(family, known, name));
  if (chosen !== undefined) return conditionOf([[chosen.line]]);
  return first === undefined ? null : conditionOf([[firstOf(first, known)]]);
}

function Copying({ name, taken }: { name: string; taken: string[] }) {
  const { words: w } = useSpeech();
  const [, change] = useAddress();
  const copy = () => {
    change(() => ({ segment: freeName(name, taken), part: 'change', from: name }));
  };
  return (
    <button type="button" onClick={copy}>
      {w.copy}
    </button>
  );
}

function Renaming({ name }: { name: string }) {
  const { words: w } = useSpeech();
  const [open, setOpen] = useState(false);
  const [to, setTo] = useState(name);
  const [, change] = useAddress();
  const rename = useRename(name);
  return (
    <>
      <button type="button" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {w.rename}
      </button>
      {open && (
        <Dialog title={w.renameTitle} close={() => setOpen(false)}>
          <form
            className="dialog"
            onSubmit={(event) => {
              event.preventDefault();
              rename.mutate(to, {
                onSuccess: () => {
                  setOpen(false);
                  change(() => ({ segment: to }), true);
                },
              });
            }}
          >
            <TextField
              label={w.newName}
              hint={w.renameHint}
              value={to}
              required
              pattern="[A-Za-z][A-Za-z0-9_]{0,62}"
              put={setTo}
            />
            <Trouble error={rename.error} />
            <div className="dialog-foot">
              <button type="button" onClick={() => setOpen(false)}>
                {w.cancel}
              </button>
              <button type="submit" className="primary" disabled={to === name || rename.isPending}>
                {w.rename}
              </button>
            </div>
          </form>
        </Dialog>
      )}
    </>
  );
}

/** A draft without lines, which is looked at and published like any other. */
function Removing({ name }: { name: string }) {
  const { words: w } = useSpeech();
  const [, change] = useAddress();
  const { data, refetch } = useWrittenOne(name);
  const keep = useKeep('segments', name);
  const remove = () =>
    keep.mutate(
      { text: '', base: data?.version ?? null },
      {
        onSuccess: async () => {
          await refetch();
          change(() => ({ segment: name, part: 'change' }));
        },
      },
    );
  return (
    <>
      <button type="button" className="danger" disabled={keep.isPending || data === undefined} onClick={remove}>
        {w.remove}
      </button>
      <Trouble error={keep.error} />
    </>
  );
}
