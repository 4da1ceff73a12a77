// What needs a person, each with the next step: a way there, or a button that does it.
import type { ReactNode } from 'react';
import { useRights } from '../../app/session';
import { Way } from '../../app/Way';
import { Trouble as Told } from '../../ui/Trouble';
import { type Again, type SourcesStanding, type Trouble, useAgain } from './api';
import { useSpeech } from './speech';

interface Props {
  troubles: Trouble[];
  sources: SourcesStanding | undefined;
}

export function Needs({ troubles, sources }: Props) {
  const { words: w, plural } = useSpeech();
  const quiet = sources?.sources.filter(({ state }) => state === 'stale') ?? [];
  const lagging = sources?.mirror?.trouble ?? null;
  const count = troubles.length + quiet.length + (lagging === null ? 0 : 1);
  return (
    <section className={count === 0 ? 'card health' : 'card health health-bad'} aria-labelledby="health">
      <h2 id="health">{w.health}</h2>
      <p className="health-told">{count === 0 ? w.fine : plural(count, w.problems)}</p>
      {count > 0 && (
        <ul className="needs">
          {troubles.map((one) => (
            <Need key={`${one.kind} ${one.about}`} one={one} />
          ))}
          {lagging !== null && (
            <li data-need="mirror">
              <p>{w.mirrorTrouble}</p>
              <p className="quiet">{lagging}</p>
            </li>
          )}
          {quiet.map((source) => (
            <Quiet key={source.name} name={source.name} last={source.last ?? ''} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Quiet({ name, last }: { name: string; last: string }) {
  const { words: w, time } = useSpeech();
  return (
    <li data-need="stale">
      <p>
        {w.staleSource} <bdi>{name}</bdi>
      </p>
      <p className="quiet">{w.lastHeard(time(last))}</p>
      <Way to="/events" search={{ tab: 'live' }}>
        {w.watchArrive}
      </Way>
    </li>
  );
}

function Need({ one }: { one: Trouble }) {
  const { words: w, time, number } = useSpeech();
  const kind = w.kinds[one.about] ?? one.about;
  const [said, next] = told();
  return (
    <li data-need={one.kind}>
      <p>{said}</p>
      {one.why != null && (
        <p className="quiet" dir="auto">
          {one.why}
        </p>
      )}
      {next}
    </li>
  );

  function told(): [string, ReactNode] {
    switch (one.kind) {
      case 'not_ready':
        return [w.notReady(one.about), null];
      case 'mismatch':
        return [w.mismatch(number(Number(one.about))), runs()];
      case 'failed_run':
        return [w.failedRun(kind, w.runNumber(one.run ?? 0)), again(one.about)];
      case 'late_run':
        return [w.lateRun(kind, time(one.since ?? '')), again(one.about)];
      case 'lag':
        return [w.lag(number(Number(one.about))), null];
      case 'untold':
        return [w.untold(one.about), null];
      case 'held':
        return [
          w.held(number(Number(one.about))),
          <Way key="held" to="/events" search={{ tab: 'held' }}>
            {w.lookHeld}
          </Way>,
        ];
      case 'unproved':
        return [w.unproved(time(one.since ?? '')), again('audit')];
    }
  }

  function again(about: string): ReactNode {
    if (about === 'batch' || about === 'audit') return <RunAgain kind={about} />;
    if (about === 'import') return <Way to="/import">{w.toImport}</Way>;
    return about === 'back-fill' ? <Way to="/attributes">{w.toAttributes}</Way> : runs();
  }

  function runs(): ReactNode {
    return (
      <Way to="/settings" search={{ part: 'runs' }}>
        {w.allRuns}
      </Way>
    );
  }
}

function RunAgain({ kind }: { kind: Again }) {
  const { words: w } = useSpeech();
  const { write, personal } = useRights();
  const again = useAgain();
  if (!write || (kind === 'audit' && !personal)) return <p className="quiet">{w.askSomebody}</p>;
  return (
    <>
      <button type="button" disabled={again.isPending} onClick={() => again.mutate(kind)}>
        {again.isPending ? w.going : w.runNow[kind]}
      </button>
      <Told error={again.error} />
    </>
  );
}
