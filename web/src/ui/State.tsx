// How something stands, in words; the colour of the mark before them says it once more.
import type { ReactNode } from 'react';

export type Standing = 'live' | 'building' | 'failed' | 'none';

export function State({ of, children }: { of: Standing; children: ReactNode }) {
  return (
    <span className={`standing standing-${of}`} dir="auto">
      {children}
    </span>
  );
}
