import { expect, test } from 'vitest';
import { clients, isClient } from './snippets';
import { words } from './words';

test('every snippet names the address and the key, and nothing of another host', () => {
  for (const [name, { text }] of Object.entries(clients)) {
    const told = text('https://events.shop.example', 'hfb_abc');
    expect(told, name).toContain('hfb_abc');
    const hosts = [...told.matchAll(/https?:\/\/([\w.-]+)/g)].map(([, host]) => host);
    expect(new Set(hosts), name).toEqual(new Set(['events.shop.example']));
  }
});

test('a client is one that has a snippet', () => {
  expect(isClient('curl')).toBe(true);
  expect(isClient('toString')).toBe(false);
  expect(isClient(undefined)).toBe(false);
});

test('both languages name the same roles, kinds, changes and runs', () => {
  const keys = (of: object) => Object.keys(of).sort();
  for (const pick of [
    (w: typeof words.en) => w.changes.whats,
    (w: typeof words.en) => w.runs.kinds,
    (w: typeof words.en) => w.workspace.jobs,
  ]) {
    expect(keys(pick(words.pt))).toEqual(keys(pick(words.en)));
  }
});
