// From the catalogue into the shop: what would be written, what clashes, and the word.
import { useState } from 'react';
import type { AdditionShown } from '../../../api/types.gen';
import { useAddress } from '../../../app/address';
import { Problem } from '../../../app/client';
import { Way } from '../../../app/Way';
import { Check } from '../../../ui/Field';
import { Trouble } from '../../../ui/Trouble';
import { Changed } from '../Changed';
import { useAdd, useAddition } from './api';
import { useSpeech } from './speech';

export function Adding({ names }: { names: string[] }) {
  const { words: w, plural } = useSpeech();
  const [search, change] = useAddress();
  // Whoever began with a segment goes on with it afterwards.
  const { segment } = search;
  const forSegment = typeof segment === 'string';
  const fromLines = search.lines === 'yes';
  const wanted = { names, from_lines: fromLines };
  const { data, error, refetch } = useAddition(wanted);
  const add = useAdd();
  const [added, setAdded] = useState<number | null>(null);
  const back = () =>
    change((from) => ({ ...from, add: undefined, lines: undefined, segment: undefined, ready: undefined }));
  const overtaken = add.error instanceof Problem && add.error.status === 409;
  const publish = () =>
    data !== undefined &&
    add.mutate(
      { ...wanted, version: data.version },
      { onSuccess: (done) => setAdded(done.added.length), onError: () => void refetch() },
    );
  if (added !== null) {
    return (
      <section className="card ready-adding" role="status">
        <h2>{plural(added, w.done)}</h2>
        <div className="form-foot">
          {forSegment ? (
            <Way to="/segments" search={{ segment, part: 'change', ready: search.ready }} className="button primary">
              {w.toSegment}
            </Way>
          ) : (
            <button type="button" className="primary" onClick={() => change(() => ({}))}>
              {w.seeThem}
            </button>
          )}
          <button type="button" onClick={back}>
            {w.back}
          </button>
        </div>
      </section>
    );
  }
  return (
    <section className="card ready-adding" aria-label={w.adding}>
      <h2>{w.adding}</h2>
      <Trouble error={error} again={back} as={w.back} />
      {data !== undefined && (
        <>
          <p>{data.added.length === 0 ? w.nothing : plural(data.added.length, w.willAdd)}</p>
          <Told data={data} />
          <Check
            label={w.fromLines}
            checked={fromLines}
            put={(checked) => change((from) => ({ ...from, lines: checked ? 'yes' : undefined }), true)}
          />
          <div className="form-foot">
            <button
              type="button"
              className="primary"
              disabled={data.added.length === 0 || add.isPending}
              onClick={publish}
            >
              {w.publish}
            </button>
            <button type="button" onClick={back}>
              {w.back}
            </button>
          </div>
          {overtaken ? (
            <p className="wrong" role="alert">
              {w.conflict}
            </p>
          ) : (
            <Trouble error={add.error} />
          )}
          {data.files.map((file) => (
            <details key={file.file} open={data.files.length === 1}>
              <summary>
                <code>{file.file}</code> {file.new && <span className="badge">{w.newFile}</span>}
              </summary>
              <Changed lines={file.lines} />
            </details>
          ))}
        </>
      )}
    </section>
  );
}

function Told({ data }: { data: AdditionShown }) {
  const { words: w } = useSpeech();
  const lists: [string, string[], string][] = [
    [w.clashing, data.clashing, 'notice'],
    [w.unconverted, data.unconverted, 'notice'],
    [w.others, data.others, 'notice'],
    [w.shared, data.shared, ''],
    [w.same, data.same, 'quiet'],
  ];
  return lists
    .filter(([, names]) => names.length > 0)
    .map(([says, names, how]) => (
      <p key={says} className={how}>
        {says} <code>{names.join(', ')}</code>
      </p>
    ));
}
