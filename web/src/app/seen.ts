// The events that were really sent, asked once for every screen that offers them.
import { useQuery } from '@tanstack/react-query';
import { seenEvents } from '../api/sdk.gen';
import './client';

export const SEEN = ['seen'] as const;
const SOON = 1_000;

export const useSeenEvents = () =>
  useQuery({
    queryKey: SEEN,
    queryFn: async () => (await seenEvents({ throwOnError: true })).data,
    refetchInterval: ({ state }) => (state.data?.complete === false ? SOON : false),
  });
