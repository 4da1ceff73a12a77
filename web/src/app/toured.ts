// Whoever opens a demo for the first time, by its bare address, is led to the tour once.
import { useState } from 'react';
import { OPENED_AT } from './opened';
import { useRights } from './session';

const KEPT = 'hundredfold-toured';

export function keepToured(): void {
  localStorage.setItem(KEPT, 'yes');
}

/** Whether the tour comes first: nobody has seen it in this browser yet. */
export function useTourFirst(): boolean {
  const { demo } = useRights();
  const [first] = useState(() => OPENED_AT === '/' && localStorage.getItem(KEPT) === null);
  return demo && first;
}
