import { describe, expect, it } from 'vitest';
import { type Arrived, sent } from './sending';

/** A server that takes pieces of three bytes and loses the answers to some. */
function server(size: number, loses: number[]) {
  let received = 0;
  let asked = 0;
  const shown = (): Arrived => ({ id: 'u', received, size, piece: 3, state: received < size ? 'receiving' : 'ready' });
  return {
    begin: async () => shown(),
    ask: async () => shown(),
    send: async (_id: string, at: number, piece: Blob) => {
      asked += 1;
      if (at !== received) throw new Error('wrong place');
      received += piece.size;
      if (loses.includes(asked)) throw new Error('lost');
      return shown();
    },
    content: () => received,
  };
}

const file = new File(['0123456789'], 'a.csv');

describe('sending a file', () => {
  it('arrives piece by piece and tells how far it is', async () => {
    const told: number[] = [];
    const way = server(10, []);
    const shown = await sent(file, way, (received) => told.push(received), new AbortController().signal);
    expect(shown.state).toBe('ready');
    expect(told).toEqual([0, 3, 6, 9]);
  });

  it('goes on where it was when an answer is lost', async () => {
    const way = server(10, [2, 3]);
    expect((await sent(file, way, () => undefined, new AbortController().signal)).received).toBe(10);
  });

  it('gives up when nothing gets through', async () => {
    const way = { ...server(10, []), send: () => Promise.reject(new Error('no way')) };
    await expect(sent(file, way, () => undefined, new AbortController().signal)).rejects.toThrow('no way');
  });

  it('stops when it is told to', async () => {
    const given = new AbortController();
    given.abort();
    await expect(sent(file, server(10, []), () => undefined, given.signal)).rejects.toThrow();
  });
});
