// What this screen asks the server, anew when the feed tells of changes.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { microSegmentMigration, microSegments, oneMicroSegment } from '../../api';
import type {
  Distribution,
  Feature,
  MicroSegment,
  MicroSegmentShown,
  MicroSegments,
  MigrationShown,
} from '../../api/types.gen';
import { useFeed } from '../../app/feed';
import { useRenewed } from '../../app/renewed';

export type { Distribution, Feature, MicroSegment, MicroSegmentShown, MicroSegments, MigrationShown };

const ABOUT = ['micro-segments'];
/** Milliseconds from a change to the next look: of many changes in a row one is enough. */
const GATHER = 400;
/** While everybody is being read, and while there is no model yet, which a batch may bring. */
const SOON = 2_000;

export const useAll = () =>
  useQuery({
    queryKey: [...ABOUT, 'all'],
    queryFn: async ({ signal }) => (await microSegments({ signal, throwOnError: true })).data,
    refetchInterval: ({ state }) => (state.data?.as_of == null ? SOON : false),
  });

export const useOne = (id: string | null, beside: string | null) =>
  useQuery({
    queryKey: [...ABOUT, 'one', id, beside],
    queryFn: async ({ signal }) =>
      (
        await oneMicroSegment({
          path: { micro_segment_id: id ?? '' },
          query: beside === null ? {} : { beside },
          signal,
          throwOnError: true,
        })
      ).data,
    enabled: id !== null,
    placeholderData: keepPreviousData,
  });

export const useMoves = (from: string | null, to: string | null) =>
  useQuery({
    queryKey: [...ABOUT, 'moves', from, to],
    queryFn: async ({ signal }) =>
      (
        await microSegmentMigration({
          query: { ...(from === null ? {} : { from }), ...(to === null ? {} : { to }) },
          signal,
          throwOnError: true,
        })
      ).data,
    placeholderData: keepPreviousData,
  });

/** Sizes and moves follow every change. */
export function useFollowed(): void {
  useFeed('feed', useRenewed(ABOUT, GATHER));
}
