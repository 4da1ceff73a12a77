// Where somebody is stands in the address, and nowhere else.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

type Search = Record<string, unknown>;

/** The address's parameters, and how to change them: with `replace` the way back leads past what was there. */
export function useAddress(): [Search, (change: (from: Search) => Search, replace?: boolean) => void] {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const change = useCallback(
    (to: (from: Search) => Search, replace = false) => {
      void navigate({ to: '.', search: ((from: Search) => to(from)) as never, replace });
    },
    [navigate],
  );
  return [search, change];
}
