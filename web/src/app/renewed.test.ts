import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { expect, test } from 'vitest';
import { renewing } from './renewed';

/** A query that is being watched; each reading ends when it is told to. */
function watched() {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const readings: { end: (value: number) => void; cut: boolean }[] = [];
  const observer = new QueryObserver<number>(queries, {
    queryKey: ['number'],
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
  return { queries, readings, shown: () => observer.getCurrentResult().data };
}

const soon = () => new Promise((done) => setTimeout(done));

test('what changes while it is read counts in the next time, and no reading is cut off', async () => {
  const { queries, readings, shown } = watched();
  readings[0]?.end(1);
  await soon();
  const renew = renewing(queries, ['number']);

  for (let change = 0; change < 20; change += 1) renew();
  await soon();
  expect(readings.length).toBe(2);
  readings[1]?.end(2);
  await soon();
  expect(shown()).toBe(2);
  renew();
  renew();
  await soon();
  expect(readings.length).toBe(3);
  renew();
  readings[2]?.end(3);
  await soon();
  expect(shown()).toBe(3);
  readings[3]?.end(4);
  await soon();

  expect(shown()).toBe(4);
  expect(readings.map((one) => one.cut)).toEqual([false, false, false, false]);
});
