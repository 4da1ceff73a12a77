import { render, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { Week } from './Week';

const days = ['2026-11-20', '2026-11-21', '2026-11-22'];

describe('the bars of a week', () => {
  it('are as high as much came, and little is seen beside much', () => {
    const { container } = render(
      <Week days={days} counts={[2000, 1, 1000]} label="3,001 messages" say={(day, count) => `${day}: ${count}`} />,
    );
    const marks = [...container.querySelectorAll('rect')];
    expect(marks.map((mark) => [mark.dataset.day, mark.dataset.count])).toEqual([
      ['2026-11-20', '2000'],
      ['2026-11-21', '1'],
      ['2026-11-22', '1000'],
    ]);
    const heights = marks.map((mark) => Number(mark.getAttribute('height')));
    expect(heights).toEqual([27, 2, 13.5]);
    expect(marks.map((mark) => Number(mark.getAttribute('y')) + Number(mark.getAttribute('height')))).toEqual([
      28, 28, 28,
    ]);
    expect(screen.getByRole('img', { name: '3,001 messages' })).toBeDefined();
    expect(marks[2]?.getAttribute('class')).toBe('week-today');
  });

  it('of nothing are none', () => {
    const { container } = render(<Week days={days} counts={[0, 0, 0]} label="nothing" say={String} />);
    expect([...container.querySelectorAll('rect')].map((mark) => mark.getAttribute('height'))).toEqual(['0', '0', '0']);
  });
});
