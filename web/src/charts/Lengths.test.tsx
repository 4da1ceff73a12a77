import { render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { Lengths } from './Lengths';

test('bars are as long as their numbers, and the numbers are read aloud', () => {
  const { container } = render(
    <Lengths
      label="Error"
      rows={[
        { name: 'model', value: 0.25, written: '0.25', own: true },
        { name: 'guess', value: 0.5, written: '0.5', own: false },
      ]}
    />,
  );
  const bars = [...container.querySelectorAll('rect')];
  const [own, other] = bars.map((bar) => Number(bar.getAttribute('width')));
  expect(bars.map((bar) => [bar.getAttribute('class'), bar.dataset.value])).toEqual([
    ['lengths-own', '0.25'],
    ['lengths-other', '0.5'],
  ]);
  expect(other).toBe(2 * (own ?? 0));
  expect(screen.getByRole('img', { name: 'Error: model 0.25, guess 0.5' })).toBeDefined();
});
