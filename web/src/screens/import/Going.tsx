// An import that goes on or is over: how far it is, what came of it, and undoing it.
import { useState } from 'react';
import type { ImportShown } from '../../api/types.gen';
import { Way } from '../../app/Way';
import { Bar } from '../../ui/Bar';
import { Trouble } from '../../ui/Trouble';
import { useCancel, useGoOn, useImport, useUndo, useWorkspace } from './api';
import { Result } from './Result';
import { useSpeech, useWhere } from './speech';

export function Going({ id }: { id: string }) {
  const { words: w } = useSpeech();
  const [, go] = useWhere();
  const { data: shown, error } = useImport(id);
  if (error !== null) return <Trouble error={error} again={() => go({})} as={w.back} />;
  if (shown === undefined) return null;
  const on = shown.state === 'waiting' || shown.state === 'running' || shown.state === 'undoing';
  return (
    <section className="card going" aria-live="polite">
      <h2>{shown.name ?? w.run(String(shown.run))}</h2>
      <p className={`state ${shown.state}`}>{w.states[shown.state]}</p>
      {on ? <On shown={shown} /> : <Over shown={shown} />}
      <button type="button" onClick={() => go({})}>
        {w.back}
      </button>
    </section>
  );
}

function On({ shown }: { shown: ImportShown }) {
  const { words: w, number } = useSpeech();
  const cancel = useCancel();
  const { done, of } = shown;
  if (shown.state === 'undoing') {
    return (
      <>
        <p>{w.undoing}</p>
        <Bar label={w.undoing} />
      </>
    );
  }
  const read = of !== null && done >= of;
  return (
    <>
      <Bar done={done} of={read ? null : of} label={w.going(shown.name ?? '')} />
      <p className="quiet">
        {shown.state === 'waiting' && w.waiting}
        {shown.state === 'running' && read && w.storing}
        {shown.state === 'running' &&
          !read &&
          (of === null ? w.progressOpen(number(done)) : w.progress(number(done), number(of)))}
      </p>
      <button type="button" disabled={cancel.isPending || cancel.isSuccess} onClick={() => cancel.mutate(shown.id)}>
        {cancel.isSuccess ? w.cancelling : w.cancel}
      </button>
      <Trouble error={cancel.error} again={cancel.reset} />
    </>
  );
}

function Over({ shown }: { shown: ImportShown }) {
  const { words: w } = useSpeech();
  const { data: workspace } = useWorkspace();
  return (
    <>
      {shown.error !== null && <p className="wrong">{shown.error}</p>}
      {shown.state === 'done' && (
        <>
          <Result shown={shown} />
          {workspace?.replayed === false && <p>{w.counts}</p>}
          <p>
            <Way to="/customers">{w.customers}</Way>
          </p>
        </>
      )}
      {shown.state === 'cut off' && (
        <>
          <p>{shown.can_go_on ? w.cutOff : w.cutOffLost}</p>
          {shown.can_go_on && shown.run !== null && <GoOn run={shown.run} />}
        </>
      )}
      {shown.can_undo && shown.run !== null && <UndoThis run={shown.run} />}
    </>
  );
}

function GoOn({ run }: { run: number }) {
  const { words: w } = useSpeech();
  const [, go] = useWhere();
  const goOn = useGoOn((job) => go({ job }));
  return (
    <>
      <button type="button" className="primary" disabled={goOn.isPending} onClick={() => goOn.mutate(run)}>
        {w.goOn}
      </button>
      <Trouble error={goOn.error} again={goOn.reset} />
    </>
  );
}

export function UndoThis({ run }: { run: number }) {
  const { words: w } = useSpeech();
  const [sure, setSure] = useState(false);
  const undo = useUndo();
  if (undo.error !== null) return <Trouble error={undo.error} again={undo.reset} />;
  if (!sure) {
    return (
      <button type="button" onClick={() => setSure(true)}>
        {w.undo}
      </button>
    );
  }
  return (
    <fieldset className="sure">
      <legend>{w.undoSure}</legend>
      <button type="button" className="danger" disabled={undo.isPending} onClick={() => undo.mutate(run)}>
        {w.undoYes}
      </button>
      <button type="button" onClick={() => setSure(false)}>
        {w.no}
      </button>
    </fieldset>
  );
}
