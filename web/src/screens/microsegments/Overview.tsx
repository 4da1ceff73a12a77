// Where nobody has been chosen: how alike the customers of micro-segments are, and which ones are the biggest.
import type { MicroSegments } from './api';
import { useSpeech } from './speech';

const MOST = 8;

export function Overview({ told, open }: { told: MicroSegments; open: (id: string) => void }) {
  const { words: w, language, number, percent } = useSpeech();
  const alike = told.homogeneity;
  const biggest = [...told.micro_segments].sort((a, b) => b.customers - a.customers).slice(0, MOST);
  return (
    <div className="micro-one">
      <section className="card" aria-labelledby="alike">
        <h2 id="alike">{w.alike}</h2>
        {alike === null ? (
          <p>{w.alikeNone}</p>
        ) : (
          <>
            <dl className="alike">
              <Share name={w.title} value={alike.explained} most={alike.explained} />
              <Share name={w.stage} value={alike.explained_by_stages} most={alike.explained} />
            </dl>
            <p>{w.alikeTold(percent(alike.explained), percent(Math.max(0, alike.explained_by_stages)))}</p>
            <p className="quiet">{w.silhouette(number(alike.silhouette))}</p>
          </>
        )}
      </section>
      <section className="card" aria-labelledby="biggest">
        <h2 id="biggest">{w.biggest}</h2>
        <ol className="biggest">
          {biggest.map((one) => (
            <li key={one.id}>
              <button type="button" className="link" onClick={() => open(one.id)}>
                {one.name[language]}
              </button>
              <span className="number">{number(one.customers)}</span>
            </li>
          ))}
        </ol>
        <p className="quiet">{w.choose}</p>
      </section>
    </div>
  );
}

function Share({ name, value, most }: { name: string; value: number; most: number }) {
  const { percent } = useSpeech();
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <meter min={0} max={Math.max(most, 0.01)} value={Math.max(0, value)} aria-label={name}>
          {percent(value)}
        </meter>
        <span className="number">{percent(Math.max(0, value))}</span>
      </dd>
    </div>
  );
}
