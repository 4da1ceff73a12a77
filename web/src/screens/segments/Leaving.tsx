// A segment that is to be removed: what it breaks, and the word.
import { useState } from 'react';
import { useAddress } from '../../app/address';
import { useDiff, useSegments } from './api';
import { Publishing } from './Publishing';
import { useSpeech } from './speech';

interface Props {
  name: string;
  base: string | null;
  again: () => void;
}

export function Leaving({ name, base: from, again }: Props) {
  const { words: w, plural, label } = useSpeech();
  const [base, setBase] = useState(from);
  const [, change] = useAddress();
  const { data: diff } = useDiff(name, true, base);
  const { data: all } = useSegments();
  const broken = diff?.followers ?? [];
  const titled = (one: string) => all?.segments.find((other) => other.name === one) ?? { name: one, label: {} };
  return (
    <article className="one">
      <section className="card leaving" aria-label={w.leavingTitle}>
        <h3>{w.leavingTitle}</h3>
        <p>{w.leavingHint}</p>
        {diff !== undefined && broken.length === 0 && <p>{w.breaksNothing}</p>}
        {broken.length > 0 && (
          <>
            <p className="warned">{plural(broken.length, w.breaks)}</p>
            <ul>
              {broken.map((one) => (
                <li key={one}>
                  <button
                    type="button"
                    className="link"
                    onClick={() => change(() => ({ segment: one, part: 'change' }))}
                  >
                    <bdi>{label(titled(one))}</bdi>
                  </button>
                </li>
              ))}
            </ul>
          </>
        )}
      </section>
      <Publishing
        name={name}
        base={base}
        kept
        wrong={diff === undefined || broken.length > 0}
        keepMine={setBase}
        again={again}
        discard={w.keepIt}
      />
    </article>
  );
}
