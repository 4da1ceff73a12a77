// An attribute or a segment that is to be taken away: what needs it, what would change, and the word.
import { type ReactNode, useState } from 'react';
import type { MistakeShown } from '../../api/types.gen';
import { Way } from '../../app/Way';
import { useAttributes } from '../attributes/api';
import { useWritten } from '../segments/api';
import { type Section, useDiff } from './api';
import { Publishing } from './Publishing';
import { useSpeech } from './speech';

interface Props {
  section: Section;
  name: string;
  base: string | null;
  mistakes: MistakeShown[];
  again: () => void;
  /** What else there is to be seen of it. */
  children?: ReactNode;
}

export function Leaving({ section, name, base: from, mistakes, again, children }: Props) {
  const { words: w } = useSpeech();
  const [base, setBase] = useState(from);
  const { data: diff } = useDiff(section, name, true, base);
  return (
    <>
      <section className="card leaving" aria-label={w.leaving[section]}>
        <h3>{w.leaving[section]}</h3>
        <p>{w.leavingHint[section]}</p>
        {diff !== undefined && diff.followers.length === 0 && <p>{w.nothingNeeds[section]}</p>}
        {diff !== undefined && diff.followers.length > 0 && (
          <>
            <p className="warned">{mistakes.length > 0 ? w.neededBy : w.follows}</p>
            <ul>
              {diff.followers.map((one) => (
                <li key={one}>
                  <Needing name={one} />
                </li>
              ))}
            </ul>
          </>
        )}
      </section>
      <Publishing
        section={section}
        name={name}
        version={base}
        kept
        wrong={mistakes.length > 0}
        keepMine={setBase}
        again={again}
        discard={w.keepIt[section]}
      />
      {children}
    </>
  );
}

/** What needs it, which is the way to where that can be changed. */
function Needing({ name }: { name: string }) {
  const { words: w, label } = useSpeech();
  const { data } = useAttributes();
  const { data: segments } = useWritten();
  const segment = segments?.find((other) => other.name === name);
  if (segment !== undefined) {
    return (
      <>
        <Way to="/segments" search={{ segment: name, part: 'change' }}>
          <bdi>{label(segment)}</bdi>
        </Way>{' '}
        <span className="quiet">{w.aSegment}</span>
      </>
    );
  }
  const attribute = data?.attributes.find((other) => other.name === name);
  return (
    <Way to="/attributes" search={{ attribute: name }}>
      <bdi>{label(attribute ?? { name, label: {} })}</bdi>
    </Way>
  );
}
