import { render, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { Json } from './Json';

const message = {
  event: 'Order Completed',
  properties: { total: '3', address: { city: 'Lisboa' }, tags: [] },
  n: null,
};

describe('a JSON value as a tree', () => {
  it('shows every value at its place', () => {
    const { container } = render(<Json value={message} label="x" />);
    const ways = [...container.querySelectorAll('[data-way]')].map((one) => one.getAttribute('data-way'));
    expect(ways).toEqual([
      'event',
      'properties',
      'properties.total',
      'properties.address',
      'properties.address.city',
      'properties.tags',
      'n',
    ]);
    expect(container.querySelectorAll('mark')).toHaveLength(0);
  });

  it('marks what is wrong, and tells what is missing where it should be', () => {
    const { container } = render(
      <Json
        value={message}
        marked={['properties.total', 'properties.address.zip', 'userId']}
        missing="missing"
        label="x"
      />,
    );
    const marks = [...container.querySelectorAll('mark')].map((one) => one.textContent);
    expect(marks).toEqual(['total', '"3"', 'zip: missing', 'userId: missing']);
    expect(screen.getByText('zip').closest('details')?.open).toBe(true);
  });

  it('tells a way that leads nowhere as a whole', () => {
    const { container } = render(<Json value={{}} marked={['a.b']} missing="missing" label="x" />);
    expect(container.textContent).toContain('{}');
    expect(
      render(<Json value={{ c: 1 }} marked={['a.b']} missing="missing" label="x" />).container.textContent,
    ).toContain('a.b: missing');
  });
});
