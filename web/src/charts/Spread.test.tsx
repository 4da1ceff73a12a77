import { render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { type Mark, Spread } from './Spread';

const mark = (name: string, size: number, beside: number | null): Mark => ({
  ...{ key: name, name, says: `${name}: ${size}`, size, beside, count: size, besides: beside, shown: `${size}` },
});

test('bars and lines lie as high as their numbers, from the least to the greatest', () => {
  const { container } = render(
    <Spread label="Orders" ends={['1', '9']} marks={[mark('few', 5, 10), mark('many', 10, 0)]} />,
  );
  const [few, many] = [...container.querySelectorAll('rect.own')].map((bar) => Number(bar.getAttribute('height')));
  const lines = [...container.querySelectorAll('line.beside')].map((line) => line.getAttribute('y1'));
  expect(many).toBe(2 * (few ?? 0));
  expect(lines).toEqual([container.querySelectorAll('rect.own')[1]?.getAttribute('y')]);
  expect([...container.querySelectorAll('text')].map((text) => text.textContent)).toEqual(['1', '9']);
  expect(screen.getByRole('img', { name: 'Orders' })).toBeDefined();
});

test('rows have their names and sizes; nothing to compare with draws no line, and nothing at all no bar', () => {
  const { container } = render(
    <Spread label="Country" ends={null} marks={[mark('Portugal and all its islands', 4, null), mark('ES', 0, null)]} />,
  );
  const wide = [...container.querySelectorAll('rect.own')].map((bar) => Number(bar.getAttribute('width')));
  expect(wide[0]).toBeGreaterThan(0);
  expect(wide[1]).toBe(0);
  expect(container.querySelector('line')).toBeNull();
  const texts = [...container.querySelectorAll('text')].map((text) => text.textContent);
  expect(texts).toEqual(['Portugal and all its …', '4', 'ES', '0']);
});
