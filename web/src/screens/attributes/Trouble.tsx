// What the server refused, in its words.
import { useSpeech } from './speech';

export function Trouble({ error }: { error: Error }) {
  const { words: w } = useSpeech();
  return (
    <div className="wrong" role="alert">
      <strong>{w.trouble}</strong>
      <p>{error.message}</p>
    </div>
  );
}
