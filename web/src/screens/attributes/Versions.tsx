// What the attribute said, and since when; an old version can be taken into the draft.
import { useVersions } from './api';
import { useSpeech } from './speech';

export function Versions({ name, use }: { name: string; use: ((text: string) => void) | null }) {
  const { words: w, number, time } = useSpeech();
  const { data } = useVersions(name);
  if (data === undefined) return null;
  return (
    <details className="card versions">
      <summary>{w.versions}</summary>
      {data.length === 0 && <p className="quiet">{w.noVersions}</p>}
      <ol reversed>
        {data.map((one) => (
          <li key={one.number}>
            <strong>{w.version(number(one.number))}</strong>{' '}
            <span className="quiet">
              {one.at === null ? w.unknown : time(one.at)}, {one.who}
            </span>
            <p>
              {one.fields === null
                ? w.takenAway
                : one.changes.map((change) => (
                    <code key={change.field}>{`${change.field}: ${said(change.after)}  `}</code>
                  ))}
            </p>
            {use !== null && one.fields !== null && (
              <button type="button" className="link" onClick={() => use(one.text)}>
                {w.use}
              </button>
            )}
          </li>
        ))}
      </ol>
    </details>
  );
}

const said = (value: unknown) => (value === null ? '–' : typeof value === 'string' ? value : JSON.stringify(value));
