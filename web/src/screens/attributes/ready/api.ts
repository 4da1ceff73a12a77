// What the catalogue asks of the server.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { addReady, lookAtAddition, readyEntries } from '../../../api/sdk.gen';
import type { Wanted, WantedOver } from '../../../api/types.gen';
import '../../../app/client';

const throwOnError = true as const;
const READY = ['catalogue'] as const;
/** How often is asked whether all messages were looked at. */
const LOOKING = 3_000;

export function useReady(wanted = true) {
  return useQuery({
    queryKey: READY,
    queryFn: async () => (await readyEntries({ throwOnError })).data,
    enabled: wanted,
    refetchInterval: ({ state }) => (state.data?.complete === false ? LOOKING : false),
  });
}

export function useAddition(wanted: Wanted) {
  return useQuery({
    queryKey: [...READY, 'addition', wanted],
    queryFn: async () => (await lookAtAddition({ body: wanted, throwOnError })).data,
    retry: false,
    gcTime: 0,
  });
}

export function useAdd() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (wanted: WantedOver) => (await addReady({ body: wanted, throwOnError })).data,
    // Everything that tells of definitions is another now.
    onSuccess: () => queries.invalidateQueries(),
  });
}
