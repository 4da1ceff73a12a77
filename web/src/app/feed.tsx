// The one WebSocket of this tab: topics that screens follow, and whether it is open.
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';

/** What came on a topic; `began`, `reset`, `day` and `gone` say that what was known is to be read anew. */
export type FeedRecord = { [field: string]: unknown };
type Hear = (record: FeedRecord) => void;

const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;

/** Opens the socket while anybody follows a topic, and again when it was lost. */
export class Socket {
  private topics = new Map<string, Set<Hear>>();
  private listeners = new Set<(open: boolean) => void>();
  private socket: WebSocket | null = null;
  private wait = FIRST_WAIT;
  private again: ReturnType<typeof setTimeout> | undefined;

  follow(topic: string, hear: Hear): () => void {
    const known = this.topics.get(topic);
    if (known !== undefined) known.add(hear);
    else {
      this.topics.set(topic, new Set([hear]));
      this.say({ subscribe: topic });
    }
    this.open();
    return () => this.leave(topic, hear);
  }

  /** Tells whether the connection is there, now and whenever that changes. */
  watch(listener: (open: boolean) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private leave(topic: string, hear: Hear): void {
    const known = this.topics.get(topic);
    known?.delete(hear);
    if (known?.size === 0) {
      this.topics.delete(topic);
      this.say({ unsubscribe: topic });
    }
  }

  private open(): void {
    if (this.socket !== null || this.topics.size === 0) return;
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const socket = new WebSocket(`${scheme}://${location.host}/api/v1/ws`, 'hundredfold');
    this.socket = socket;
    socket.onopen = () => {
      this.wait = FIRST_WAIT;
      for (const topic of this.topics.keys()) this.say({ subscribe: topic });
      this.tell(true);
    };
    socket.onmessage = (event) => {
      const said = JSON.parse(String(event.data)) as { topic?: string; record?: FeedRecord; subscribed?: string };
      // Between what a screen has read and the beginning of a topic something may have come: here, too, it is told.
      if (said.subscribed !== undefined) this.hear(said.subscribed, { began: true });
      if (said.topic !== undefined && said.record !== undefined) this.hear(said.topic, said.record);
    };
    socket.onclose = () => {
      this.socket = null;
      if (this.topics.size === 0) return;
      this.tell(false);
      clearTimeout(this.again);
      this.again = setTimeout(() => this.open(), this.wait);
      this.wait = Math.min(2 * this.wait, LONGEST_WAIT);
    };
  }

  private hear(topic: string, record: FeedRecord): void {
    for (const hear of this.topics.get(topic) ?? []) hear(record);
  }

  private say(said: object): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(said));
  }

  private tell(open: boolean): void {
    for (const listener of this.listeners) listener(open);
  }
}

const Context = createContext<Socket | null>(null);

export function FeedProvider({ socket, children }: { socket: Socket; children: ReactNode }) {
  return <Context.Provider value={socket}>{children}</Context.Provider>;
}

function useSocket(): Socket {
  const socket = useContext(Context);
  if (socket === null) throw new Error('the feed is only to be had within FeedProvider');
  return socket;
}

/** Follows a topic (`feed`, `profile/ID`; null: none) as long as the component is there. Pass a stable `changed`. */
export function useFeed(topic: string | null, changed: Hear): void {
  const socket = useSocket();
  useEffect(() => (topic === null ? undefined : socket.follow(topic, changed)), [socket, topic, changed]);
}

/** Whether the connection that was there is lost just now. */
export function useLost(): boolean {
  const socket = useSocket();
  const [lost, setLost] = useState(false);
  useEffect(() => socket.watch((open) => setLost(!open)), [socket]);
  return lost;
}
