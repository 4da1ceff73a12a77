// What has run and what is to run, asked once for every screen that shows it.
import { useQuery } from '@tanstack/react-query';
import { ask } from './client';

/** A run as the book of runs has it. */
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

interface Runs {
  /** The newest first. */
  runs: Run[];
  /** Names of jobs and when each runs next. */
  scheduled: Record<string, string>;
}

export const RUNS = ['runs'];
const EVERY = 5_000;

export const useRuns = () =>
  useQuery({
    queryKey: RUNS,
    queryFn: () => ask<Runs>('GET', '/api/v1/runs'),
    refetchInterval: EVERY,
  });
