// From draft to force: what would change, and the word. Somebody else's change in between is shown first.
import { useState } from 'react';
import type { Diff } from '../../api/types.gen';
import { Problem } from '../../app/client';
import { Trouble } from '../../ui/Trouble';
import { useAttribute, useDiff, useDiscard, usePublish } from './api';
import { useSpeech } from './speech';

interface Props {
  name: string;
  version: string | null;
  kept: boolean;
  wrong: boolean;
  again: () => void;
}

export function Publishing({ name, version, kept, wrong, again }: Props) {
  const { words: w } = useSpeech();
  const [looking, setLooking] = useState(false);
  const { data: diff, refetch } = useDiff(name, looking && kept);
  const { data: attribute, refetch: look } = useAttribute(name);
  const publish = usePublish(name);
  const discard = useDiscard(name);
  const conflict = publish.error instanceof Problem && publish.error.status === 409;
  const anew = async () => {
    await look();
    again();
  };
  const send = (base: string | null) =>
    publish.mutate(base, {
      onSuccess: anew,
      onError: () => {
        void look();
        void refetch();
      },
    });
  return (
    <section className="card publishing" aria-label={w.publish}>
      <div className="actions">
        {!looking && (
          <button type="button" className="primary" disabled={wrong || !kept} onClick={() => setLooking(true)}>
            {w.review}
          </button>
        )}
        {looking && (
          <>
            <button
              type="button"
              className="primary"
              disabled={wrong || !kept || publish.isPending}
              onClick={() => send(conflict ? (attribute?.version ?? null) : version)}
            >
              {conflict ? w.overIt : w.publishNow}
            </button>
            <button type="button" onClick={() => setLooking(false)}>
              {w.back}
            </button>
          </>
        )}
        <button
          type="button"
          className="danger"
          disabled={discard.isPending}
          onClick={() => discard.mutate(undefined, { onSuccess: anew })}
        >
          {w.discard}
        </button>
      </div>
      {conflict && (
        <p className="wrong" role="alert">
          {w.conflict}
        </p>
      )}
      {publish.error !== null && !conflict && <Trouble error={publish.error} />}
      {looking && diff !== undefined && <Changes diff={diff} />}
    </section>
  );
}

function Changes({ diff }: { diff: Diff }) {
  const { words: w } = useSpeech();
  const changed = diff.lines.some((line) => line.kind !== 'same');
  return (
    <div className="diff">
      <h3>{w.changes}</h3>
      {!changed && <p className="quiet">{w.noChange}</p>}
      <pre>
        {[...diff.lines.entries()].map(([place, line]) => (
          <LineShown key={place} kind={line.kind} text={line.text} />
        ))}
      </pre>
      {diff.followers.length > 0 && (
        <p>
          {w.followers}
          <code>{diff.followers.join(', ')}</code>
        </p>
      )}
      {diff.others.length > 0 && (
        <p className="warned">
          {w.alsoApplied}
          <code>{diff.others.join(', ')}</code>
        </p>
      )}
    </div>
  );
}

function LineShown({ kind, text }: Diff['lines'][number]) {
  if (kind === 'removed') return <del>{`− ${text}\n`}</del>;
  return kind === 'added' ? <ins>{`+ ${text}\n`}</ins> : <span>{`  ${text}\n`}</span>;
}
