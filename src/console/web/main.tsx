import '@mantine/core/styles.css';
import { MantineProvider } from '@mantine/core';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Refused } from './api.ts';
import { App } from './app.tsx';
import { theme } from './shell/theme.ts';

/** The session is over: who is signed in is asked again, and the sign-in comes up over the page. */
const whenOver = (error: unknown, operation?: unknown): void => {
  const isOver = error instanceof Refused && error.code === 'not_signed_in' && operation !== 'who_am_i';
  if (isOver) void client.invalidateQueries({ queryKey: ['who_am_i'] });
};

const client: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: (error, query) => whenOver(error, query.queryKey[0]) }),
  mutationCache: new MutationCache({ onError: (error) => whenOver(error) }),
  defaultOptions: {
    queries: {
      staleTime: 5000,
      refetchOnWindowFocus: true,
      retry: (count, error) => error instanceof Refused && error.code === 'unreachable' && count < 3,
    },
  },
});

const root = document.getElementById('root');
if (!root) throw new Error('the page has no root');
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} forceColorScheme="light">
      <QueryClientProvider client={client}>
        <App />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
