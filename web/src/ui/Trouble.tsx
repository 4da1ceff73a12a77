// What went wrong, in the server's words, which say what to do next; nothing as long as nothing did.
import { useSpeech } from './speech';

interface Props {
  error: Error | null;
  again?: () => unknown;
  /** What the way on is called, where it is another than to try again. */
  as?: string;
}

export function Trouble({ error, again, as }: Props) {
  const { words: w } = useSpeech();
  if (error === null) return null;
  return (
    <div className="wrong" role="alert">
      <strong>{w.trouble}</strong>
      <p dir="auto">{error.message}</p>
      {again !== undefined && (
        <button type="button" onClick={() => again()}>
          {as ?? w.again}
        </button>
      )}
    </div>
  );
}
