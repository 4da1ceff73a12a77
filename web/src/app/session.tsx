// Who is logged in, and what that lets him do.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect } from 'react';
import { ask, whenSessionEnds } from './client';

export interface User {
  id: string;
  name: string;
  role: 'viewer' | 'marketer' | 'admin';
  scope: 'read' | 'write' | 'admin';
  personal_data: boolean;
  generated_password: boolean;
  demo: boolean;
}

export interface Session {
  user: User | null;
  /** Whether the workspace has users; without any nobody can log in yet. */
  users: boolean;
  /** The browser has the cookie of a session that is over. */
  ended: boolean;
  ends_at: string | null;
  workspace: { name: string; timezone: string; currency: string } | null;
}

export const SESSION = ['session'] as const;

const Context = createContext<Session | null>(null);

export function useAskedSession() {
  const queries = useQueryClient();
  useEffect(
    () => whenSessionEnds(() => void queries.invalidateQueries({ queryKey: SESSION, refetchType: 'active' })),
    [queries],
  );
  return useQuery({
    queryKey: SESSION,
    queryFn: () => ask<Session>('GET', '/api/v1/session'),
    staleTime: 60_000,
    refetchOnWindowFocus: true,
  });
}

export function SessionProvider({ session, children }: { session: Session; children: ReactNode }) {
  return <Context.Provider value={session}>{children}</Context.Provider>;
}

export function useSession(): Session {
  const session = useContext(Context);
  if (session === null) throw new Error('a session is only to be had within SessionProvider');
  return session;
}

export interface Rights {
  write: boolean;
  admin: boolean;
  personal: boolean;
  /** He works on the machine of a demo, and there is a tour. */
  demo: boolean;
}

export function useRights(): Rights {
  const { user } = useSession();
  const scope = user?.scope ?? 'read';
  const [personal, demo] = [user?.personal_data ?? false, user?.demo ?? false];
  return { write: scope !== 'read', admin: scope === 'admin', personal, demo };
}
