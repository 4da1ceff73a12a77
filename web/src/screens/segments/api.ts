// What the segments' screen asks of the server.
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import {
  allSegments,
  checkSegment,
  customersOfSegment,
  listWrittenSegments,
  previewSegment,
  renameSegment,
  segment,
  segmentMembers,
  segmentMoves,
  segmentOverlaps,
  segmentSizes,
  valuesOfAttribute,
  wordsOfSegments,
  writtenSegment,
} from '../../api/sdk.gen';
import type { Entry, SegmentSizes, SentenceOutput } from '../../api/types.gen';
import '../../app/client';
import { useRenewed } from '../../app/renewed';
import { useQuiet } from '../attributes/api';
import { useReady } from '../attributes/ready/api';
import { SEGMENTS, stale, VOCABULARY, WRITTEN } from '../drafting/api';

export type Sentence = SentenceOutput;

const throwOnError = true as const;
const named = (name: string) => ({ path: { name }, throwOnError });
/** What is asked of somebody who writes: after so many milliseconds without a key. */
const PAUSE = 120;
const DAYS = 30;
const [SOON, SELDOM] = [1_000, 30_000];
const MOVES = 12;
/** Milliseconds in which moves are gathered before counts are read anew. */
const GATHER = 1_000;

async function answered<Answer>(asked: Promise<{ data: Answer }>): Promise<Answer> {
  return (await asked).data;
}

/** All segments in force; asked again soon until all of them are counted. */
export function useSegments() {
  const { data: written } = useWritten();
  return useQuery({
    queryKey: SEGMENTS,
    queryFn: () => answered(allSegments({ throwOnError })),
    refetchInterval: ({ state: { data } }) => {
      const counted = new Set(
        data?.segments.filter((one) => one.count !== null || one.why !== null).map((one) => one.name),
      );
      const complete = data?.as_of != null && written?.every((one) => !one.in_force || counted.has(one.name));
      return complete ? SELDOM : SOON;
    },
  });
}

/** Reads everything about segments anew. */
export const useMoved = () => useRenewed(SEGMENTS, GATHER);

export type Sizes = SegmentSizes;

/** How many were in segments (none: all) on the last days, and are now. */
export function useSizes(names: string[]) {
  return useQuery({
    queryKey: [...SEGMENTS, 'sizes', names],
    queryFn: () => answered(segmentSizes({ query: { name: names, days: DAYS }, throwOnError })),
  });
}

/** Who came in and left last, as it is recorded. */
export function useMoves(name: string, wanted: boolean) {
  return useQuery({
    queryKey: [...SEGMENTS, 'moves', name],
    queryFn: () => answered(segmentMoves({ ...named(name), query: { limit: MOVES } })),
    enabled: wanted,
  });
}

export function useWritten() {
  return useQuery({ queryKey: WRITTEN, queryFn: () => answered(listWrittenSegments({ throwOnError })) });
}

export function useWrittenOne(name: string) {
  return useQuery({
    queryKey: [...WRITTEN, name],
    queryFn: () => answered(writtenSegment(named(name))),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}

/** What a condition may name. */
export function useVocabulary() {
  return useQuery({ queryKey: VOCABULARY, queryFn: () => answered(wordsOfSegments({ throwOnError })) });
}

/** The names that attributes and segments have already; undefined until they are known. */
export function useTaken(): string[] | undefined {
  const { data: vocabulary } = useVocabulary();
  const { data: written } = useWritten();
  return (
    vocabulary && written && [...vocabulary.attributes, ...vocabulary.segments, ...written].map(({ name }) => name)
  );
}

/** The catalogue: its segments, and all that they may name. */
export function useReadySegments(wanted = true) {
  const found = useReady(wanted);
  const data = useMemo(() => {
    const all = found.data?.groups.flatMap((group) => group.entries);
    return all && { all, segments: all.filter((one) => one.kind === 'segment'), complete: found.data?.complete };
  }, [found.data]);
  return { ...found, data };
}

export function useValues(attribute: string | null) {
  return useQuery({
    queryKey: ['segment values', attribute],
    queryFn: () => answered(valuesOfAttribute({ query: { attribute: attribute ?? '' }, throwOnError })),
    enabled: attribute !== null,
    staleTime: 60_000,
  });
}

/** What is being written, looked at by the server: its lines, rows and mistakes. */
export function useChecked(entry: Entry) {
  const asked = useQuiet(entry, PAUSE);
  return useQuery({
    queryKey: ['checked segment', asked],
    // The answer tells what it answers; one that is kept would tell of another time at which the same was asked.
    gcTime: 0,
    queryFn: async ({ signal }) => ({
      asked,
      entry: await answered(checkSegment({ body: asked, signal, throwOnError })),
    }),
    placeholderData: keepPreviousData,
    retry: false,
  });
}

/**
 * Whom a condition lets through now; null: there is none yet. `right`: nothing is wrong with it as it is written, so that
 * what the server does not know yet is on its way, and is asked for until it is there.
 */
export function useTried(where: string | null, name: string, spread: string | null, wanted: boolean, right: boolean) {
  const queries = useQueryClient();
  const found = useQuery({
    queryKey: ['tried segment', where, name, spread],
    queryFn: ({ signal }) =>
      answered(previewSegment({ body: { where: where ?? '', name, spread }, signal, throwOnError })),
    enabled: wanted && where !== null,
    placeholderData: keepPreviousData,
    retry: false,
    refetchInterval: ({ state: { data } }) => {
      const counting = data?.mistakes.length === 0 && data.as_of == null && data.why == null;
      return counting || (right && data !== undefined && data.mistakes.length > 0) ? SOON : false;
    },
  });
  const arriving = right && !found.isPlaceholderData && (found.data?.mistakes.length ?? 0) > 0;
  useEffect(() => {
    if (arriving) return () => void queries.invalidateQueries({ queryKey: VOCABULARY });
  }, [arriving, queries]);
  return { data: found.data, arriving };
}

export function useRename(name: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (to: string) => answered(renameSegment({ ...named(name), body: { to } })),
    onSuccess: () => stale(queries),
  });
}

/** Some members with attributes, as they are now. */
export function useMembers(name: string, attributes: string[], wanted: boolean) {
  return useQuery({
    queryKey: [...SEGMENTS, 'members', name, attributes],
    queryFn: () => answered(customersOfSegment({ ...named(name), query: { attribute: attributes, limit: 20 } })),
    enabled: wanted,
    placeholderData: keepPreviousData,
  });
}

export interface Past {
  count: number | null;
  why?: string;
  of: number;
  as_of: string;
  members?: string[];
}

/** How many were in a segment at a time, and who, for whoever may know. */
export function usePast(name: string, at: string | null, personal: boolean) {
  return useQuery({
    queryKey: ['segment past', name, at, personal],
    queryFn: async ({ signal }) => {
      const asked = { ...named(name), query: { at }, signal };
      return (await answered(personal ? segmentMembers(asked) : segment(asked))) as Past;
    },
    enabled: at !== null,
    retry: false,
  });
}

/** How many customers segments share, two by two. */
export function useOverlaps(names: string[]) {
  return useQuery({
    queryKey: [...SEGMENTS, 'overlaps', names],
    queryFn: () => answered(segmentOverlaps({ query: { name: names }, throwOnError })),
    enabled: names.length > 0,
    placeholderData: keepPreviousData,
    retry: false,
  });
}

/** Where all members of a segment are downloaded, with the values of these attributes; `at` null: now. */
export function fileOf(name: string, format: 'csv' | 'parquet', attributes: string[], at: string | null): string {
  const asked = new URLSearchParams([['format', format], ...attributes.map((one) => ['attribute', one])]);
  if (at !== null) asked.set('at', at);
  return `/api/v1/segments/${encodeURIComponent(name)}/members/file?${asked}`;
}
