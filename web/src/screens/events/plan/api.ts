// What the tracking plan asks of the server.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { diffPlan, plannedEvent, trackingPlan, writePlan } from '../../../api/sdk.gen';
import type { Asked, EventStanding } from '../../../api/types.gen';
import '../../../app/client';

export type {
  Asked,
  DriftShown,
  EventPlanned,
  EventStanding,
  Expected,
  FieldStanding,
  PlanDiff,
  PlanStanding,
} from '../../../api/types.gen';

const throwOnError = true as const;
const PLAN = ['tracking plan'] as const;
/** How often it is looked anew, in milliseconds: quickly while messages are being read, then now and then. */
const SOON = 1_000;
const LATER = 15_000;

export function usePlan() {
  return useQuery({
    queryKey: PLAN,
    queryFn: async () => (await trackingPlan({ throwOnError })).data,
    refetchInterval: ({ state }) => (state.data?.complete === false ? SOON : LATER),
  });
}

export function usePlanned({ type, name }: Pick<EventStanding, 'type' | 'name'>) {
  return useQuery({
    queryKey: [...PLAN, type, name],
    queryFn: async () => (await plannedEvent({ query: { type, event: name }, throwOnError })).data,
    refetchInterval: ({ state }) => (state.data?.complete === false ? SOON : LATER),
  });
}

export function useDiff(asked: Asked | null) {
  return useQuery({
    queryKey: [...PLAN, 'diff', asked],
    queryFn: async () => (await diffPlan({ body: asked as Asked, throwOnError })).data,
    enabled: asked !== null,
    gcTime: 0,
    staleTime: 0,
    retry: false,
  });
}

export function useWrite() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (asked: Asked & { version: string | null }) =>
      (await writePlan({ body: asked, throwOnError })).data,
    onSettled: () => queries.invalidateQueries({ queryKey: PLAN }),
  });
}
