// The stream: the newest page when it opens and after every reconnection, and between them what the socket tells.
import { useCallback, useEffect, useRef, useState } from 'react';
import { type FeedRecord, useFeed } from '../../../app/feed';
import { askPage } from './api';
import { arrived, looked, NOTHING, older, type Rows, released, type Told } from './arriving';
import { type Filters, topicOf } from './place';

export interface Stream {
  rows: Rows;
  error: Error | null;
  /** The newest page was read. */
  ready: boolean;
  asking: boolean;
  /** Shows what waits. */
  release: () => void;
  /** Reads on where the rows end. */
  more: () => void;
  again: () => void;
}

/** What fits the filters; as long as it is held nothing moves, and what comes waits. */
export function useStream(filters: Filters, held: boolean): Stream {
  const topic = topicOf(filters);
  const [rows, setRows] = useState<Rows>(NOTHING);
  const [error, setError] = useState<Error | null>(null);
  const [asking, setAsking] = useState(false);
  const [ready, setReady] = useState(false);
  const now = useRef({ filters, held, rows });
  now.current = { filters, held, rows };
  const cancel = useRef(new AbortController());

  const ask = useCallback((before: string | null) => {
    const { signal } = cancel.current;
    setAsking(true);
    askPage(now.current.filters, before, signal)
      .then((page) => {
        if (signal.aborted) return;
        setError(null);
        setReady(true);
        setRows((last) => (before === null ? looked(last, page, now.current.held) : older(last, page)));
      })
      .catch((wrong: Error) => !signal.aborted && setError(wrong))
      .finally(() => !signal.aborted && setAsking(false));
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: other filters are another stream
  useEffect(() => {
    cancel.current = new AbortController();
    setRows(NOTHING);
    setReady(false);
    setError(null);
    ask(null);
    return () => cancel.current.abort();
  }, [topic, ask]);

  const changed = useCallback(
    (record: FeedRecord) => {
      // Between the page and the beginning of the stream something may have come, and while the connection was lost.
      if ('began' in record) ask(null);
      else setRows((last) => arrived(last, record as unknown as Told, now.current.held));
    },
    [ask],
  );
  useFeed(topic, changed);

  const again = useCallback(() => {
    setRows(NOTHING);
    ask(null);
  }, [ask]);
  const more = useCallback(() => {
    const { next } = now.current.rows;
    if (next === undefined) again();
    else ask(next);
  }, [ask, again]);
  const release = useCallback(() => setRows(released), []);
  return { rows, error, ready, asking, release, more, again };
}
