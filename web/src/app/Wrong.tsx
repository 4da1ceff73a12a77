// What stands in a screen's place when there is none, or when it failed.
import { useFrame } from './speaking';

export function Nothing() {
  const { words: w } = useFrame();
  return (
    <div className="empty">
      <h1>{w.nothingHere}</h1>
      <p>{w.nothingHereHint}</p>
    </div>
  );
}

export function Failed({ error, reset }: { error: unknown; reset: () => void }) {
  const { words: w } = useFrame();
  return (
    <div className="wrong" role="alert">
      <h1>{w.failed}</h1>
      {error instanceof Error && <p>{error.message}</p>}
      <button type="button" onClick={reset}>
        {w.again}
      </button>
    </div>
  );
}

/** What is shown while something loads: nothing at first, for most of it is there at once. */
export function Loading() {
  const { words: w } = useFrame();
  return (
    <p className="loading" role="status">
      {w.loading}
    </p>
  );
}
