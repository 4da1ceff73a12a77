// Looks for the first event of a source every second, from the moment on at which it is shown.
import { useArrival } from './api';
import { useSpeech } from './speech';

export function Waiting({ source }: { source: string }) {
  const { words: w, moment } = useSpeech();
  const { first, refused, lost } = useArrival(source);
  return (
    <section className="waiting" role="status" data-arrived={first !== null}>
      {first === null ? (
        <>
          <h3>{w.connect.waiting(source)}</h3>
          <p>{lost ? w.connect.lost : w.connect.waitingHint}</p>
        </>
      ) : (
        <>
          <h3>{w.connect.arrived}</h3>
          <p>
            <code>{first.kind}</code> · <bdi>{source}</bdi> · {moment(first.received_at)}
          </p>
        </>
      )}
      {refused !== null && (
        <p className="warning">
          {w.connect.refused}: <span dir="auto">{refused.message}</span>
        </p>
      )}
    </section>
  );
}
