// What the models' screen asks of the server.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { batch, models } from '../../../api/sdk.gen';
import '../../../app/client';
import { RUNS } from '../../../app/runs';

const throwOnError = true as const;

export function useModels() {
  return useQuery({ queryKey: ['models'], queryFn: async () => (await models({ throwOnError })).data.models });
}

/** Runs a batch, which trains every model. */
export function useTraining() {
  const queries = useQueryClient();
  return useMutation({
    mutationKey: ['training'],
    mutationFn: () => batch({ body: {}, throwOnError }),
    onSettled: () => Promise.all([['models'], RUNS].map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
}
