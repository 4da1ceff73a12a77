// What is known of a message besides what it says.
import type { MessageDetail } from './api';
import { Reading } from './Reading';
import { useSpeech } from './speech';

export function Facts({ detail }: { detail: MessageDetail }) {
  const { words: w, number, time } = useSpeech();
  const { message } = detail;
  const [partition = '', offset = ''] = message.place.split('/');
  return (
    <>
      <dl className="stream-facts">
        <dt>{w.happened}</dt>
        <dd>{time(message.time)}</dd>
        <dt>{w.received}</dt>
        <dd>{time(message.received)}</dd>
        <dt>{w.source}</dt>
        <dd>
          <bdi>{message.source}</bdi> <span className="quiet">({w.trusts[message.trust] ?? message.trust})</span>
        </dd>
        {message.sent_id !== null && (
          <>
            <dt>{w.customer}</dt>
            <dd>
              <bdi>{message.sent_id}</bdi>
            </dd>
          </>
        )}
        <dt>{w.messageId}</dt>
        <dd>
          <bdi className="stream-id">{message.message_id}</bdi>
        </dd>
        <dt>{w.place}</dt>
        <dd>
          {w.placeHint(partition, offset)} · {w.bytes(number(detail.size))}
          {detail.copies.length > 1 && ` · ${w.copies(number(detail.copies.length))}`}
        </dd>
      </dl>
      {detail.mended.length > 0 && (
        <p className="stream-mended">
          {w.mended} {detail.mended.map((one) => w.mendings[one] ?? one).join('; ')}.
        </p>
      )}
      {detail.fit !== null && <Reading fit={detail.fit} quietly={!message.kind.startsWith('track')} />}
    </>
  );
}
