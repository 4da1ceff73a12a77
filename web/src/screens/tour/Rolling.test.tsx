import { act, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Rolling } from './Rolling';

const say = (value: number) => value.toFixed(2);

function reduced(still: boolean) {
  vi.stubGlobal('matchMedia', () => ({ matches: still }));
}

describe('a number that rolls', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    reduced(false);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('stands still at first, runs upwards, and ends at exactly what it is to be', () => {
    const { rerender, container } = render(<Rolling value={100} say={say} />);
    expect(container.textContent).toBe('100.00');

    rerender(<Rolling value={137} say={say} />);
    const seen = Array.from({ length: 70 }, () => {
      act(() => vi.advanceTimersByTime(16));
      return Number(container.textContent);
    });

    expect(seen).toEqual([...seen].sort((one, other) => one - other));
    expect(seen.some((value) => value > 100 && value < 137)).toBe(true);
    expect(container.textContent).toBe('137.00');
  });

  it('jumps for whoever wants no motion', () => {
    reduced(true);
    const { rerender } = render(<Rolling value={1} say={say} />);
    rerender(<Rolling value={2} say={say} />);
    act(() => vi.advanceTimersByTime(16));
    expect(screen.getByText('2.00')).toBeDefined();
  });
});
