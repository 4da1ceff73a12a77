// A file on its way to the server, in pieces: whatever cuts it off, it goes on where it was.
import { Problem } from '../../app/client';
import { Sum } from './sum';

export interface Arrived {
  id: string;
  received: number;
  size: number;
  piece: number;
  state: string;
}

export interface Way<Shown extends Arrived> {
  /** Announces a file; what has arrived of it already is gone on with. */
  begin: (name: string, size: number) => Promise<Shown>;
  send: (id: string, at: number, piece: Blob, crc32: string | undefined, signal: AbortSignal) => Promise<Shown>;
  ask: (id: string) => Promise<Shown>;
  /** Waits so many milliseconds, or until the connection seems to be back. */
  pause: (time: number, signal: AbortSignal) => Promise<void>;
}

/** How far it is; `lost` as long as the connection is. */
export type Told = (received: number, size: number, lost: boolean) => void;

const TRIES = 3;
const LONGEST = 10_000;
const GATEWAYS = [502, 503, 504];

/** Sends a file and tells how far it is. Throws what the server says, and when `signal` is given up. */
export async function sent<Shown extends Arrived>(
  file: File,
  way: Way<Shown>,
  told: Told,
  signal: AbortSignal,
): Promise<Shown> {
  let far = 0;
  let failed = 0;
  const later = async (error: unknown) => {
    signal.throwIfAborted();
    failed += 1;
    if (!isLost(error) && (!mendable(error) || failed >= TRIES)) throw error;
    told(far, file.size, isLost(error));
    await way.pause(Math.min(LONGEST, 500 * 2 ** failed), signal);
  };
  const through = async (ask: () => Promise<Shown>) => {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        await later(error);
      }
    }
  };

  let shown = await through(() => way.begin(file.name, file.size));
  const sum = new Sum(file, shown.piece);
  let damaged = false;
  while (shown.state === 'receiving') {
    signal.throwIfAborted();
    far = shown.received;
    told(far, shown.size, false);
    const end = Math.min(far + shown.piece, shown.size);
    // Read before it is sent: a file that is gone from the disk is no lost connection.
    const crc32 = await sum.upTo(end);
    const piece = new Blob([await file.slice(far, end).arrayBuffer()]);
    try {
      shown = await way.send(shown.id, far, piece, end === shown.size ? crc32 : undefined, signal);
      failed = 0;
    } catch (error) {
      if (error instanceof Problem && error.code === 'damaged') {
        if (damaged) throw error;
        damaged = true;
      } else {
        await later(error);
      }
      const { id } = shown;
      shown = await through(() => way.ask(id));
    }
  }
  return shown;
}

/** Whether nobody answered: neither the server nor what stands before it. */
function isLost(error: unknown): boolean {
  return !(error instanceof Problem) || GATEWAYS.includes(error.status);
}

/** Whether it may go better at the next try. */
function mendable(error: unknown): boolean {
  return error instanceof Problem && (error.code === 'wrong_place' || error.status === 500);
}
