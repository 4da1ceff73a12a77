// Queries that are read anew when somebody tells of a change, one time after the other.
import { type QueryClient, type QueryKey, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';

/**
 * Reads queries anew whenever it is called. What changes while they are being read counts in the next time: a query that
 * begins anew with each of many changes would never end. `gather`: milliseconds that each time waits for more.
 */
export function renewing(queries: QueryClient, queryKey: QueryKey, gather = 0): () => void {
  let going = false;
  let again = false;
  const renew = async () => {
    going = true;
    do {
      if (gather > 0) await new Promise((done) => setTimeout(done, gather));
      again = false;
      await queries.invalidateQueries({ queryKey });
    } while (again);
    going = false;
  };
  return () => {
    again = true;
    if (!going) void renew();
  };
}

/** The same for a screen; what it returns stays the same, for `useFeed`. */
export function useRenewed(queryKey: QueryKey, gather = 0): () => void {
  const queries = useQueryClient();
  const key = JSON.stringify(queryKey);
  return useMemo(() => renewing(queries, JSON.parse(key), gather), [queries, key, gather]);
}
