// What a message says, as a tree; an attribute can be made of each of its fields.
import { Link } from '@tanstack/react-router';
import { useRights } from '../../../app/session';
import { Json, type Steps } from '../../../ui/Json';
import { useTaken } from './api';
import { seedOf } from './seed';
import { useSpeech } from './speech';

const ATTRIBUTES: string = '/attributes';
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
      <Link to={ATTRIBUTES} search={seed as never} className="stream-add" aria-label={w.addFrom(steps.join('.'))}>
        {w.add}
      </Link>
    );
  };
  return <Json value={payload} label={w.sent} open={OPEN} beside={add} />;
}
