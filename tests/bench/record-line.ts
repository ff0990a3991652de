/** Stands between the worker and the fax house and notes when each page had been received; passes everything on unchanged. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface WatchedLine {
  url: string;
  /** Milliseconds since 1970 at which the whole of a page had arrived, by our reference. */
  arrivals: Map<string, number>;
  close(): Promise<void>;
}

export async function watchLine(faxHouseUrl: string): Promise<WatchedLine> {
  const arrivals = new Map<string, number>();
  const agent = new http.Agent({ keepAlive: true });
  const server = http.createServer((request, response) => {
    const { method, headers, url = '' } = request;
    const reference = new URL(url, faxHouseUrl).searchParams.get('reference');
    if (method === 'POST' && reference) request.once('end', () => arrivals.set(reference, Date.now()));
    const onward = http.request(faxHouseUrl + url, { method: method ?? 'GET', headers, agent }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const close = (): Promise<void> =>
    new Promise((closed) => {
      agent.destroy();
      server.closeAllConnections();
      server.close(() => closed());
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, arrivals, close };
}
