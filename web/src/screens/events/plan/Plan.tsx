// Events and fields as they were seen.
import { useSpeech } from './speech';

export function Plan() {
  const { words: w } = useSpeech();
  return <p className="quiet">{w.intro}</p>;
}
