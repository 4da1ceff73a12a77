import '../app/testing';
import { fireEvent, render, screen } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { nearest, type Tile, Treemap, written } from './Treemap';

const tile = (id: string, part: string, size: number): Tile => ({
  id,
  part,
  size,
  lines: [`${id} customers`],
  says: `${id}: ${size}`,
  colour: 'hue-1',
});
const parts = [
  { part: 'new', called: 'New', colour: 'hue-1' },
  { part: 'active', called: 'Active', colour: 'hue-2' },
];
const tiles = [tile('a', 'active', 60), tile('b', 'active', 30), tile('c', 'new', 10), tile('d', 'new', 0)];
const area = (one: Element) => {
  const rect = one.querySelector('rect');
  return Number(rect?.getAttribute('width')) * Number(rect?.getAttribute('height'));
};

describe('a map of tiles', () => {
  it('has a tile for all that have a size, as large as that, each in its part and with a name', () => {
    render(<Treemap label="Map" tiles={tiles} parts={parts} chosen="b" open={() => {}} />);
    const [a, b, c] = ['a: 60', 'b: 30', 'c: 10'].map((name) => screen.getByRole('button', { name }));
    expect(screen.getAllByRole('button').length).toBe(3);
    expect(area(a as Element) / area(b as Element)).toBeCloseTo(2, 0);
    expect(area(b as Element)).toBeGreaterThan(area(c as Element));
    expect(b?.getAttribute('aria-pressed')).toBe('true');
    expect(b?.getAttribute('tabindex')).toBe('0');
    expect([a, c].map((one) => one?.getAttribute('tabindex'))).toEqual(['-1', '-1']);
    expect(document.querySelectorAll('[data-part]').length).toBe(2);
  });

  it('opens by mouse and by keyboard, and arrows go to the nearest in their direction', () => {
    const open = vi.fn();
    render(<Treemap label="Map" tiles={tiles} parts={parts} chosen={null} open={open} />);
    fireEvent.click(screen.getByRole('button', { name: 'c: 10' }));
    fireEvent.keyDown(screen.getByRole('button', { name: 'a: 60' }), { key: 'Enter' });
    expect(open.mock.calls).toEqual([['c'], ['a']]);
    const boxes = [
      { x0: 0, x1: 10, y0: 0, y1: 10 },
      { x0: 10, x1: 20, y0: 0, y1: 10 },
      { x0: 20, x1: 30, y0: 0, y1: 10 },
      { x0: 0, x1: 10, y0: 10, y1: 20 },
    ];
    const from = boxes[0] as (typeof boxes)[0];
    expect(nearest(from, boxes, [1, 0])).toBe(boxes[1]);
    expect(nearest(from, boxes, [0, 1])).toBe(boxes[3]);
    expect(nearest(from, boxes, [-1, 0])).toBeUndefined();
  });

  it('breaks words to the room that there is, and leaves out what has none', () => {
    expect(written(['spend much, order often', '1,204'], 100, 60).map(({ text }) => text)).toEqual([
      'spend much,',
      'order often',
      '1,204',
    ]);
    expect(written(['spend much, order often', '1,204'], 100, 30).map(({ text }) => text)).toEqual([
      'spend much…',
      '1,204',
    ]);
    expect(written(['small orders, lately'], 85, 30).map(({ text }) => text)).toEqual(['small', 'orders…']);
    expect(written(['spend much'], 20, 60)).toEqual([]);
  });
});
