// Conditions to begin with, made of what this workspace knows of its customers.
import type { SegmentWord } from '../../api/types.gen';
import type { How, Said } from './rows';
import { isCount, type Known } from './vocabulary';

export interface Starter {
  /** The name that the segment is to have. */
  name: string;
  line: Said;
}

const NAMES = ['came_back', 'here_lately', 'not_here_lately', 'spent_much', 'likely'] as const;

export function starters({ words }: Known): Starter[] {
  const all = [...words.values()];
  const lifetime = all.filter((word) => word.window === null);
  const kind = (word: SegmentWord, wanted: string) => word.kinds.length === 1 && word.kinds[0] === wanted;
  const time = lifetime.find(
    (word) => word.family === 'did' && kind(word, 'time') && /last|max/.test(`${word.aggregate}`),
  );
  const made: Record<(typeof NAMES)[number], [SegmentWord | undefined, How, number]> = {
    came_back: [lifetime.find(isCount), '>=', 2],
    here_lately: [time, 'days <=', 30],
    not_here_lately: [time, 'days >', 90],
    spent_much: [lifetime.find((word) => word.measure === 'money' && word.aggregate === 'sum'), '>=', 100],
    likely: [all.find((word) => word.family === 'predicted' && kind(word, 'number')), '>=', 0.5],
  };
  return NAMES.flatMap((name) => {
    const [word, how, value] = made[name];
    if (word === undefined) return [];
    return [
      {
        name,
        line: { kind: 'said', name: word.name, way: null, how, values: [{ kind: 'number', value: String(value) }] },
      },
    ];
  });
}
