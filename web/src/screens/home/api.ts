// What this screen asks the server: how the workspace stands and who sends, anew when the feed tells of changes.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { sourcesStanding, workspaceStanding } from '../../api';
import type { Figure, SourceStanding, SourcesStanding, Standing, Trouble } from '../../api/types.gen';
import { ask } from '../../app/client';
import { useFeed } from '../../app/feed';
import { useRenewed } from '../../app/renewed';
import { RUNS } from '../../app/runs';

export type { Figure, SourceStanding, SourcesStanding, Standing, Trouble };

const ABOUT = ['home'];
const EVERY = 5_000;
/** While everything is counted for the first time. */
const SOON = 500;
/** Milliseconds from a change to the next look: of many changes in a row one is enough. */
const GATHER = 300;

export const useStanding = () =>
  useQuery({
    queryKey: [...ABOUT, 'standing'],
    queryFn: async ({ signal }) => (await workspaceStanding({ signal, throwOnError: true })).data,
    refetchInterval: EVERY,
  });

export const useSources = () =>
  useQuery({
    queryKey: [...ABOUT, 'sources'],
    queryFn: async ({ signal }) => (await sourcesStanding({ signal, throwOnError: true })).data,
    refetchInterval: ({ state }) => (state.data?.complete === false ? SOON : EVERY),
  });

/** Reads the screen's numbers anew as the feed tells of changes. */
export function useFollowed(): void {
  useFeed('feed', useRenewed(ABOUT, GATHER));
}

export type Again = 'batch' | 'audit';
const ASKED = { batch: {}, audit: { sample: 1_000 } };

/** Runs a batch, or an audit of some customers, now. */
export function useAgain() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (kind: Again) => ask<unknown>('POST', `/api/v1/${kind}`, ASKED[kind]),
    onSettled: () => Promise.all([ABOUT, RUNS].map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
}
