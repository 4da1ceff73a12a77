// The stream of events and the message that was chosen in it.
import { useSpeech } from './speech';

export function Live() {
  const { words: w } = useSpeech();
  return <p className="quiet">{w.intro}</p>;
}
