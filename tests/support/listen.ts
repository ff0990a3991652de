import type http from 'node:http';
import type express from 'express';

/** Serves an app on a free port of this machine. */
export async function listen(app: express.Express): Promise<{ url: string; close(): Promise<void> }> {
  const server: http.Server = await new Promise((resolve) => {
    const started = app.listen(0, '127.0.0.1', () => resolve(started));
    started.keepAliveTimeout = 65_000; // an idle connection must not close under the next request
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
