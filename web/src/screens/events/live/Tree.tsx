// What a message says, as a tree; an attribute can be made of each of its fields.
import { useRights } from '../../../app/session';
import { Way } from '../../../app/Way';
import { Json, type Steps } from '../../../ui/Json';
import { useTaken } from './api';
import { seedOf } from './seed';
import { useSpeech } from './speech';

const OPEN = 6;

interface Props {
  payload: Record<string, unknown>;
  kind: string;
  event: string | null;
}

export function Tree({ payload, kind, event }: Props) {
  const { words: w } = useSpeech();
  const { write } = useRights();
  const { data: taken } = useTaken();
  const add = (steps: Steps, value: unknown) => {
    const seed = write && taken !== undefined ? seedOf({ kind, event, steps, value, taken }) : null;
    if (seed === null) return null;
    return (
      <Way to="/attributes" search={seed} className="stream-add" says={w.addFrom(steps.join('.'))}>
        {w.add}
      </Way>
    );
  };
  return <Json value={payload} label={w.sent} open={OPEN} beside={add} />;
}
