// What went wrong, in the server's words, which say what to do next.
import { useSpeech } from './speech';

export function Trouble({ error, again }: { error: Error; again?: () => unknown }) {
  const { words: w } = useSpeech();
  return (
    <p role="alert" className="trouble">
      <span dir="auto">{error.message}</span>
      {again !== undefined && (
        <button type="button" onClick={() => void again()}>
          {w.again}
        </button>
      )}
    </p>
  );
}
