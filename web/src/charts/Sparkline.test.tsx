import { render } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { Sparkline } from './Sparkline';

describe('the small bars of what came in', () => {
  it('are as high as there was much, and a day without any is a line', () => {
    const { container } = render(<Sparkline counts={[3, 0, 6]} label="x" say={String} />);
    const marks = [...container.querySelectorAll('rect')];
    expect(marks.map((mark) => mark.dataset.count)).toEqual(['3', '0', '6']);
    const heights = marks.map((mark) => Number(mark.getAttribute('height')));
    expect(heights[2]).toBe(2 * (heights[0] ?? 0));
    expect(heights[1]).toBeLessThan(1);
    expect(marks.map((mark) => mark.getAttribute('class'))).toEqual([null, 'sparkline-none', 'sparkline-today']);
  });
});
