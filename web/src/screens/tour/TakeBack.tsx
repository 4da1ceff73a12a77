// Everything that was bought here taken back, by a message for each order.

import { Trouble } from '../../ui/Trouble';
import { type Tour, useTakeBack } from './api';
import { useSpeech } from './speech';

export function TakeBack({ tour }: { tour: Tour }) {
  const { words: w, plural } = useSpeech();
  const back = useTakeBack();
  const { bought, undone_by: event } = tour;
  if (event === null) return <p className="quiet">{w.noBack}</p>;
  return (
    <section className="card tour-back" aria-labelledby="tour-back">
      <h2 id="tour-back">{w.backTitle}</h2>
      <button
        type="button"
        disabled={bought.length === 0 || back.isPending}
        onClick={() => back.mutate({ bought, event })}
      >
        {plural(bought.length, w.back)}
      </button>
      <p className="quiet">{w.backHint(event)}</p>
      <p role="status" className="quiet">
        {back.isSuccess && bought.length === 0 ? w.taken : ''}
      </p>
      <Trouble error={back.error} />
    </section>
  );
}
