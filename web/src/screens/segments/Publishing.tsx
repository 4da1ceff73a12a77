// From draft to force: what would change, and the word. Whom it moves stands in the preview beside it.
import { useState } from 'react';
import { Problem } from '../../app/client';
import { Trouble } from '../../ui/Trouble';
import { Changes } from '../attributes/Publishing';
import { useDiff, useDiscard, usePublish, useWrittenOne } from './api';
import { useSpeech } from './speech';

interface Props {
  name: string;
  base: string | null;
  kept: boolean;
  wrong: boolean;
  /** Goes on with the draft, over a version that somebody else has written. */
  keepMine: (version: string | null) => void;
  again: () => void;
  /** What throwing the draft away is called here. */
  discard?: string;
}

export function Publishing({ name, base, kept, wrong, keepMine, again, discard: called }: Props) {
  const { words: w } = useSpeech();
  const [looking, setLooking] = useState(false);
  const { refetch } = useWrittenOne(name);
  const publish = usePublish(name);
  const discard = useDiscard(name);
  const overtaken = publish.error instanceof Problem && publish.error.status === 409;
  const { data: diff } = useDiff(name, (looking || overtaken) && kept, base);
  const mine = async () => {
    const { data } = await refetch();
    publish.reset();
    keepMine(data?.version ?? null);
  };
  return (
    <section className="card publishing" aria-label={w.publish}>
      {overtaken && (
        <p className="wrong" role="alert">
          {w.overtaken}
        </p>
      )}
      <div className="actions">
        {overtaken ? (
          <button type="button" className="primary" onClick={mine}>
            {w.keepMine}
          </button>
        ) : looking ? (
          <>
            <button
              type="button"
              className="primary"
              disabled={wrong || !kept || publish.isPending}
              onClick={() => publish.mutate(base, { onSuccess: again })}
            >
              {w.publishNow}
            </button>
            <button type="button" onClick={() => setLooking(false)}>
              {w.goBack}
            </button>
          </>
        ) : (
          <button type="button" className="primary" disabled={wrong || !kept} onClick={() => setLooking(true)}>
            {w.review}
          </button>
        )}
        <button
          type="button"
          className="danger"
          disabled={discard.isPending}
          onClick={() => discard.mutate(undefined, { onSuccess: again })}
        >
          {called ?? w.discard}
        </button>
      </div>
      {publish.error !== null && !overtaken && <Trouble error={publish.error} />}
      {(looking || overtaken) && diff !== undefined && <Changes diff={diff} />}
    </section>
  );
}
