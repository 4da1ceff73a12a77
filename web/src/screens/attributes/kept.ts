// Drafts are kept while they are written, of attributes and of segments.
import { useEffect, useRef, useState } from 'react';
import { Problem } from '../../app/client';
import { useQuiet } from './api';

/** So long nobody types before a draft is kept, in milliseconds. */
const KEEP = 600;
/** So long it waits before it tries again to reach a server that does not answer. */
const AGAIN = 2_000;

type Draft = { text: string; base: string | null };
type Keep = (draft: Draft) => Promise<unknown>;

/**
 * Keeps the draft once nobody types; tells whether what stands there is kept.
 *
 * One after the other: two on their way at once might arrive the other way round, and while one is on its way nobody
 * knows what the server has.
 */
export function useKept(keep: Keep, text: string, base: string | null, wanted: boolean): boolean {
  const quiet = useQuiet(text, KEEP);
  const [kept, setKept] = useState<string | null>(null);
  const sending = useRef(Promise.resolve());
  const newest = useRef<Draft | null>(null);
  const left = useRef(false);
  useEffect(() => {
    left.current = false;
    return () => {
      left.current = true;
    };
  }, []);
  useEffect(() => {
    const draft = { text: quiet, base };
    newest.current = wanted && quiet.trim() !== '' ? draft : null;
    if (newest.current === null) return;
    const send = async () => {
      while (newest.current === draft) {
        setKept(null);
        try {
          await keep(draft);
          setKept(quiet);
          return;
        } catch (error) {
          if (error instanceof Problem || left.current) return;
          await new Promise((go) => setTimeout(go, AGAIN));
        }
      }
    };
    sending.current = sending.current.then(send);
  }, [wanted, quiet, base, keep]);
  return kept === text;
}
