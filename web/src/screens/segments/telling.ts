// A condition in words, to be read.
import type { Speech } from '../../app/speech';
import { type Condition, groupsOf, type Line, textOf } from './rows';
import type { Words } from './speech';
import { type Known, toldLine } from './vocabulary';

export function told(condition: Condition | null, known: Known, speech: Speech<Words>): string {
  const { words: w } = speech;
  const groups = groupsOf(condition);
  const line = (one: Line) => (one.kind === 'said' ? toldLine(one, known, speech) : textOf(one.condition));
  return groups
    .map((group) => {
      const said = group.map(line).join(` ${w.or} `);
      return group.length > 1 && groups.length > 1 ? `(${said})` : said;
    })
    .join(` ${w.and} `);
}
