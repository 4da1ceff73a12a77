// The way into the builder with what a segment of the catalogue says, under a name that is free.
import type { ReadyShown } from '../../api/types.gen';
import { Way } from '../../app/Way';
import { freeName } from '../attributes/ready/chosen';
import { useVocabulary, useWritten } from './api';
import { useSpeech } from './speech';

export function Begin({ one }: { one: ReadyShown }) {
  const { words: w, label } = useSpeech();
  const { data: vocabulary } = useVocabulary();
  const { data: written } = useWritten();
  if (vocabulary === undefined || written === undefined) return null;
  const taken = [...vocabulary.attributes, ...vocabulary.segments, ...written].map(({ name }) => name);
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
