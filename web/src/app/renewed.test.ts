import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { expect, test, vi } from 'vitest';
import { renewing } from './renewed';

const queries = () => new QueryClient({ defaultOptions: { queries: { retry: false } } });

/** A query that is being watched; each reading ends when it is told to. */
function watched(client: QueryClient, name: string) {
  const readings: { end: (value: number) => void; cut: boolean }[] = [];
  const observer = new QueryObserver<number>(client, {
    queryKey: ['numbers', name],
    queryFn: ({ signal }) =>
      new Promise((end) => {
        const reading = { end, cut: false };
        signal.addEventListener('abort', () => {
          reading.cut = true;
        });
        readings.push(reading);
      }),
  });
  observer.subscribe(() => undefined);
  const shows = (value: number) => vi.waitFor(() => expect(observer.getCurrentResult().data).toBe(value));
  const reads = (count: number) => vi.waitFor(() => expect(readings.length).toBe(count));
  return { readings, shows, reads, end: (value: number) => readings.at(-1)?.end(value) };
}

test('what changes while it is read counts in the next time, and no reading is cut off', async () => {
  const client = queries();
  const one = watched(client, 'one');
  one.end(1);
  await one.shows(1);
  const renew = renewing(client, ['numbers']);

  for (let change = 0; change < 20; change += 1) renew();
  await one.reads(2);
  one.end(2);
  await one.shows(2);
  await one.reads(3);
  one.end(3);
  await one.shows(3);
  renew();
  await one.reads(4);
  one.end(4);
  await one.shows(4);

  expect(one.readings.map((reading) => reading.cut)).toEqual([false, false, false, false]);
});

test('a slow one holds up no other', async () => {
  const client = queries();
  const [slow, quick] = [watched(client, 'slow'), watched(client, 'quick')];
  slow.end(1);
  quick.end(1);
  await Promise.all([slow.shows(1), quick.shows(1)]);
  const renew = renewing(client, ['numbers']);

  renew();
  await Promise.all([slow.reads(2), quick.reads(2)]);
  quick.end(2);
  await quick.shows(2);
  renew();
  await quick.reads(3);

  expect(slow.readings.length).toBe(2);
});

test('what is being read when a change is told is waited for, not cut off, and then read anew', async () => {
  const client = queries();
  const one = watched(client, 'one');
  const renew = renewing(client, ['numbers']);

  renew();
  one.end(1);
  await one.reads(2);
  one.end(2);
  await one.shows(2);

  expect(one.readings.map((reading) => reading.cut)).toEqual([false, false]);
});
