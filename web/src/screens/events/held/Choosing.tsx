// Several held back events at once: chosen, let in or discarded, with how far it is and what became of them.
import { useState } from 'react';
import { useRights } from '../../../app/session';
import { Bar } from '../../../ui/Bar';
import { Sure } from '../../../ui/Dialog';
import { Trouble } from '../../../ui/Trouble';
import { allWaiting, type Fate, useWork, type Wanted, type Work } from './api';
import { Became } from './Became';
import { useSpeech } from './speech';

interface Props {
  wanted: Wanted;
  shown: number[];
  /** How many fit the filters, shown or not. */
  fit: number;
  chosen: ReadonlySet<number>;
  choose: (chosen: ReadonlySet<number>) => void;
}

export function Choosing({ wanted, shown, fit, chosen, choose }: Props) {
  const { words: w, number, plural } = useSpeech();
  const { write } = useRights();
  const [sure, setSure] = useState(false);
  const [going, setGoing] = useState<{ what: Work['what']; done: number; of: number } | null>(null);
  const [fates, setFates] = useState<Fate[]>([]);
  const work = useWork();
  if (!write) return null;
  const all = shown.length > 0 && shown.every((id) => chosen.has(id));
  const start = (what: Work['what']) => {
    const ids = [...chosen];
    setFates([]);
    setGoing({ what, done: 0, of: ids.length });
    const told = (done: number, more: Fate[]) => {
      setGoing({ what, done, of: ids.length });
      setFates((before) => [...before, ...more]);
    };
    work.mutate({ what, ids, told }, { onSuccess: () => choose(new Set()) });
  };
  return (
    <div className="held-choosing">
      <div className="held-actions" hidden={shown.length === 0}>
        <label>
          <input
            type="checkbox"
            checked={all}
            onChange={() => choose(all ? new Set() : new Set([...chosen, ...shown]))}
          />{' '}
          {w.selectShown}
        </label>
        {fit > shown.length && (
          <button
            type="button"
            className="link"
            onClick={() => void allWaiting(wanted).then((ids) => choose(new Set(ids)))}
          >
            {w.selectAll(number(fit))}
          </button>
        )}
        {chosen.size > 0 && (
          <button type="button" className="link" onClick={() => choose(new Set())}>
            {w.selectNone}
          </button>
        )}
        <span className="held-space" />
        <span aria-live="polite">{plural(chosen.size, w.selected)}</span>
        <button
          type="button"
          className="primary"
          disabled={chosen.size === 0 || work.isPending}
          onClick={() => start('release')}
        >
          {w.release}
        </button>
        <button
          type="button"
          className="danger"
          aria-haspopup="dialog"
          disabled={chosen.size === 0 || work.isPending}
          onClick={() => setSure(true)}
        >
          {w.discard}
        </button>
      </div>
      {shown.length > 0 && <p className="quiet">{w.cannotUndo}</p>}
      {work.isPending && going !== null && (
        <p className="held-going" role="status">
          {w.going[going.what]} <Bar label={w.going[going.what]} done={going.done} of={going.of} />{' '}
          {w.progress(number(going.done), number(going.of))}
        </p>
      )}
      <Trouble error={work.error} />
      {fates.length > 0 && !work.isPending && <Became fates={fates} close={() => setFates([])} />}
      {work.isSuccess && going?.what === 'discard' && <p role="status">{plural(going.done, w.discarded)}</p>}
      {sure && (
        <Sure
          title={plural(chosen.size, w.discardTitle)}
          text={w.discardText}
          action={w.discard}
          sure={() => start('discard')}
          close={() => setSure(false)}
        />
      )}
    </div>
  );
}
