// What went wrong, in the server's words, which say what to do next.
import { useSpeech } from './speech';

export function Trouble({ error, again }: { error: unknown; again?: () => unknown }) {
  const { words: w } = useSpeech();
  const said = error instanceof Error ? error.message : '';
  return (
    <div className="wrong" role="alert">
      <p>
        {w.failed} {said}
      </p>
      {again !== undefined && (
        <button type="button" onClick={() => again()}>
          {w.again}
        </button>
      )}
    </div>
  );
}
