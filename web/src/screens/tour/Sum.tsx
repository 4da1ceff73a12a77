// Until the batch + since = now, each number on its way to what it is.
import { useEffect, useRef } from 'react';
import type { AttributeShown, CustomerProfile } from './api';
import { Rolling } from './Rolling';
import { useSpeech } from './speech';

interface Props {
  profile: CustomerProfile;
  main: AttributeShown;
  open: () => void;
  /** Is called when the number is another one. */
  moved: () => void;
}

export function Sum({ profile, main, open, moved }: Props) {
  const { words: w, label, money, number, time } = useSpeech();
  const say = main.measure === 'money' ? money : number;
  const [until, since, now] = [amount(main.until_batch), amount(main.since), amount(main.value)];
  const named = profile.attributes.find(({ name, kind }) => name === 'name' && kind === 'trait')?.value ?? undefined;
  const before = useRef(now);
  useEffect(() => {
    if (before.current !== now) moved();
    before.current = now;
  }, [now, moved]);
  return (
    <section className="card tour-sum" aria-labelledby="tour-sum">
      <h2 id="tour-sum">
        {label(main)}{' '}
        <span className="quiet">
          {named !== undefined && <bdi>{named}, </bdi>}
          <bdi>{profile.customer_id}</bdi>
        </span>
      </h2>
      <div className="tour-terms">
        <div className="tour-term tour-thinking">
          <span>{w.thinking}</span>
          <b className="tour-figure" data-term="until">
            <Rolling value={until} say={say} />
          </b>
          <span className="quiet">{profile.batch === null ? w.noBatch : w.until(time(profile.batch.cut))}</span>
        </div>
        <span className="tour-sign" aria-hidden="true">
          +
        </span>
        <div className="tour-term tour-feeling">
          <span>{w.feeling}</span>
          <b className="tour-figure" data-term="since">
            <Rolling value={since} say={say} />
          </b>
          <span className="quiet">{w.since}</span>
        </div>
        <span className="tour-sign" aria-hidden="true">
          =
        </span>
        <div className="tour-term">
          <span>{w.now}</span>
          <button
            type="button"
            className="link tour-figure"
            data-term="now"
            aria-label={w.behind(say(now))}
            onClick={open}
          >
            <Rolling value={now} say={say} />
          </button>
          <span className="quiet">{w.asOf(time(profile.at))}</span>
        </div>
      </div>
      <p className="hidden" role="status">
        {w.announce(label(main), say(now))}
      </p>
    </section>
  );
}

function amount(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
