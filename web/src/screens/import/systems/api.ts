// What the screens of loads, lineage and quality ask of the server.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { dataQuality, eventsAndAttributes, load, loads, seenFields, whatDepends } from '../../../api/sdk.gen';
import '../../../app/client';
import { RUNS } from '../../../app/runs';
import { SEEN } from '../../../app/seen';

const throwOnError = true as const;
const LOADS = ['loads'] as const;

const EVERY = 5_000;
const WHILE_LOADING = 1_000;

/** The systems; asked again and again, since loads begin by themselves, too. */
export const useLoads = (asked: boolean) =>
  useQuery({
    queryKey: LOADS,
    queryFn: async () => (await loads({ throwOnError })).data.sources,
    refetchInterval: ({ state }) => (asked || state.data?.some((one) => one.going !== null) ? WHILE_LOADING : EVERY),
  });

interface Asked {
  /** None: all of them. */
  names: string[];
  full: boolean;
}

export function useLoading() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (asked: Asked) => load({ body: asked, throwOnError }),
    onSettled: () =>
      Promise.all([LOADS, RUNS, ['quality']].map((queryKey) => queries.invalidateQueries({ queryKey: [...queryKey] }))),
  });
}

export const useQuality = () =>
  useQuery({ queryKey: ['quality'], queryFn: async () => (await dataQuality({ throwOnError })).data });

export const useLineage = (what: string) =>
  useQuery({
    queryKey: ['lineage', what],
    queryFn: async () => (await whatDepends({ query: { what }, throwOnError })).data,
    enabled: what !== '',
    retry: false,
  });

/** The events that definitions name. */
export const useEvents = () =>
  useQuery({ queryKey: ['by event'], queryFn: async () => (await eventsAndAttributes({ throwOnError })).data });

export const useFields = (event: string) =>
  useQuery({
    queryKey: [...SEEN, 'track', event],
    queryFn: async () => (await seenFields({ query: { type: 'track', event }, throwOnError })).data,
    enabled: event !== '',
    retry: false,
  });
