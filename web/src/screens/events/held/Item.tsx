// One event that was kept back: its reason, what to do, what was sent with the wrong place marked.
import { useState } from 'react';
import { useAddress } from '../../../app/address';
import { useRights } from '../../../app/session';
import type { Fate, Refused, Waiting } from './api';
import { Mend } from './Mend';
import { Payload } from './Payload';
import { against, isRefused, saidOf } from './said';
import { useSpeech } from './speech';

/** Characters of an event's name in a line. */
const MOST_NAME = 60;

interface Props {
  item: Refused | Waiting;
  open: boolean;
  chosen: boolean;
  /** null: it cannot be chosen. */
  choose: ((id: number, on: boolean) => void) | null;
  sent: (fates: Fate[]) => void;
}

export function Item({ item, open, chosen, choose, sent }: Props) {
  const { words: w, time } = useSpeech();
  const { write } = useRights();
  const [, change] = useAddress();
  const said = saidOf(item, w);
  const name = nameOf(item.payload);
  return (
    <li className="held-item" data-id={item.id}>
      <div className="held-head">
        {choose !== null && write && (
          <input
            type="checkbox"
            aria-label={w.select(`${said}, ${time(item.received_at)}`)}
            checked={chosen}
            onChange={(event) => choose(item.id, event.target.checked)}
          />
        )}
        <button
          type="button"
          className="held-row"
          aria-expanded={open}
          onClick={() => change((from) => ({ ...from, open: open ? undefined : item.id }), true)}
        >
          <span className="held-what">
            <bdi>{said}</bdi>
          </span>
          <span className="held-from quiet">
            {name !== null && (
              <>
                <bdi>{name}</bdi> ·{' '}
              </>
            )}
            <bdi>{item.source}</bdi> · <time dateTime={item.received_at}>{time(item.received_at)}</time>
          </span>
        </button>
      </div>
      {open && <Opened item={item} sent={sent} />}
    </li>
  );
}

function Opened({ item, sent }: { item: Refused | Waiting; sent: (fates: Fate[]) => void }) {
  const { words: w } = useSpeech();
  const { write, personal } = useRights();
  const [mending, setMending] = useState(false);
  const next = isRefused(item) ? (w.reasons[item.reason]?.next ?? w.otherNext) : w.heldNext;
  return (
    <div className="held-body">
      <div className="held-next">
        <h3>{w.next}</h3>
        {!isRefused(item) && item.against.length > 1 && (
          <ul>
            {item.against.map((one, place) => (
              <li key={item.reasons[place]}>
                <bdi>{against(one, w)}</bdi>
              </li>
            ))}
          </ul>
        )}
        <p>{next}</p>
        <p className="quiet">
          {w.server}:{' '}
          <q lang="en" dir="auto">
            {isRefused(item) ? item.message : item.reasons.join('; ')}
          </q>
        </p>
        {item.message_id !== null && (
          <p className="quiet">
            {w.messageId}: <bdi>{item.message_id}</bdi>
          </p>
        )}
      </div>
      {mending ? (
        <Mend
          list={isRefused(item) ? 'rejected' : 'quarantine'}
          id={item.id}
          close={() => setMending(false)}
          sent={(fates) => {
            setMending(false);
            sent(fates);
          }}
        />
      ) : (
        <>
          <Payload item={item} />
          {write && personal && (
            <div>
              <button type="button" onClick={() => setMending(true)}>
                {w.mend}
              </button>
            </div>
          )}
        </>
      )}
    </div>
  );
}

/** The event's name, as far as the text tells it. */
function nameOf(payload: string | null): string | null {
  try {
    const found = JSON.parse(payload ?? 'null') as { event?: unknown; type?: unknown } | null;
    const name = found?.event ?? found?.type;
    if (typeof name !== 'string' || name === '') return null;
    return name.length > MOST_NAME ? `${name.slice(0, MOST_NAME)}…` : name;
  } catch {
    return null;
  }
}
