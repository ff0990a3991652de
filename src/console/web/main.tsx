import '@mantine/core/styles.css';
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Refused, whenSignedOut } from './api.ts';
import { App } from './app.tsx';
import { theme } from './shell/theme.ts';

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5000,
      refetchOnWindowFocus: true,
      retry: (count, error) => error instanceof Refused && error.code === 'unreachable' && count < 3,
    },
  },
});

// Who is signed in is asked again, and the sign-in comes up over the page.
whenSignedOut(() => void client.invalidateQueries({ queryKey: ['who_am_i'] }));

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
