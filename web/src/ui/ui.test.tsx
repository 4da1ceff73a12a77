import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SpeechProvider } from '../app/speech';
import { Bar } from './Bar';
import { Copyable } from './Copy';
import { Empty } from './Empty';
import { Table } from './Table';
import { Trouble } from './Trouble';

const inSpeech = (children: ReactNode) =>
  render(
    <QueryClientProvider client={new QueryClient()}>
      <SpeechProvider zone="UTC" currency="EUR">
        {children}
      </SpeechProvider>
    </QueryClientProvider>,
  );

describe('what every screen is made of', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('tells of trouble in the words of the error, with the way on where there is one', () => {
    const again = vi.fn();
    inSpeech(<Trouble error={new Error('No such file. Drop it anew.')} again={again} as="Drop another" />);

    expect(screen.getByRole('alert').textContent).toContain('No such file. Drop it anew.');
    fireEvent.click(screen.getByRole('button', { name: 'Drop another' }));
    expect(again).toHaveBeenCalledOnce();
  });

  it('tells of no trouble where there is none', () => {
    inSpeech(<Trouble error={null} again={() => undefined} />);
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('copies a text and says so', async () => {
    const writeText = vi.fn(async () => undefined);
    vi.stubGlobal('navigator', { ...navigator, language: 'en', clipboard: { writeText } });
    inSpeech(<Copyable text="hf demo" />);

    fireEvent.click(screen.getByRole('button', { name: 'Copy' }));

    await waitFor(() => expect(screen.getByRole('status').textContent).toBe('Copied'));
    expect(writeText).toHaveBeenCalledWith('hf demo');
  });

  it('shows a text to be selected where the browser lends no clipboard', () => {
    vi.stubGlobal('navigator', { ...navigator, language: 'en', clipboard: undefined });
    inSpeech(<Copyable text="hf demo" />);
    expect(screen.getByText('hf demo')).toBeDefined();
    expect(screen.queryByRole('button')).toBeNull();
  });

  it('heads columns of numbers as numbers, and reads heads aloud that the eye does not need', () => {
    render(
      <Table heads={['Who', { text: 'Orders', number: true }, { text: 'Actions', hidden: true }]}>
        <tbody />
      </Table>,
    );
    const heads = within(screen.getByRole('table')).getAllByRole('columnheader');
    expect(heads.map((head) => [head.textContent, head.className])).toEqual([
      ['Who', ''],
      ['Orders', 'number'],
      ['Actions', ''],
    ]);
    expect(heads[2]?.firstElementChild?.className).toBe('hidden');
  });

  it('shows how far something is where its end is known, never more than all of it', () => {
    const { rerender } = render(<Bar label="Import" done={12} of={10} />);
    expect(screen.getByRole('progressbar').getAttribute('value')).toBe('10');
    rerender(<Bar label="Import" done={12} of={null} />);
    expect(screen.getByRole('progressbar').hasAttribute('value')).toBe(false);
  });

  it('says of an empty list how it is filled', () => {
    render(<Empty title="No keys yet">Make one for each source.</Empty>);
    expect(screen.getByText('No keys yet')).toBeDefined();
    expect(screen.getByText('Make one for each source.')).toBeDefined();
  });
});
