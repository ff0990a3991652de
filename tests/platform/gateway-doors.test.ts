import { expect } from 'chai';
import express, { type Router } from 'express';
import { faxWebhooks } from '../../src/fax/webhooks.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import { interfaxLine } from '../../src/providers/interfax/line.ts';
import { createLastResort } from '../../src/voice/fallback.ts';
import { voiceWebhooks } from '../../src/voice/webhooks.ts';
import { openDoor } from '../../workers/door.ts';
import { type BareGateway, startBareGateway } from '../support/bare-gateway.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { listen } from '../support/world.ts';

const id = (prefix: string): string => `${prefix}_${'0'.repeat(26)}`;
const values: Readonly<Record<string, string>> = {
  ...{
    legId: id('lg'),
    caseId: id('uc'),
    callbackId: id('rq'),
    doctorId: id('dr'),
    swapId: id('sw'),
    requestId: id('rq'),
  },
  ...{
    sessionId: id('bd'),
    nonce: id('ef'),
    tries: '0',
    code: '100',
    what: 'accepted',
    faxId: id('fx'),
    attempt: '1',
    token: 'x',
  },
};

/** Every route of a router, with something that fits in each place; so a new one is tried without a word here. */
function routesOf(router: Router): { method: string; path: string }[] {
  return router.stack.flatMap(({ route }) =>
    route
      ? route.stack.map(({ method }) => ({
          method: method.toUpperCase(),
          path: route.path
            .replace(/\{\/:\w+\}/g, '/wrong')
            .replace(/:(\w+)/g, (_, name: string) => values[name] ?? 'x'),
        }))
      : [],
  );
}

describe('every door of the gateway', () => {
  let database: TestDatabase;
  let gateway: BareGateway;
  let voice: { method: string; path: string }[];
  before(async () => {
    database = await freshDatabase();
    gateway = await startBareGateway({ db: database.pool, clock: systemClock });
    const { ctx } = gateway;
    voice = routesOf(voiceWebhooks(ctx, ctx.gate, createLastResort(ctx)));
  });
  after(async () => {
    await gateway.close();
    await database.drop();
  });

  const knock = async (path: string, init: RequestInit): Promise<number> =>
    (await fetch(`${gateway.url}${path}`, { redirect: 'manual', ...init })).status;
  const form = 'CallSid=CA00000000000000000000000000000000&From=%2B819000000001&To=%2B815000000100&Digits=1';

  it('is known here: some thirty and more questions and reports of the carrier', () => {
    expect(voice.length).to.be.above(40);
    expect(voice.map(({ method }) => method)).to.satisfy((all: string[]) => all.every((method) => method === 'POST'));
  });

  for (const [what, headers] of [
    ['nobody has signed', {}],
    ['somebody else has signed', { 'x-twilio-signature': 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' }],
  ] as const)
    it(`is shut to a carrier’s report that ${what}, and nothing is written`, async () => {
      for (const { method, path } of voice) {
        const type = { 'content-type': 'application/x-www-form-urlencoded' };
        const status = await knock(`/voice${path}`, { method, body: form, headers: { ...type, ...headers } });
        expect(status, path).to.equal(403);
      }
      const { rows } = await database.pool.query(
        'select (select count(*) from receipt) + (select count(*) from audit_entry) + (select count(*) from urgent_call) as n',
      );
      expect(rows).to.deep.equal([{ n: 0 }]);
    });

  it('has no other method, and nothing of the simulators or of the console behind it', async () => {
    for (const { path } of voice) expect(await knock(`/voice${path}`, {}), path).to.equal(404);
    for (const path of [
      '/exchange/phones',
      '/faxhouse/numbers',
      '/outbound/faxes',
      '/2010-04-01/Accounts',
      '/api/me',
      '/api/docs',
      '/',
    ])
      for (const method of ['GET', 'POST']) expect(await knock(path, { method }), path).to.equal(404);
  });

  it('of the fax line asks for its secret address, and for the token of a page', async () => {
    const account = { username: 'kamome', password: 'a-password-for-tests', apiBase: 'http://127.0.0.1:9' };
    const ctx = { ...gateway.ctx, faxLine: interfaxLine(account), caseKey: Buffer.alloc(32, 1) };
    const router = faxWebhooks(ctx as never);
    expect(routesOf(router).map(({ method, path }) => `${method} ${path}`)).to.deep.equal([
      'POST /interfax/wrong', // raw body
      'POST /interfax/wrong', // what it means
      `GET /document/${id('fx')}/1/x`,
    ]);
    const server = await listen(express().use(router));
    const statuses = [];
    for (const { method, path } of routesOf(router)) statuses.push((await fetch(server.url + path, { method })).status);
    await server.close();
    expect(statuses).to.deep.equal([403, 403, 404]);
  });

  it('of a worker shows health, readiness and numbers, and nothing else', async () => {
    const parts = [database.pool, createLog('silent'), createMetrics(), { isSweeping: () => true }] as const;
    const http = { host: '127.0.0.1', port: 0, drainSeconds: 1 };
    expect(await openDoor({ workerPort: null, http }, ...parts)).to.equal(null);
    const door = await openDoor({ workerPort: 0, http }, ...parts);
    const at = async (path: string, method = 'GET') =>
      (await fetch(`http://127.0.0.1:${door?.port}${path}`, { method })).status;
    for (const path of ['/healthz', '/readyz', '/metrics']) expect(await at(path), path).to.equal(200);
    for (const path of ['/', '/voice/inbound', '/fax/interfax/x', '/api/me', '/exchange', '/faxhouse', '/unseal'])
      for (const method of ['GET', 'POST']) expect(await at(path, method), path).to.equal(404);
    await door?.drain(1);
  });
});
