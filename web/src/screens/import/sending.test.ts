import { describe, expect, it } from 'vitest';
import { Problem } from '../../app/client';
import { type Arrived, sent } from './sending';
import { Sum } from './sum';

/** A server that takes pieces of three bytes; `fails` says what happens at the nth piece: half of it may have arrived. */
function server(size: number, fails: Record<number, { error: unknown; took: number }> = {}) {
  let received = 0;
  let asked = 0;
  const pauses: number[] = [];
  const sums: (string | undefined)[] = [];
  const shown = (): Arrived => ({ id: 'u', received, size, piece: 3, state: received < size ? 'receiving' : 'ready' });
  return {
    begin: async () => shown(),
    ask: async () => shown(),
    send: async (_id: string, at: number, piece: Blob, crc32: string | undefined) => {
      asked += 1;
      if (at !== received) throw new Error('wrong place');
      const failed = fails[asked];
      received += failed?.took ?? piece.size;
      sums.push(crc32);
      if (failed !== undefined) throw failed.error;
      return shown();
    },
    pause: async (time: number) => void pauses.push(time),
    pauses,
    sums,
  };
}

const file = new File(['0123456789'], 'a.csv');
const lost = new TypeError('Failed to fetch');
const nobody = () => new AbortController().signal;

describe('sending a file', () => {
  it('arrives piece by piece, tells how far it is, and says its sum at the end', async () => {
    const told: number[] = [];
    const way = server(10);
    const shown = await sent(file, way, (received) => told.push(received), nobody());
    expect(shown.state).toBe('ready');
    expect(told).toEqual([0, 3, 6, 9]);
    expect(way.sums).toEqual([undefined, undefined, undefined, 'a684c7c6']);
  });

  it('goes on where it was cut, however often, and tells that the connection is lost', async () => {
    const cut = (took: number) => ({ error: lost, took });
    const way = server(10, { 2: cut(1), 3: cut(0), 4: cut(0), 5: cut(0), 6: cut(0), 7: cut(3) });
    const told: [number, boolean][] = [];
    expect((await sent(file, way, (far, _, gone) => told.push([far, gone]), nobody())).received).toBe(10);
    expect(way.pauses).toEqual([1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
    expect(told).toContainEqual([4, true]);
    expect(told.at(-1)).toEqual([7, false]);
  });

  it('gives up what the server refuses', async () => {
    const way = server(10, { 2: { error: new Problem(507, 'disk_full', 'full'), took: 0 } });
    await expect(sent(file, way, () => undefined, nobody())).rejects.toThrow('full');
    expect(way.pauses).toEqual([]);
  });

  it('begins once more when what arrived is not the file, and not for ever', async () => {
    const damaged = { error: new Problem(409, 'damaged', 'not the file'), took: -9 };
    const once = server(10, { 4: damaged });
    expect((await sent(file, once, () => undefined, nobody())).state).toBe('ready');
    const always = server(10, { 4: damaged, 8: damaged });
    await expect(sent(file, always, () => undefined, nobody())).rejects.toThrow('not the file');
  });

  it('stops when it is told to, also while it waits', async () => {
    const given = new AbortController();
    const way = { ...server(10, { 1: { error: lost, took: 0 } }), pause: async () => given.abort() };
    await expect(sent(file, way, () => undefined, given.signal)).rejects.toThrow();
  });
});

describe('the sum of a file', () => {
  it('is CRC-32, whatever the steps', async () => {
    for (const step of [1, 4, 100]) expect(await new Sum(new Blob(['123456789']), step).upTo(9)).toBe('cbf43926');
    expect(await new Sum(new Blob([]), 3).upTo(0)).toBe('00000000');
  });
});
