import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Problem } from '../../app/client';
import { useKept } from './kept';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A server that keeps drafts when it is told to, and what is typed before it. */
function written() {
  const answers: { end: () => void; fail: (error: Error) => void }[] = [];
  const texts: string[] = [];
  const keep = ({ text }: { text: string }) =>
    new Promise<void>((end, fail) => {
      texts.push(text);
      answers.push({ end, fail });
    });
  const { result, rerender, unmount } = renderHook(({ text }) => useKept(keep, text, null, true), {
    initialProps: { text: '' },
  });
  const pass = (time = 600) => act(() => vi.advanceTimersByTimeAsync(time));
  return {
    texts,
    kept: () => result.current,
    type: async (text: string, time?: number) => {
      rerender({ text });
      await pass(time);
    },
    pass,
    end: () => act(async () => answers.at(-1)?.end()),
    fail: (error: Error) => act(async () => answers.at(-1)?.fail(error)),
    unmount,
  };
}

test('what was kept before is not kept while another text is on its way to the server', async () => {
  const { type, end, kept, texts } = written();
  await type('5');
  await end();
  expect(kept()).toBe(true);

  await type('4');
  await type('5', 100);
  expect(kept()).toBe(false);

  await type('5');
  await end();
  expect(kept()).toBe(false);
  await end();
  expect(kept()).toBe(true);
  expect(texts).toEqual(['5', '4', '5']);
});

test('drafts go one after the other, and what was overtaken does not go at all', async () => {
  const { type, end, texts } = written();
  for (const text of ['1', '2', '3']) await type(text);
  expect(texts).toEqual(['1']);
  await end();
  expect(texts).toEqual(['1', '3']);
});

test('a server that does not answer is asked again, and what it refuses is not', async () => {
  const { type, fail, pass, end, kept, texts } = written();
  await type('1');
  await fail(new TypeError('Failed to fetch'));
  await pass(2_000);
  expect(texts).toEqual(['1', '1']);
  await end();
  expect(kept()).toBe(true);

  await type('2');
  await fail(new Problem(422, 'invalid_draft', 'no'));
  await pass(10_000);
  expect(texts).toEqual(['1', '1', '2']);
  expect(kept()).toBe(false);
});

test('whoever leaves has his last draft kept, and no other later', async () => {
  const { type, end, fail, pass, unmount, texts } = written();
  await type('1');
  await type('2');
  unmount();
  await end();
  expect(texts).toEqual(['1', '2']);
  await fail(new TypeError('Failed to fetch'));
  await pass(10_000);
  expect(texts).toEqual(['1', '2']);
});
