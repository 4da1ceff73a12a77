import { fireEvent, render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { NewName } from './NewName';

test('a name that is there already, in big or small letters, is told and not begun', () => {
  const begun: string[] = [];
  const says = { says: 'New', begin: 'Begin', hint: 'Letters', taken: 'There already' };
  render(<NewName {...says} known={['Total']} put={(name) => begun.push(name)} />);
  const field = screen.getByRole('textbox', { name: 'New' });
  fireEvent.change(field, { target: { value: 'total' } });
  expect(screen.getByRole('status').textContent).toBe('There already');
  fireEvent.submit(field);
  fireEvent.change(field, { target: { value: 'total_2' } });
  expect(screen.getByRole('status').textContent).toBe('Letters');
  fireEvent.submit(field);
  expect(begun).toEqual(['total_2']);
});
