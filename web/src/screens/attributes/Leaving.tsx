// An attribute that is to be taken away: what needs it, what would change, and the word.
import { useState } from 'react';
import type { MistakeShown } from '../../api/types.gen';
import { useAddress } from '../../app/address';
import { useAttributes, useDiff } from './api';
import { Publishing } from './Publishing';
import { useSpeech } from './speech';
import { Versions } from './Versions';

interface Props {
  name: string;
  base: string | null;
  mistakes: MistakeShown[];
  again: () => void;
}

export function Leaving({ name, base: from, mistakes, again }: Props) {
  const { words: w } = useSpeech();
  const [base, setBase] = useState(from);
  const { data: diff } = useDiff(name, true);
  return (
    <article className="one">
      <header className="one-head">
        <h2 dir="auto">{name}</h2>
      </header>
      <section className="card leaving" aria-label={w.leaving}>
        <h3>{w.leaving}</h3>
        <p>{w.leavingHint}</p>
        {diff !== undefined && diff.followers.length === 0 && <p>{w.nothingNeeds}</p>}
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
        name={name}
        version={base}
        kept
        wrong={mistakes.length > 0}
        keepMine={setBase}
        again={again}
        discard={w.keepIt}
      />
      <Versions name={name} use={null} />
    </article>
  );
}

/** What needs the attribute: one of its kind is a way to where it can be changed. */
function Needing({ name }: { name: string }) {
  const { words: w, label } = useSpeech();
  const { data } = useAttributes();
  const [, change] = useAddress();
  const one = data?.attributes.find((other) => other.name === name);
  if (one === undefined) {
    return (
      <>
        <code>{name}</code> <span className="quiet">{w.aSegment}</span>
      </>
    );
  }
  return (
    <button type="button" className="link" onClick={() => change(() => ({ attribute: name }))}>
      {label({ name, label: one.label })}
    </button>
  );
}
