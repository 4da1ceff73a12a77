// What the attribute builder asks of the server.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import {
  attributeVersions,
  backfillProgress,
  checkAttribute,
  definitionLanguage,
  effectsOfEvent,
  eventsAndAttributes,
  listAttributes,
  previewAttribute,
  seenFields,
  writtenAttribute,
} from '../../api/sdk.gen';
import type { Entry, Looked, Preview, SentenceOutput } from '../../api/types.gen';
import '../../app/client';
import { SEEN } from '../../app/seen';
import { ATTRIBUTES } from '../drafting/api';

export type Sentence = SentenceOutput;
export type Condition = NonNullable<Sentence['where']>;

const throwOnError = true as const;
const named = (name: string) => ({ path: { name }, throwOnError });
/** What is asked of somebody who writes: after so many milliseconds without a key. */
const PAUSE = 120;

async function answered<Answer>(asked: Promise<{ data: Answer }>): Promise<Answer> {
  return (await asked).data;
}

export function useAttributes() {
  return useQuery({ queryKey: ATTRIBUTES, queryFn: () => answered(listAttributes({ throwOnError })) });
}

export function useAttribute(name: string) {
  return useQuery({
    queryKey: [...ATTRIBUTES, name],
    queryFn: () => answered(writtenAttribute(named(name))),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}

/** What is being written, looked at by the server: with a preview for whoever may write. */
export function useLooked(entry: Entry, write: boolean) {
  const asked = useQuiet(entry, PAUSE);
  return useQuery({
    queryKey: ['looked', asked, write],
    // The answer tells what it answers; one that is kept would tell of another time at which the same was asked.
    gcTime: 0,
    queryFn: async ({ signal }): Promise<{ asked: Entry; entry: Looked; preview: Preview | null }> => {
      if (!write)
        return { asked, entry: await answered(checkAttribute({ body: asked, signal, throwOnError })), preview: null };
      const preview = await answered(previewAttribute({ body: asked, signal, throwOnError }));
      return { asked, entry: preview.entry, preview };
    },
    placeholderData: keepPreviousData,
    retry: false,
  });
}

/** A value once it has stood for a while. */
export function useQuiet<Held>(value: Held, pause: number): Held {
  const [held, setHeld] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setHeld(value), pause);
    return () => clearTimeout(timer);
  }, [value, pause]);
  return held;
}

export function useVersions(name: string) {
  return useQuery({ queryKey: ['versions', name], queryFn: () => answered(attributeVersions(named(name))) });
}

export function useBackfill() {
  return useQuery({
    queryKey: ['backfill'],
    queryFn: () => answered(backfillProgress({ throwOnError })),
    refetchInterval: ({ state }) => (state.data?.served === false && state.data.state !== 'failed' ? 1_000 : false),
  });
}

/** What one event updates, by its own name or by that of its type. */
export function useEffects(event: Which | undefined) {
  const query = { type: event?.type ?? 'track', event: event?.name ?? undefined };
  return useQuery({
    queryKey: ['by event', query],
    queryFn: () => answered(effectsOfEvent({ query, throwOnError })),
    enabled: event !== undefined,
  });
}

export function useByEvent() {
  return useQuery({ queryKey: ['by event'], queryFn: () => answered(eventsAndAttributes({ throwOnError })) });
}

export function useLanguage() {
  return useQuery({
    queryKey: ['language'],
    queryFn: () => answered(definitionLanguage({ throwOnError })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useSeenFields(event: Which | undefined) {
  const type = event?.type ?? 'track';
  const name = event?.name ?? undefined;
  return useQuery({
    queryKey: [...SEEN, type, name],
    queryFn: () => answered(seenFields({ query: { type, event: name }, throwOnError })),
    enabled: event !== undefined && (type !== 'track' || name !== undefined),
    retry: false,
  });
}

export type Which = NonNullable<Sentence['event']>[number];
