// What this screen asks the server, as queries that are kept, and statements that make them stale.
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import {
  customerLinks,
  customerProfile,
  customerTimeline,
  eraseCustomer,
  eventsBehind,
  joinIds,
  searchCustomers,
  unmergeIds,
} from '../../api/sdk.gen';
import type { CustomerErase, IdPair } from '../../api/types.gen';
import { useRenewed } from '../../app/renewed';

export type {
  AttributeShown,
  BehindShown,
  CustomerFound as Found,
  CustomerProfile,
  CustomerTimeline,
  Happened,
  IdLink,
  LeftOutShown,
  MessageShown,
  PartShown,
} from '../../api/types.gen';

const ALL = 'customers';
const PAGE = 50;
/** Milliseconds in which changes are gathered before messages and links, which take long, are read anew. */
const GATHER = 1_000;

/** What is on top and must keep pace with what comes in, and everything else about one customer. */
const profileOf = (customer: string) => [ALL, 'profile', customer] as const;
const about = (customer: string) => [ALL, 'one', customer] as const;

export function useSearch(q: string) {
  return useQuery({
    queryKey: [ALL, 'search', q],
    queryFn: async ({ signal }) => (await searchCustomers({ query: { q }, signal, throwOnError: true })).data,
    placeholderData: keepPreviousData,
  });
}

/** The two clocks: what happened until `at` counts, as far as it had come in at `known`; null: now, and everything. */
export interface Clocks {
  at: string | null;
  known: string | null;
}

const clocks = ({ at, known }: Clocks) => ({ at, known_at: known });

export function useProfile(customer: string, when: Clocks) {
  return useQuery({
    queryKey: [...profileOf(customer), when],
    queryFn: async ({ signal }) =>
      (await customerProfile({ query: { customer, ...clocks(when) }, signal, throwOnError: true })).data,
    placeholderData: (before) => before,
  });
}

interface BehindAsked {
  customer: string;
  attribute: string;
  of: 'counted' | 'left_out';
  when: Clocks;
}

export function useBehind({ customer, attribute, of, when }: BehindAsked) {
  return useInfiniteQuery({
    queryKey: [...about(customer), 'behind', attribute, of, when],
    queryFn: async ({ signal, pageParam: before }) => {
      const query = { customer, attribute, of, ...clocks(when), before, limit: PAGE };
      return (await eventsBehind({ query, signal, throwOnError: true })).data;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });
}

interface TimelineAsked {
  customer: string;
  when: Clocks;
  chosen: string[];
}

const EVENT = 'track:';

export function useTimeline({ customer, when, chosen }: TimelineAsked) {
  const event = chosen.filter((one) => one.startsWith(EVENT)).map((one) => one.slice(EVENT.length));
  const kind = chosen.filter((one) => !one.startsWith(EVENT));
  return useInfiniteQuery({
    queryKey: [...about(customer), 'timeline', when, chosen],
    queryFn: async ({ signal, pageParam: before }) => {
      const filters = chosen.length === 0 ? {} : { event, kind };
      const query = { customer, ...clocks(when), before, limit: PAGE, ...filters };
      return (await customerTimeline({ query, signal, throwOnError: true })).data;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });
}

export function useLinks(customer: string) {
  return useQuery({
    queryKey: [...about(customer), 'links'],
    queryFn: async ({ signal }) => (await customerLinks({ query: { customer }, signal, throwOnError: true })).data,
  });
}

export function useStatement() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ join, pair }: { join: boolean; pair: IdPair }) =>
      (await (join ? joinIds : unmergeIds)({ body: pair, throwOnError: true })).data,
    onSuccess: () => queries.invalidateQueries({ queryKey: [ALL] }),
  });
}

export function useErase() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (body: CustomerErase) => (await eraseCustomer({ body, throwOnError: true })).data,
    onSuccess: () => queries.invalidateQueries({ queryKey: [ALL] }),
  });
}

/** Where everything that is stored of a person is to be had as a file, its numbers exact. */
export function exportAddress(customer: string): string {
  return `/api/v1/customers/export?customer=${encodeURIComponent(customer)}`;
}

/** What changes about a customer makes everything about him stale. */
export function useStale(customer: string): () => void {
  const [profile, further] = [useRenewed(profileOf(customer)), useRenewed(about(customer), GATHER)];
  return useCallback(() => {
    profile();
    further();
  }, [profile, further]);
}
