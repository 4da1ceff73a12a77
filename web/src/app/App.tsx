// Everything together: whoever is logged in sees the screens, everybody else the login.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { Problem } from './client';
import { FeedProvider, Socket } from './feed';
import { router } from './router';
import { SessionProvider, useAskedSession } from './session';
import { useFrame } from './speaking';
import { SpeechProvider } from './speech';
import { Loading } from './Wrong';

const Login = lazy(() => import('../screens/login/Login'));

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      refetchOnWindowFocus: false,
      // What the server refused it will refuse again; a server that does not answer may be back soon.
      retry: (count, error) => !(error instanceof Problem) && count < 2,
    },
  },
});

export function App() {
  return (
    <QueryClientProvider client={queries}>
      <Page />
    </QueryClientProvider>
  );
}

function Page() {
  const { data: session, error, refetch } = useAskedSession();
  const [socket] = useState(() => new Socket());
  const { timezone: zone = 'UTC', currency = 'EUR' } = session?.workspace ?? {};
  return (
    <SpeechProvider zone={zone} currency={currency}>
      {session === undefined ? (
        error !== null && <Unreachable again={refetch} />
      ) : (
        <SessionProvider session={session}>
          <Suspense fallback={<Loading />}>
            {session.user === null ? (
              <Login />
            ) : (
              <FeedProvider socket={socket}>
                <RouterProvider router={router} />
              </FeedProvider>
            )}
          </Suspense>
        </SessionProvider>
      )}
    </SpeechProvider>
  );
}

function Unreachable({ again }: { again: () => unknown }) {
  const { words: w } = useFrame();
  return (
    <main className="wrong" role="alert">
      <h1>{w.unreachable}</h1>
      <button type="button" onClick={() => again()}>
        {w.again}
      </button>
    </main>
  );
}
