// Drafts are kept while they are written, of attributes and of segments.
import { useEffect, useState } from 'react';
import { useQuiet } from './api';

/** So long nobody types before a draft is kept, in milliseconds. */
const KEEP = 600;

type Keep = (draft: { text: string; base: string | null }) => Promise<unknown>;

/** Keeps the draft once nobody types; tells whether what stands there is kept. */
export function useKept(keep: Keep, text: string, base: string | null, wanted: boolean): boolean {
  const quiet = useQuiet(text, KEEP);
  const [kept, setKept] = useState<string | null>(null);
  useEffect(() => {
    if (!wanted || quiet.trim() === '') return;
    let current = true;
    keep({ text: quiet, base }).then(
      () => current && setKept(quiet),
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [wanted, quiet, base, keep]);
  return kept === text;
}
