// What has changed of an event or a field, in a sentence.
import type { DriftShown } from './api';
import { useSpeech } from './speech';

export function Drifted({ drift, short = false }: { drift: DriftShown; short?: boolean }) {
  const { words: w, number, percent, plural } = useSpeech();
  const said = drift.what === 'volume' ? (value: number) => number(value, 0) : percent;
  const sentence = w.driftSaid[drift.what](
    said(drift.before),
    said(drift.now),
    w.typeNames[drift.type ?? ''] ?? drift.type ?? '',
  );
  return (
    <>
      {!short && drift.path !== null && (
        <>
          <strong>
            <bdi>{drift.each === null ? drift.path : `${drift.each}: ${drift.path}`}</bdi>
          </strong>{' '}
        </>
      )}
      {sentence}
      {!short && drift.what !== 'volume' && (
        <span className="quiet"> ({w.sampledOf(plural(drift.looked_at, w.messages))})</span>
      )}
    </>
  );
}
