import { render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { Steps } from './Steps';

test('names stand in their columns, and lines lead from one to the next', () => {
  const node = (id: string, kind = 'formula') => ({ id, name: `name ${id}`, kind });
  const { container } = render(
    <Steps
      label="What depends"
      columns={[[node('a', 'field')], [node('b'), node('c')], [node('d', 'segment')]]}
      links={[
        { from: 'a', to: 'b' },
        { from: 'a', to: 'c' },
        { from: 'b', to: 'd' },
        { from: 'b', to: 'nobody' },
      ]}
    />,
  );
  const boxes = [...container.querySelectorAll('g')].map((one) => [
    one.dataset.node,
    one.getAttribute('transform')?.replace('translate(', '').split(' ')[0],
  ]);
  expect(boxes).toEqual([
    ['a', '0'],
    ['b', '232'],
    ['c', '232'],
    ['d', '464'],
  ]);
  expect([...container.querySelectorAll('path')].map((one) => `${one.dataset.from}${one.dataset.to}`)).toEqual([
    'ab',
    'ac',
    'bd',
  ]);
  expect(screen.getByRole('img', { name: 'What depends' })).toBeDefined();
});
