// The stream of events and the message that was chosen in it.
import { useCallback, useEffect, useState } from 'react';
import { useAddress } from '../../../app/address';
import { useLost } from '../../../app/feed';
import { useRights } from '../../../app/session';
import { Way } from '../../../app/Way';
import { Empty } from '../../../ui/Empty';
import { Trouble } from '../../../ui/Trouble';
import type { MessageRow } from './api';
import { Detail } from './Detail';
import { Filters } from './Filters';
import './live.css';
import { filtered, type Place, placeOf, searchOf } from './place';
import { Rows } from './Rows';
import { Send } from './Send';
import { useSpeech } from './speech';
import { type Stream, useStream } from './stream';

export function Live() {
  const { words: w } = useSpeech();
  const { write } = useRights();
  const [search, change] = useAddress();
  const place = placeOf(search);
  const { filters, message, copy } = place;
  const [paused, setPaused] = useState(false);
  const [reading, setReading] = useState(false);
  const [draft, setDraft] = useState<string | null>(null);
  const held = paused || reading || message !== null;
  const stream = useStream(filters, held);
  const { rows, release } = stream;
  const go = useCallback((to: Partial<Place>) => change((from) => searchOf({ ...placeOf(from), ...to })), [change]);
  const put = useCallback((wanted: Place['filters']) => go({ filters: wanted }), [go]);

  useEffect(() => {
    if (!held && rows.waiting.length > 0) release();
  }, [held, rows.waiting.length, release]);

  const close = () => {
    go({ message: null, copy: null });
    const rowOf = [...document.querySelectorAll<HTMLButtonElement>('button[data-row]')];
    rowOf.find((one) => one.dataset.row === copy)?.focus();
  };
  const choose = (row: MessageRow) => go({ message: row.message_id, copy: row.place });
  const tryWith = (text: string | null) => {
    setDraft(text);
    go({ trying: true, message: null, copy: null });
  };
  const sources = rows.shown.map((one) => one.source);
  const beside = place.trying || message !== null;
  return (
    <>
      <div className="stream-head">
        <p className="quiet">{w.intro}</p>
        {write && !place.trying && (
          <button type="button" onClick={() => tryWith(null)}>
            {w.try}
          </button>
        )}
      </div>
      <Filters filters={filters} sources={sources} put={put} />
      <div className={beside ? 'stream stream-two' : 'stream'}>
        <div className="stream-list">
          <State stream={stream} paused={paused} held={held} pause={setPaused} />
          <Trouble error={stream.error} again={stream.again} />
          {rows.shown.length > 0 && <Rows rows={rows.shown} open={copy} choose={choose} reading={setReading} />}
          {stream.ready && rows.shown.length === 0 && !filtered(filters) && (
            <Empty title={w.none}>
              <p>{w.noneHint}</p>
              <Way to="/settings" search={{ part: 'connect' }}>
                {w.connect}
              </Way>
            </Empty>
          )}
          {stream.ready && rows.shown.length === 0 && filtered(filters) && <Empty>{w.noneFits}</Empty>}
          <Further stream={stream} />
        </div>
        {place.trying ? (
          <Send
            start={draft}
            event={filters.event}
            close={() => go({ trying: false })}
            sent={(id) => go({ trying: false, message: id, copy: null, side: 'trace' })}
          />
        ) : (
          message !== null && (
            <Detail
              key={`${message} ${copy}`}
              message={message}
              copy={copy}
              side={place.side}
              show={(side) => go({ side })}
              open={(id) => go({ message: id, copy: null })}
              tryWith={tryWith}
              close={close}
            />
          )
        )}
      </div>
    </>
  );
}

interface StateProps {
  stream: Stream;
  paused: boolean;
  held: boolean;
  pause: (paused: boolean) => void;
}

/** Whether rows come by themselves, what waits, and how to go on. */
function State({ stream: { rows, release }, paused, held, pause }: StateProps) {
  const { words: w, plural } = useSpeech();
  const lost = useLost();
  const state = paused ? w.paused : held ? w.held : w.following;
  return (
    <div className="stream-state">
      <button type="button" aria-pressed={paused} onClick={() => pause(!paused)}>
        {paused ? w.goOn : w.pause}
      </button>
      <span className="stream-now" data-state={lost ? 'lost' : paused ? 'paused' : held ? 'held' : 'live'}>
        {state}
      </span>
      <span role="status">
        {rows.waiting.length > 0 && (
          <button type="button" className="stream-fresh" onClick={release}>
            {plural(rows.waiting.length, w.fresh)}
          </button>
        )}
      </span>
      <span className="quiet stream-keys">{w.keys}</span>
      {rows.leftOut > 0 && <p className="stream-left-out">{plural(rows.leftOut, w.leftOut)}</p>}
    </div>
  );
}

/** How far somebody has looked, and how to look further. */
function Further({ stream: { rows, ready, asking, more } }: { stream: Stream }) {
  const { words: w, time } = useSpeech();
  if (!ready) return null;
  return (
    <div className="stream-further">
      {rows.next !== null && (
        <button type="button" disabled={asking} onClick={more}>
          {asking ? w.looking : w.older}
        </button>
      )}
      <span className="quiet">
        {rows.next !== null && rows.lookedTo !== null && w.lookedTo(time(rows.lookedTo))}
        {rows.next === null && rows.shown.length > 0 && w.start}
      </span>
    </div>
  );
}
