// The way to take an attribute away: a draft without lines, which is looked at and published like any other.

import { Trouble } from '../../ui/Trouble';
import { useKeep } from '../drafting/api';
import { useSpeech } from './speech';

interface Props {
  name: string;
  base: string | null;
  again: () => void;
}

export function Removing({ name, base, again }: Props) {
  const { words: w } = useSpeech();
  const keep = useKeep('attributes', name);
  return (
    <>
      <button
        type="button"
        className="danger removes"
        disabled={keep.isPending}
        onClick={() => keep.mutate({ text: '', base }, { onSuccess: again })}
      >
        {w.takeAway}
      </button>
      <Trouble error={keep.error} />
    </>
  );
}
