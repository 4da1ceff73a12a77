// The way into the builder with what a segment of the catalogue says, under a name that is free.
import type { ReadyShown } from '../../api/types.gen';
import { Way } from '../../app/Way';
import { freeName } from '../attributes/ready/chosen';
import { useTaken } from './api';
import { useSpeech } from './speech';

export function Begin({ one }: { one: ReadyShown }) {
  const { words: w, label } = useSpeech();
  const taken = useTaken();
  if (taken === undefined) return null;
  return (
    <Way
      to="/segments"
      search={{ segment: freeName(one.name, taken), part: 'change', ready: one.name }}
      className="button"
      says={w.beginWith(label(one))}
    >
      {w.openIt}
    </Way>
  );
}
