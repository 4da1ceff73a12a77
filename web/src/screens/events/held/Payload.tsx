// What was sent, as a tree or as it came, with the wrong place marked.
import { useState } from 'react';
import { Json } from '../../../ui/Json';
import type { Refused, Waiting } from './api';
import { isRefused, placesOf } from './said';
import { useSpeech } from './speech';

/** So many characters of a text are shown. */
const MOST = 100_000;

export function Payload({ item }: { item: Refused | Waiting }) {
  const { words: w } = useSpeech();
  const [raw, setRaw] = useState(false);
  const { payload } = item;
  if (payload === null) return <p className="quiet">{w.hidden}</p>;
  const value = parsed(payload);
  const asTree = value !== undefined && !raw;
  return (
    <section className="held-payload" aria-label={w.payload}>
      <div className="held-ways">
        <h3>{w.payload}</h3>
        {value !== undefined && (
          <>
            <button type="button" className="held-way" aria-pressed={asTree} onClick={() => setRaw(false)}>
              {w.asTree}
            </button>
            <button type="button" className="held-way" aria-pressed={!asTree} onClick={() => setRaw(true)}>
              {w.asSent}
            </button>
          </>
        )}
      </div>
      {asTree ? (
        <Json value={value} marked={placesOf(item)} missing={w.missing} label={w.payload} />
      ) : (
        <Raw text={payload} wrong={isRefused(item) ? item.character : null} />
      )}
      {isRefused(item) && !item.whole && <p className="quiet">{w.cut}</p>}
    </section>
  );
}

function Raw({ text, wrong }: { text: string; wrong: number | null }) {
  const characters = wrong === null ? [] : [...text];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled must be reached by keyboard
    <pre className="held-raw" dir="auto" tabIndex={0}>
      {wrong === null ? (
        text.slice(0, MOST)
      ) : (
        <>
          {characters.slice(0, wrong).join('')}
          <mark>{characters[wrong] ?? '␄'}</mark>
          {characters.slice(wrong + 1).join('')}
        </>
      )}
    </pre>
  );
}

function parsed(text: string): unknown {
  try {
    const found: unknown = JSON.parse(text);
    return typeof found === 'object' && found !== null ? found : undefined;
  } catch {
    return undefined;
  }
}
