// One message: to be read, as it is stored, and what it did.
import { useEffect, useRef } from 'react';
import { useFeed } from '../../../app/feed';
import { useRenewed } from '../../../app/renewed';
import { useRights } from '../../../app/session';
import { Way } from '../../../app/Way';
import { Copy } from '../../../ui/Copy';
import { Trouble } from '../../../ui/Trouble';
import { aboutMessage, type MessageDetail, useMessage } from './api';
import { Facts } from './Facts';
import { SIDES, type Side } from './place';
import { useSpeech } from './speech';
import { Trace } from './Trace';
import { Tree } from './Tree';

interface Props {
  message: string;
  copy: string | null;
  side: Side;
  show: (side: Side) => void;
  open: (message: string) => void;
  tryWith: (text: string) => void;
  close: () => void;
}

export function Detail({ message, copy, side, show, open, tryWith, close }: Props) {
  const { words: w } = useSpeech();
  const { data, error, refetch } = useMessage(message, copy);
  const heading = useRef<HTMLHeadingElement>(null);
  const there = data !== undefined;
  useEffect(() => {
    if (there) heading.current?.focus({ preventScroll: true });
  }, [there]);
  // What the customer's other messages change stands here, too.
  const changed = useRenewed(aboutMessage(message, copy));
  useFeed(data?.customer_id == null ? null : `profile/${data.customer_id}`, changed);
  return (
    <aside
      className="card stream-detail"
      aria-label={data === undefined ? message : title(data, w)}
      onKeyDown={(event) => event.key === 'Escape' && close()}
    >
      <header className="stream-detail-head">
        <h2 ref={heading} tabIndex={-1}>
          <bdi>{data === undefined ? message : title(data, w)}</bdi>
        </h2>
        {data !== undefined && (
          <span className={data.fate === 'counts' ? 'stream-badge stream-good' : 'stream-badge stream-warn'}>
            {w.fateShort[data.fate]}
          </span>
        )}
        <button type="button" className="stream-close" onClick={close}>
          {w.close}
        </button>
      </header>
      <Trouble error={error} again={refetch} />
      {data !== undefined && (
        <>
          {data.customer_id !== null && (
            <p>
              {w.ofCustomer}{' '}
              <Way to="/customers" search={{ id: data.customer_id }}>
                <bdi>{data.customer_id}</bdi>
              </Way>
            </p>
          )}
          <nav className="stream-sides" aria-label={w.sides[side]}>
            {SIDES.map((one) => (
              <button
                key={one}
                type="button"
                aria-current={one === side ? 'page' : undefined}
                onClick={() => show(one)}
              >
                {w.sides[one]}
              </button>
            ))}
          </nav>
          {side === 'pretty' && <Pretty detail={data} tryWith={tryWith} />}
          {side === 'raw' && <Raw detail={data} />}
          {side === 'trace' && <Trace detail={data} open={open} />}
        </>
      )}
    </aside>
  );
}

function title({ message }: MessageDetail, w: { kinds: Record<string, string> }): string {
  return message.event ?? w.kinds[message.kind] ?? message.kind;
}

function Pretty({ detail, tryWith }: { detail: MessageDetail; tryWith: (text: string) => void }) {
  const { words: w } = useSpeech();
  const { write } = useRights();
  const payload = detail.message.payload;
  return (
    <>
      <Facts detail={detail} />
      {payload === null ? (
        <p className="quiet">{detail.fate === 'erased' ? w.erased : w.hidden}</p>
      ) : (
        <>
          <Tree payload={payload} kind={detail.message.kind} event={detail.message.event} />
          {write && (
            <p>
              <button type="button" onClick={() => tryWith(likeness(payload))}>
                {w.useAsTest}
              </button>
            </p>
          )}
        </>
      )}
    </>
  );
}

/** A message without what makes it the same message, at the same time, as before. */
function likeness(payload: Record<string, unknown>): string {
  const own = new Set(['messageId', 'timestamp', 'originalTimestamp', 'sentAt', 'receivedAt']);
  return JSON.stringify(Object.fromEntries(Object.entries(payload).filter(([name]) => !own.has(name))), null, 2);
}

function Raw({ detail: { raw, fate } }: { detail: MessageDetail }) {
  const { words: w } = useSpeech();
  if (raw === null) return <p className="quiet">{fate === 'erased' ? w.erased : w.hidden}</p>;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines are scrolled with the keyboard, too */}
      <pre className="stream-raw" tabIndex={0} translate="no" dir="ltr">
        {raw}
      </pre>
      <p>
        <Copy text={raw} />
      </p>
    </>
  );
}
