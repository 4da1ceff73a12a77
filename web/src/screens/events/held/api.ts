// What this tab asks of the server.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  countHeldBack,
  discard,
  mendHeld,
  mendRejected,
  rejected,
  release,
  sendMended,
  sendMendedHeld,
  waitingIds,
  waits,
} from '../../../api/sdk.gen';
import type { Counted, Fate, HeldBack, Refused, Sent, Waiting } from '../../../api/types.gen';
import '../../../app/client';

export type { Counted, Fate, HeldBack, Refused, Sent, Waiting };
export type List = 'rejected' | 'quarantine';

export interface Wanted {
  list: List;
  source: string | undefined;
  reason: string | undefined;
}

const throwOnError = true as const;
const PAGE = 50;
/** So many are let in or discarded by one request: between them it is told how far it is. */
const AT_ONCE = 100;
const COUNTS = ['held back', 'counts'] as const;
const LISTS = ['held back', 'list'] as const;
/** How often it is looked whether something new has come in, in milliseconds. */
const LOOK = 3_000;

const counts = async (): Promise<HeldBack> => (await countHeldBack({ throwOnError })).data;

export function useCounts() {
  return useQuery({ queryKey: COUNTS, queryFn: counts, refetchInterval: LOOK });
}

interface Page {
  items: (Refused | Waiting)[];
  counts: HeldBack;
}

/** The messages of a list, newest first, each page with the counts as they stood. */
export function useList({ list, source, reason }: Wanted) {
  return useInfiniteQuery({
    queryKey: [...LISTS, list, source, reason],
    initialPageParam: undefined as number | undefined,
    queryFn: async ({ pageParam }): Promise<Page> => {
      const query = { limit: PAGE, before: pageParam, source, reason };
      const standing = await counts();
      const items =
        list === 'rejected'
          ? (await rejected({ query, throwOnError })).data
          : (await waits({ query, throwOnError })).data;
      return { items, counts: standing };
    },
    getNextPageParam: ({ items }) => (items.length < PAGE ? undefined : items.at(-1)?.id),
  });
}

export async function allWaiting({ source, reason }: Wanted): Promise<number[]> {
  return (await waitingIds({ query: { source, reason }, throwOnError })).data;
}

export interface Work {
  what: 'release' | 'discard';
  ids: number[];
  told: (done: number, fates: Fate[]) => void;
}

export function useWork() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ what, ids, told }: Work) => {
      for (let start = 0; start < ids.length; start += AT_ONCE) {
        const body = { ids: ids.slice(start, start + AT_ONCE) };
        const fates = what === 'release' ? (await release({ body, throwOnError })).data.fates : [];
        if (what === 'discard') await discard({ body, throwOnError });
        told(start + body.ids.length, fates);
      }
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['held back'] }),
  });
}

export function useMendable(list: List, id: number) {
  return useQuery({
    queryKey: ['mendable', list, id],
    queryFn: async () =>
      list === 'rejected'
        ? (await mendRejected({ path: { rejection_id: id }, throwOnError })).data
        : (await mendHeld({ path: { held_id: id }, throwOnError })).data,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
}

export function useSend(list: List, id: number) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (text: string): Promise<Sent> =>
      list === 'rejected'
        ? (await sendMended({ path: { rejection_id: id }, body: { text }, throwOnError })).data
        : (await sendMendedHeld({ path: { held_id: id }, body: { text }, throwOnError })).data,
    onSuccess: ({ accepted }) => {
      if (accepted) void queries.invalidateQueries({ queryKey: ['held back'] });
    },
  });
}
