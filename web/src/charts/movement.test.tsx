import '../app/testing';
import { render, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { Beside } from './Beside';
import { Flow } from './Flow';
import { heat, hue, steps } from './hues';
import { Stacked } from './Stacked';

const numbers = (marks: Iterable<Element>, name: string) => [...marks].map((mark) => Number(mark.getAttribute(name)));

describe('columns of parts', () => {
  it('lie on top of each other, as high as they are many', () => {
    const { container } = render(
      <Stacked
        label="Stages"
        times={['mon', 'tue']}
        parts={[
          { name: 'new', colour: 'hue-1', sizes: [40, 0] },
          { name: 'active', colour: 'hue-2', sizes: [60, 100] },
        ]}
        say={(part, time, size) => `${part} ${time} ${size}`}
        short={String}
        count={String}
      />,
    );
    const marks = [...container.querySelectorAll('rect')];
    expect(marks.map((mark) => mark.querySelector('title')?.textContent)).toEqual([
      'new mon 40',
      'active mon 60',
      'active tue 100',
    ]);
    const [high, y] = [numbers(marks, 'height'), numbers(marks, 'y')];
    expect(high[0]).toBeCloseTo(((high[1] ?? 0) * 40) / 60);
    expect((y[1] ?? 0) + (high[1] ?? 0)).toBeCloseTo(y[0] ?? 0);
    expect(high[2]).toBeCloseTo((high[0] ?? 0) + (high[1] ?? 0));
    expect(screen.getByRole('img', { name: 'Stages' })).toBeDefined();
  });
});

describe('a flow', () => {
  it('has a band for each way and a part for each end, the greatest first', () => {
    const { container } = render(
      <Flow
        label="Moves"
        ways={[
          { from: 'new', to: 'active', count: 30 },
          { from: 'new', to: 'lapsed', count: 10 },
          { from: 'lapsed', to: 'active', count: 5 },
        ]}
        called={(name) => name}
        colour={hue}
        say={({ from, to, count }) => `${from}>${to} ${count}`}
        count={String}
      />,
    );
    expect([...container.querySelectorAll('title')].map((title) => title.textContent)).toEqual([
      'new>active 30',
      'new>lapsed 10',
      'lapsed>active 5',
    ]);
    expect([...container.querySelectorAll('text')].map((text) => text.textContent)).toEqual([
      'new 40',
      'lapsed 5',
      'active 35',
      'lapsed 10',
    ]);
    const high = numbers(container.querySelectorAll('rect'), 'height');
    expect((high[0] ?? 0) / (high[2] ?? 1)).toBeCloseTo(40 / 35);
    expect(container.querySelector('path')?.getAttribute('class')).toContain('hue-1');
  });
});

describe('some beside everybody', () => {
  it('are bars above, others below the line', () => {
    const { container } = render(
      <Beside label="Spent" own={[0.25, 0.75]} everybody={[0.5, 0.5]} other={[1, 0]} say={String} />,
    );
    const [own, other] = ['.beside-own', '.beside-other'].map((mark) => container.querySelectorAll(mark));
    expect(numbers(own ?? [], 'height')[1]).toBeCloseTo(3 * (numbers(own ?? [], 'height')[0] ?? 0));
    expect(numbers(other ?? [], 'height')).toEqual([34, 0]);
    expect(numbers(other ?? [], 'y')).toEqual([35, 35]);
  });
});

describe('colours', () => {
  it('of amounts have as many things each, and none has one of its own', () => {
    const begins = steps([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(begins).toEqual([2, 4, 6, 8]);
    expect([1, 2, 3, 10].map((value) => heat(value, begins))).toEqual(['heat-0', 'heat-0', 'heat-1', 'heat-4']);
    expect(heat(null, begins)).toBe('heat-none');
  });

  it('of stages are the same on every chart, known or not', () => {
    expect(hue('active')).toBe('hue-2');
    expect(hue('only refunds')).toBe(hue('only refunds'));
    expect(hue('only refunds')).toMatch(/^hue-other-/);
  });
});
