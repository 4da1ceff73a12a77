// Files that were dropped and are still here: what was left half done is found again.
import { Trouble } from '../../ui/Trouble';
import { useUploads } from './api';
import { useSpeech, useWhere } from './speech';

export function Arrived() {
  const { words: w, moment, share } = useSpeech();
  const [, go] = useWhere();
  const { data, error, refetch } = useUploads();
  if (error !== null) return <Trouble error={error} again={refetch} />;
  const here = data?.filter((one) => one.state !== 'refused') ?? [];
  if (here.length === 0) return null;
  return (
    <section className="card arrived" aria-label={w.arrived}>
      <h2>{w.arrived}</h2>
      <p className="quiet">{w.arrivedHint}</p>
      <ul>
        {here.map((one) => (
          <li key={one.id}>
            <button type="button" className="link" aria-label={w.lookAt(one.name)} onClick={() => go({ file: one.id })}>
              <bdi>{one.name}</bdi>
            </button>{' '}
            <span className="quiet">
              {moment(new Date(one.began / 1000).toISOString())}
              {one.state === 'receiving' && ` – ${w.halfWay(share(one))}`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
