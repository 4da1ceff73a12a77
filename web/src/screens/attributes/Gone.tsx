// An attribute that was taken away, and the way back: what it said last becomes a draft.
import { useRights } from '../../app/session';
import { useVersions } from './api';
import { useSpeech } from './speech';
import { Versions } from './Versions';

export function Gone({ name, back }: { name: string; back: (text: string) => void }) {
  const { words: w, time } = useSpeech();
  const { write } = useRights();
  const { data } = useVersions(name);
  const [newest] = data ?? [];
  const last = data?.find((one) => one.fields !== null);
  return (
    <article className="one">
      <header className="one-head">
        <h2 dir="auto">{name}</h2>
      </header>
      <section className="card" aria-label={w.gone}>
        <h3>{w.gone}</h3>
        {newest?.at != null && (
          <p className="quiet">
            {time(newest.at)}, <bdi>{newest.who}</bdi>
          </p>
        )}
        <p>{w.goneHint}</p>
        {write && last !== undefined && (
          <div className="actions">
            <button type="button" className="primary" onClick={() => back(last.text)}>
              {w.bringBack}
            </button>
          </div>
        )}
      </section>
      <Versions name={name} use={null} />
    </article>
  );
}
