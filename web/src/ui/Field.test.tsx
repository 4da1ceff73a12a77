import { fireEvent, render, screen } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { Check, Options, Select, TextField, Typed } from './Field';

describe('a field', () => {
  it('is found by its name, read aloud with its hint, and says what was typed', () => {
    const put = vi.fn();
    render(<TextField label="Name" hint="as on the invoice" value="" put={put} />);

    const field = screen.getByLabelText('Name');
    fireEvent.change(field, { target: { value: 'Ada' } });

    expect(put).toHaveBeenCalledWith('Ada');
    const hint = document.getElementById(field.getAttribute('aria-describedby') ?? '');
    expect(hint?.textContent).toBe('as on the invoice');
  });

  it('without a hint points at none', () => {
    render(<TextField label="Name" value="" put={() => undefined} />);
    expect(screen.getByLabelText('Name').hasAttribute('aria-describedby')).toBe(false);
  });

  it('offers what each value is called, and says which was chosen', () => {
    const put = vi.fn();
    render(
      <Select<string> label="Role" value="viewer" put={put}>
        <Options of={{ viewer: 'looks', admin: 'does everything' }} />
      </Select>,
    );

    fireEvent.change(screen.getByLabelText('Role'), { target: { value: 'admin' } });

    expect(screen.getAllByRole('option').map((one) => one.textContent)).toEqual(['looks', 'does everything']);
    expect(put).toHaveBeenCalledWith('admin');
  });

  it('is ticked by its name', () => {
    const put = vi.fn();
    render(<Check label="See personal data" checked={false} put={put} />);
    fireEvent.click(screen.getByLabelText('See personal data'));
    expect(put).toHaveBeenCalledWith(true);
  });

  it('offers each text that was seen once, and takes any other', () => {
    const put = vi.fn();
    const { container } = render(<Typed says="Event" value="" offered={['Sold', 'Seen', 'Sold']} put={put} />);

    fireEvent.change(screen.getByRole('combobox', { name: 'Event' }), { target: { value: 'Brought back' } });

    expect([...container.querySelectorAll('option')].map((one) => one.value)).toEqual(['Sold', 'Seen']);
    expect(put).toHaveBeenCalledWith('Brought back');
  });
});
