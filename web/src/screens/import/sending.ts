// A file on its way to the server, in pieces: it goes on where it was after a piece that was lost.

export interface Arrived {
  id: string;
  received: number;
  size: number;
  piece: number;
  state: string;
}

export interface Way<Shown extends Arrived> {
  begin: (name: string, size: number) => Promise<Shown>;
  send: (id: string, at: number, piece: Blob) => Promise<Shown>;
  ask: (id: string) => Promise<Shown>;
}

const TRIES = 3;

/** Sends a file and tells how far it is. Throws what the server says, and when `signal` is given up. */
export async function sent<Shown extends Arrived>(
  file: File,
  way: Way<Shown>,
  told: (received: number, size: number) => void,
  signal: AbortSignal,
): Promise<Shown> {
  let shown = await way.begin(file.name, file.size);
  let failed = 0;
  while (shown.state === 'receiving') {
    signal.throwIfAborted();
    told(shown.received, shown.size);
    try {
      shown = await way.send(shown.id, shown.received, file.slice(shown.received, shown.received + shown.piece));
      failed = 0;
    } catch (error) {
      failed += 1;
      if (failed >= TRIES) throw error;
      shown = await way.ask(shown.id);
    }
  }
  return shown;
}
