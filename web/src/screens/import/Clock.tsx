// The clock of a workspace that lives in the past, as the demo does: whoever imports newer orders can set it to now.
import { useRights } from '../../app/session';
import { Trouble } from '../../ui/Trouble';
import { useClockOn, useWorkspace } from './api';
import { useSpeech } from './speech';

export function Clock() {
  const { words: w, moment } = useSpeech();
  const { admin } = useRights();
  const { data: workspace } = useWorkspace();
  const set = useClockOn();
  if (workspace?.replayed !== true) return null;
  return (
    <section className="banner warn clock" aria-label={w.clockOn}>
      <p>{w.clock(moment(workspace.now))}</p>
      {admin && (
        <button type="button" disabled={set.isPending} onClick={() => set.mutate()}>
          {w.clockOn}
        </button>
      )}
      <Trouble error={set.error} again={set.reset} />
    </section>
  );
}
