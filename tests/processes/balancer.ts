/** What stands before several gateways in production: one address, each request to the next gateway that lives. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Balancer {
  url: string;
  /** Requests answered by each port so far. */
  served: ReadonlyMap<number, number>;
  close(): Promise<void>;
}

export async function balancer(ports: readonly number[]): Promise<Balancer> {
  const served = new Map(ports.map((port) => [port, 0]));
  const agent = new http.Agent({ keepAlive: true });
  let turn = 0;
  const forward = (port: number, request: http.IncomingMessage, body: string, response: http.ServerResponse) =>
    new Promise<boolean>((resolve) => {
      const { method, url: path, headers } = request;
      const onward = http.request({ host: '127.0.0.1', port, method, path, headers, agent }, (answer) => {
        served.set(port, (served.get(port) ?? 0) + 1);
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
        resolve(true);
      });
      onward.once('error', () => resolve(false)); // refused or broken: the carrier's request goes to another one
      onward.end(body);
    });
  const server = http.createServer(async (request, response) => {
    const body = await text(request);
    turn += 1;
    for (let tries = 0; tries < ports.length; tries++) {
      const port = ports[(turn + tries) % ports.length] ?? 0;
      if (await forward(port, request, body, response)) return;
    }
    response.writeHead(502).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    served,
    async close() {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
