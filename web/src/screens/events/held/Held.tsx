// Events that were refused or held back.
import { useSpeech } from './speech';

export function Held() {
  const { words: w } = useSpeech();
  return <p className="quiet">{w.intro}</p>;
}
