// What went wrong, in the server's words, and what can be done.
import { useSpeech } from './speech';

export function Trouble({ error, again, as }: { error: Error; again: () => unknown; as?: string }) {
  const { words: w } = useSpeech();
  return (
    <div className="wrong" role="alert">
      <strong>{w.trouble}</strong>
      <p>{error.message}</p>
      <button type="button" onClick={() => again()}>
        {as ?? w.again}
      </button>
    </div>
  );
}
