import { render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { Weekdays } from './Weekdays';

test('each day has what was usual on its weekday beside what came', () => {
  const days = [
    { day: '2026-11-21', before: 20, now: 10 },
    { day: '2026-11-22', before: 40, now: 0 },
  ];
  const { container } = render(
    <Weekdays days={days} label="Half" usual="usual" came="came" say={(day) => day} written={String} />,
  );
  const heights = [...container.querySelectorAll('rect')].map((bar) => Number(bar.getAttribute('height')));
  expect([...container.querySelectorAll('rect')].map((bar) => bar.dataset.value)).toEqual(['20', '10', '40', '0']);
  expect(heights).toEqual([26, 13, 52, 1]);
  expect(screen.getByRole('img', { name: 'Half' })).toBeDefined();
});
