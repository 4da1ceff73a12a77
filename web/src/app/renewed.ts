// Queries that are read anew when somebody tells of a change: each for itself, one time after the other.
import { type Query, type QueryClient, type QueryKey, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';

/** Milliseconds. */
const LONGEST_REST = 2_000;

const rest = (time: number) => new Promise((done) => setTimeout(done, time));

/**
 * Reads the queries on the screen below a key anew whenever it is called; the others when they are looked at again.
 *
 * What changes while one is being read counts in its next time: a query that begins anew with each of many changes would
 * never end. After each time it rests half as long as that took, so that slow ones leave the server to quick ones.
 * `gather`: milliseconds that each time waits for more.
 */
export function renewing(queries: QueryClient, queryKey: QueryKey, gather = 0): () => void {
  const going = new Map<string, { again: boolean }>();
  const renew = async (query: Query) => {
    const state = { again: true };
    going.set(query.queryHash, state);
    while (state.again && query.isActive()) {
      if (gather > 0) await rest(gather);
      // What is being read already may be older than the change, and is waited for: cut off, it would begin anew.
      if (query.state.fetchStatus === 'fetching') await query.promise?.catch(() => undefined);
      state.again = false;
      const began = performance.now();
      await queries.refetchQueries({ queryKey: query.queryKey, exact: true });
      await rest(Math.min((performance.now() - began) / 2, LONGEST_REST));
    }
    going.delete(query.queryHash);
  };
  return () => {
    void queries.invalidateQueries({ queryKey, refetchType: 'none' });
    for (const query of queries.getQueryCache().findAll({ queryKey, type: 'active' })) {
      const state = going.get(query.queryHash);
      if (state === undefined) void renew(query);
      else state.again = true;
    }
  };
}

/** The same for a screen; what it returns stays the same, for `useFeed`. */
export function useRenewed(queryKey: QueryKey, gather = 0): () => void {
  const queries = useQueryClient();
  const key = JSON.stringify(queryKey);
  return useMemo(() => renewing(queries, JSON.parse(key), gather), [queries, key, gather]);
}
