// From draft to force: what would change, and the word. Somebody else's change in between is shown first.
import { useState } from 'react';
import type { Diff } from '../../api/types.gen';
import { Problem } from '../../app/client';
import { Trouble } from '../../ui/Trouble';
import { useVersions } from '../attributes/api';
import { type Section, useDiff, useDiscard, usePublish, useStanding } from './api';
import { useSpeech } from './speech';

interface Props {
  section: Section;
  name: string;
  version: string | null;
  kept: boolean;
  wrong: boolean;
  /** Goes on with the draft, over a version that somebody else has written. */
  keepMine: (version: string | null) => void;
  again: () => void;
  /** What throwing the draft away is called here. */
  discard?: string;
}

export function Publishing({ section, name, version, kept, wrong, keepMine, again, discard: called }: Props) {
  const { words: w } = useSpeech();
  const [looking, setLooking] = useState(false);
  const { data: standing, refetch: look } = useStanding(section, name);
  const publish = usePublish(section, name);
  const discard = useDiscard(section, name);
  const refused = publish.error instanceof Problem && publish.error.status === 409;
  const overtaken = refused || (standing !== undefined && (standing.version ?? null) !== version);
  const { data: diff, refetch } = useDiff(section, name, (looking || overtaken) && kept, standing?.version ?? null);
  const send = () =>
    publish.mutate(version, {
      onSuccess: again,
      onError: () => {
        void look();
        void refetch();
      },
    });
  const throwAway = () => discard.mutate(undefined, { onSuccess: again });
  return (
    <section className="card publishing" aria-label={w.publish}>
      {overtaken && (
        <Overtaken
          section={section}
          name={name}
          mine={() => {
            publish.reset();
            setLooking(true);
            keepMine(standing?.version ?? null);
          }}
          theirs={throwAway}
        />
      )}
      {!overtaken && (
        <div className="actions">
          {!looking && (
            <button type="button" className="primary" disabled={wrong || !kept} onClick={() => setLooking(true)}>
              {w.review}
            </button>
          )}
          {looking && (
            <>
              <button type="button" className="primary" disabled={wrong || !kept || publish.isPending} onClick={send}>
                {w.publishNow[section]}
              </button>
              <button type="button" onClick={() => setLooking(false)}>
                {w.back}
              </button>
            </>
          )}
          <button type="button" className="danger" disabled={discard.isPending} onClick={throwAway}>
            {called ?? w.discard}
          </button>
        </div>
      )}
      {publish.error !== null && !refused && <Trouble error={publish.error} />}
      {(looking || overtaken) && diff !== undefined && <Changes diff={diff} />}
    </section>
  );
}

interface OvertakenProps {
  section: Section;
  name: string;
  mine: () => void;
  theirs: () => void;
}

/** Somebody was faster: who, and whose it shall be. */
function Overtaken({ section, name, mine, theirs }: OvertakenProps) {
  const { words: w, time } = useSpeech();
  const { data: versions } = useVersions(name);
  const [newest] = versions ?? [];
  return (
    <div className="wrong" role="alert">
      <p>
        {w.conflict[section]}{' '}
        {newest?.at != null && (
          <span className="quiet">
            {w.lastPublished} <bdi>{newest.who}</bdi>, {time(newest.at)}
          </span>
        )}
      </p>
      <div className="actions">
        <button type="button" className="primary" onClick={mine}>
          {w.keepMine}
        </button>
        <button type="button" onClick={theirs}>
          {w.takeTheirs}
        </button>
      </div>
    </div>
  );
}

/** What publishing would change, line by line, and what follows. */
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
