import { render } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { Activity } from './Activity';

const day = 86_400_000;
const bars = [3, 0, 6].map((count, place) => ({
  start: new Date(place * day).toISOString(),
  end: new Date((place + 1) * day).toISOString(),
  count,
}));

describe('the bars of what happened', () => {
  it('are as high as there was much, and pale behind the clock', () => {
    const { container } = render(
      <Activity bars={bars} at={1.5 * day} first={0} last={3 * day} label="x" say={(bar) => String(bar.count)} />,
    );
    const marks = [...container.querySelectorAll('rect')];
    expect(marks.map((mark) => mark.dataset.count)).toEqual(['3', '0', '6']);
    const [some, none, most] = marks.map((mark) => Number(mark.getAttribute('height')));
    expect(most).toBe(2 * (some ?? 0));
    expect(none).toBe(0);
    expect(marks.map((mark) => mark.getAttribute('class'))).toEqual(['activity-bar', 'activity-bar', 'activity-later']);
    expect(container.querySelector('line')?.getAttribute('x1')).toBe('500');
  });
});
