// What is asked of the server on the way from a draft to force: the same of attributes and of segments.
import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  diffAttributeDraft,
  diffSegmentDraft,
  discardAttributeDraft,
  discardSegmentDraft,
  keepAttributeDraft,
  keepSegmentDraft,
  publishAttribute,
  publishSegment,
  writtenAttribute,
  writtenSegment,
} from '../../api/sdk.gen';
import '../../app/client';

const ASKED = {
  attributes: {
    written: writtenAttribute,
    keep: keepAttributeDraft,
    discard: discardAttributeDraft,
    diff: diffAttributeDraft,
    publish: publishAttribute,
  },
  segments: {
    written: writtenSegment,
    keep: keepSegmentDraft,
    discard: discardSegmentDraft,
    diff: diffSegmentDraft,
    publish: publishSegment,
  },
};
export type Section = keyof typeof ASKED;

export const ATTRIBUTES = ['attributes'] as const;
export const SEGMENTS = ['segments'] as const;
export const WRITTEN = ['written segments'] as const;
export const VOCABULARY = ['segment words'] as const;
const LISTS = { attributes: ATTRIBUTES, segments: WRITTEN };
const throwOnError = true as const;
const named = (name: string) => ({ path: { name }, throwOnError });
/** So often it is looked whether somebody else has published meanwhile. */
const LOOK = 5_000;

/** Everything that is known of definitions is asked again: attributes and segments are made of one another. */
export function stale(queries: QueryClient) {
  const kinds = ['versions', 'backfill', 'by event', 'looked', 'tried segment'].map((one) => [one]);
  for (const queryKey of [ATTRIBUTES, SEGMENTS, WRITTEN, VOCABULARY, ...kinds]) {
    void queries.invalidateQueries({ queryKey });
  }
}

export function useKeep(section: Section, name: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (draft: { text: string; base: string | null }) =>
      (await ASKED[section].keep({ ...named(name), body: draft })).data,
    onSuccess: () => queries.invalidateQueries({ queryKey: LISTS[section], exact: true }),
  });
}

export function useDiscard(section: Section, name: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => ASKED[section].discard(named(name)),
    onSuccess: () => stale(queries),
  });
}

/** It as it stands by now: somebody else may publish it while you write. */
export function useStanding(section: Section, name: string) {
  return useQuery({
    queryKey: ['standing', section, name],
    queryFn: async () => (await ASKED[section].written(named(name))).data,
    refetchInterval: LOOK,
    gcTime: 0,
    staleTime: 0,
  });
}

/** What your draft changes of what is written; `over` is the version of that. */
export function useDiff(section: Section, name: string, wanted: boolean, over: string | null = null) {
  return useQuery({
    queryKey: ['diff', section, name, over],
    queryFn: async () => (await ASKED[section].diff(named(name))).data,
    enabled: wanted,
    gcTime: 0,
    staleTime: 0,
  });
}

export function usePublish(section: Section, name: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (base: string | null) => (await ASKED[section].publish({ ...named(name), body: { base } })).data,
    onSettled: () => stale(queries),
  });
}
