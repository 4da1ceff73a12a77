// What the settings ask of the server, and what has to be asked anew when something was changed.
import { type QueryKey, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import type {
  Arrivals,
  Changed,
  KnownKey,
  KnownUser,
  MadeKey,
  MadeUser,
  RateLine,
  RatesChanged,
  RatesWritten,
  WorkspaceSettings,
} from '../../api/types.gen';
import { ask } from '../../app/client';
import { SESSION } from '../../app/session';

export type {
  Changed,
  KnownKey,
  KnownUser,
  MadeKey,
  MadeUser,
  RateLine,
  RatesChanged,
  RatesWritten,
  WorkspaceSettings,
};
export type Role = KnownUser['role'];
export type Kind = 'server' | 'browser' | 'api';
export type Scope = 'read' | 'write' | 'admin';

const API = '/api/v1';
const PAGE = 100;
const USERS = ['settings', 'users'];
const KEYS = ['settings', 'keys'];
const CHANGES = ['settings', 'changes'];
const SAID = ['settings', 'said'];
const RATES = ['settings', 'rates'];
const LOOK_EVERY = 1_000;

const at = (id: string) => encodeURIComponent(id);

/** A change, after which what it bears on is asked anew. */
function useChange<Asked, Told>(change: (asked: Asked) => Promise<Told>, ...bearsOn: QueryKey[]) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    scope: { id: 'settings' }, // one after the other: of two changes the later one is to hold
    onSuccess: () => Promise.all([...bearsOn, CHANGES].map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
}

export const useUsers = () => useQuery({ queryKey: USERS, queryFn: () => ask<KnownUser[]>('GET', `${API}/users`) });

export const useAddUser = () =>
  useChange(
    (user: { name: string; role: Role; personal_data: boolean }) => ask<MadeUser>('POST', `${API}/users`, user),
    USERS,
  );

export interface UserChange {
  role?: Role;
  personal_data?: boolean;
  disabled?: boolean;
}

export const useChangeUser = () =>
  useChange(
    ({ id, ...change }: UserChange & { id: string }) => ask<KnownUser>('PATCH', `${API}/users/${at(id)}`, change),
    USERS,
    // Somebody may have changed himself.
    [...SESSION],
  );

export const useResetPassword = () =>
  useChange((id: string) => ask<MadeUser>('POST', `${API}/users/${at(id)}/password`), USERS);

export const useRemoveUser = () => useChange((id: string) => ask<void>('DELETE', `${API}/users/${at(id)}`), USERS);

export const useKeys = () => useQuery({ queryKey: KEYS, queryFn: () => ask<KnownKey[]>('GET', `${API}/tokens`) });

export const useMakeKey = () =>
  useChange(
    (key: { kind: Kind; name: string; scope?: Scope; personal_data?: boolean }) =>
      ask<MadeKey>('POST', `${API}/tokens`, key),
    KEYS,
  );

export const useRevoke = () => useChange((id: string) => ask<void>('DELETE', `${API}/tokens/${at(id)}`), KEYS);

export const useSettings = () =>
  useQuery({ queryKey: SAID, queryFn: () => ask<WorkspaceSettings>('GET', `${API}/settings`) });

/** The rates of a currency as they are written; asked again until the numbers are made with them. */
export const useRates = (currency: string) =>
  useQuery({
    queryKey: [...RATES, currency],
    queryFn: () => ask<RatesWritten>('GET', `${API}/settings/rates?currency=${at(currency)}`),
    refetchInterval: ({ state }) => (state.data?.counts === false ? LOOK_EVERY : false),
    placeholderData: (before) => before,
  });

/** Asks for the settings anew, which tell the rates that count. */
export function useCountedAnew() {
  const queries = useQueryClient();
  return useCallback(() => void queries.invalidateQueries({ queryKey: SAID }), [queries]);
}

export interface RatesWanted {
  lines: RateLine[];
  table: string | null;
  version: string | null;
}

/** What a change of rates would do; nothing is written. */
export const useTryRates = () =>
  useMutation({
    mutationFn: (wanted: RatesWanted) => ask<RatesChanged>('POST', `${API}/settings/rates`, { ...wanted, check: true }),
  });

export const useChangeRates = () =>
  useChange((wanted: RatesWanted) => ask<RatesChanged>('POST', `${API}/settings/rates`, wanted), RATES, SAID);

export function useChanges() {
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: CHANGES,
    queryFn: ({ pageParam: before }) =>
      ask<Changed[]>('GET', `${API}/changes?limit=${PAGE}${before === null ? '' : `&before=${before}`}`),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => (page.length < PAGE ? null : page.at(-1)?.id),
  });
  return { pages: data?.pages.flat(), error, refetch, more: hasNextPage, loadMore: () => void fetchNextPage() };
}

export const useChangePassword = () =>
  useChange(
    (passwords: { current: string; new: string }) => ask<void>('PUT', `${API}/session/password`, passwords),
    [...SESSION],
  );

export function useLogOut() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => ask<void>('DELETE', `${API}/session`),
    // Nothing of what was seen stays behind for whoever logs in next.
    onSuccess: () => queries.resetQueries(),
  });
}

/** The first event of a source from now on, and the newest one that was refused. */
export function useArrival(source: string) {
  const [place, setPlace] = useState<string | null>(null);
  const [told, setTold] = useState<Arrivals | null>(null);
  const { error } = useQuery({
    queryKey: ['arrivals', source],
    queryFn: async () => {
      const from = place === null ? '' : `&place=${encodeURIComponent(place)}`;
      const found = await ask<Arrivals>('GET', `${API}/arrivals?source=${encodeURIComponent(source)}${from}`);
      setPlace(found.place);
      setTold(found);
      return found;
    },
    refetchInterval: told?.first ? false : LOOK_EVERY,
    gcTime: 0,
  });
  return { first: told?.first ?? null, refused: told?.refused ?? null, lost: error !== null };
}
