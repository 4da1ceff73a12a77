// What this screen asks the server: how the workspace stands and who sends, anew when the feed tells of changes.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { orderCohorts, sourcesStanding, stageMovement, workspaceStanding } from '../../api';
import type { Figure, SourceStanding, SourcesStanding, Trouble, WorkspaceStanding } from '../../api/types.gen';
import { ask } from '../../app/client';
import { useFeed } from '../../app/feed';
import { useRenewed } from '../../app/renewed';
import { RUNS } from '../../app/runs';

export type { Figure, SourceStanding, SourcesStanding, Trouble, WorkspaceStanding };

const ABOUT = ['home'];
/** What no message tells, such as the clock, runs, and what is held back, is looked at so often. */
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

/** How customers move: not with every message, since everybody is looked at. */
const SELDOM = 60_000;
const NOT_YET = 1_000;

export const useMovement = () =>
  useQuery({
    queryKey: ['movement'],
    queryFn: async ({ signal }) => (await stageMovement({ signal, throwOnError: true })).data,
    refetchInterval: ({ state }) => (state.data?.as_of === null && state.data.attribute !== null ? NOT_YET : SELDOM),
  });

export const useCohorts = () =>
  useQuery({
    queryKey: ['cohorts'],
    queryFn: async ({ signal }) => (await orderCohorts({ signal, throwOnError: true })).data,
    refetchInterval: ({ state }) => (state.data?.as_of === null && state.data.first !== null ? NOT_YET : SELDOM),
  });

/** Reads the screen's numbers anew as values change, and as messages come in that change none. */
export function useFollowed(): void {
  const renew = useRenewed(ABOUT, GATHER);
  useFeed('feed', renew);
  useFeed('stored', renew);
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
