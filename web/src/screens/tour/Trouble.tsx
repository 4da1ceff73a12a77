// What could not be read or done, and the way to try again.
import { useSpeech } from './speech';

export function Trouble({ error, again }: { error: Error; again?: () => unknown }) {
  const { words: w } = useSpeech();
  return (
    <div className="wrong" role="alert">
      <p>
        {w.failed} {error.message}
      </p>
      {again !== undefined && (
        <button type="button" onClick={() => again()}>
          {w.again}
        </button>
      )}
    </div>
  );
}
