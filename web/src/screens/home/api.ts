// What this screen asks the server: how the workspace stands.
import { useQuery } from '@tanstack/react-query';
import { workspaceStanding } from '../../api';

const EVERY = 5_000;

export function useStanding() {
  return useQuery({
    queryKey: ['home', 'standing'],
    queryFn: async ({ signal }) => (await workspaceStanding({ signal, throwOnError: true })).data,
    refetchInterval: EVERY,
  });
}
