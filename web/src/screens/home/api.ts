// What this screen asks the server: how the workspace stands, and what has run lately.
import { useQuery } from '@tanstack/react-query';
import { workspaceStanding } from '../../api';
import { ask } from '../../app/client';

const EVERY = 5_000;

export function useStanding() {
  return useQuery({
    queryKey: ['home', 'standing'],
    queryFn: async ({ signal }) => (await workspaceStanding({ signal, throwOnError: true })).data,
    refetchInterval: EVERY,
  });
}

export interface Run {
  number: number;
  kind: string;
  started: string;
  ended?: string;
  seconds?: number;
  error?: string | null;
  done?: number;
  of?: number;
}

export function useRuns() {
  return useQuery({
    queryKey: ['home', 'runs'],
    queryFn: async () => (await ask<{ runs: Run[] }>('GET', '/api/v1/runs')).runs,
    refetchInterval: EVERY,
  });
}
