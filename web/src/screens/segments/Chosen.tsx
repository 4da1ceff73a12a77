// What was chosen of a list, each to be taken out again, and a field that adds another.
import { useSpeech } from './speech';

interface Props {
  label: string;
  adding: string;
  chosen: string[];
  put: (names: string[]) => void;
  /** Those that can be added. */
  others: string[];
  named: (name: string) => string;
  most?: number;
}

export function Chosen({ label, adding, chosen, put, others, named, most = Number.POSITIVE_INFINITY }: Props) {
  const { words: w } = useSpeech();
  return (
    <fieldset className="columns" aria-label={label}>
      {chosen.map((one) => (
        <span key={one} className="chip">
          <bdi>{named(one)}</bdi>
          <button
            type="button"
            className="small"
            aria-label={w.removeColumn(named(one))}
            onClick={() => put(chosen.filter((other) => other !== one))}
          >
            ×
          </button>
        </span>
      ))}
      {chosen.length < most && (
        <select
          className="adding"
          aria-label={adding}
          value=""
          onChange={(event) => put([...chosen, event.target.value])}
        >
          <option value="">{adding}…</option>
          {others
            .filter((one) => !chosen.includes(one))
            .map((one) => (
              <option key={one} value={one}>
                {named(one)}
              </option>
            ))}
        </select>
      )}
    </fieldset>
  );
}
