import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import Telnyx from 'telnyx';
import { type BilevelPage, blankPage, fine } from '../../../src/imaging/bilevel.ts';
import { encodeTiff } from '../../../src/imaging/tiff.ts';
import type { FaxView } from '../../../src/simulators/faxhouse/control/views.ts';
import { type FaxHouse, startFaxHouse } from '../../../src/simulators/faxhouse/faxhouse.ts';
import { seeded } from '../../exchange/support/town.ts';
import { FakeClock } from '../../support/clock.ts';

export const clinic = '+81450000401';
export const otherClinic = '+81450000402';
export const interfaxNumber = '+81350000100';
export const telnyxNumber = '+81350000200';
export const accounts = {
  interfax: { username: 'kamome', password: 'a-password-for-tests' },
  telnyx: { apiKey: 'KEY-for-tests' },
};

export interface Heard {
  path: string;
  body: string;
  headers: IncomingHttpHeaders;
}

/** A fax house, an application that is told, and a clock that the test moves. */
export interface Stage {
  house: FaxHouse;
  clock: FakeClock;
  telnyx: Telnyx;
  appUrl: string;
  heard: Heard[];
  /** What the application answers at a path (200 when absent), used up one by one, the last repeats; 0 is silence. */
  statuses: Map<string, number[]>;
  /** Documents that the application serves for Telnyx to fetch. */
  documents: Map<string, { status?: number; headers?: Record<string, string>; body: Uint8Array }>;
  at(path: string): Heard[];
  control<T = unknown>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }>;
  interfax(method: string, path: string, body?: Uint8Array, type?: string): Promise<Response>;
  send(from: string, to: string, file: Uint8Array, more?: Record<string, string>): Promise<string>;
  tray(number: string): Promise<FaxView[]>;
  passes(seconds: number): Promise<void>;
  settle(): Promise<void>;
  close(): Promise<void>;
}

const listen = async (server: Server): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

export async function openStage(): Promise<Stage> {
  const clock = new FakeClock(new Date()); // Telnyx's client compares a signature's time with the real one
  const house = await startFaxHouse({ port: 0, clock, random: seeded('fax house'), accounts });
  const heard: Heard[] = [];
  const statuses: Stage['statuses'] = new Map();
  const documents: Stage['documents'] = new Map();
  const app = createServer((request, response) => {
    const path = new URL(request.url ?? '', 'http://app').pathname;
    const document = documents.get(path);
    if (document) return void response.writeHead(document.status ?? 200, document.headers).end(document.body);
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      heard.push({ path, body: Buffer.concat(parts).toString('utf8'), headers: request.headers });
      const prepared = statuses.get(path);
      const status = (prepared && prepared.length > 1 ? prepared.shift() : prepared?.[0]) ?? 200;
      if (status !== 0) response.writeHead(status).end();
    });
  });
  const appUrl = await listen(app);
  const telnyx = new Telnyx({
    apiKey: accounts.telnyx.apiKey,
    publicKey: house.telnyxPublicKey,
    baseURL: `${house.url}/v2`,
    maxRetries: 0,
    timeout: 15_000,
  });
  const basic = Buffer.from(`${accounts.interfax.username}:${accounts.interfax.password}`).toString('base64');

  const stage: Stage = {
    house,
    clock,
    telnyx,
    appUrl,
    heard,
    statuses,
    documents,
    at: (path) => heard.filter((each) => each.path === path),
    async control<T>(method: string, path: string, body?: unknown) {
      const response = await fetch(`${house.url}/faxhouse${path}`, {
        method,
        ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      const text = await response.text();
      return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as T };
    },
    async interfax(method, path, body, type = 'image/tiff') {
      const response = await fetch(`${house.url}${path}`, {
        method,
        redirect: 'manual',
        headers: { authorization: `Basic ${basic}`, ...(body && { 'content-type': type }) },
        ...(body && { body: Buffer.from(body) }),
      });
      await stage.settle();
      return response;
    },
    async send(from, to, file, more = {}) {
      const form = new FormData();
      for (const [name, value] of Object.entries({ from, to, ...more })) form.set(name, value);
      form.set('file', new Blob([Buffer.from(file)]), 'page');
      const response = await fetch(`${house.url}/faxhouse/send`, { method: 'POST', body: form });
      const body = (await response.json()) as { id: string };
      if (response.status !== 201) throw new Error(JSON.stringify(body));
      return body.id;
    },
    tray: async (number) => (await stage.control<FaxView[]>('GET', `/numbers/${number}/received`)).body,
    passes: (seconds) => clock.advanceTo(new Date(clock.now().getTime() + seconds * 1000), stage.settle),
    async settle() {
      await house.idle();
      await turn(); // what a finished webhook lets go next
      await house.idle();
    },
    async close() {
      await house.close();
      app.closeAllConnections();
      await new Promise((resolve) => app.close(resolve));
    },
  };
  await stage.control('PUT', `/numbers/${clinic}`, { name: '鴎野医院' });
  await stage.control('PUT', `/numbers/${otherClinic}`, { name: '磯村在宅クリニック' });
  await stage.control('PUT', `/numbers/${interfaxNumber}/inbound`, {
    provider: 'interfax',
    callbackUrl: `${appUrl}/interfax`,
  });
  await stage.control('PUT', `/numbers/${telnyxNumber}/inbound`, {
    provider: 'telnyx',
    callbackUrl: `${appUrl}/telnyx`,
    failoverUrl: `${appUrl}/failover`,
  });
  return stage;
}

/** An A4 page with a black frame and a mark that says which page it is. */
export function drawnPage(mark: number, height = 2292): BilevelPage {
  const page = blankPage(1728, height, fine);
  const perRow = 1728 / 8;
  for (let y = 100; y < 140; y += 1) page.bits.fill(0xff, y * perRow + 10, y * perRow + 200);
  for (let y = 200; y < 300; y += 1) page.bits.fill(0xff, y * perRow + 10 * mark, y * perRow + 10 * mark + 5);
  return page;
}

export const tiffOf = (...pages: BilevelPage[]): Promise<Uint8Array> => encodeTiff(pages);
