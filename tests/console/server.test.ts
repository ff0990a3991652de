import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { describeRoutes } from '../../src/console/openapi.ts';
import { routes } from '../../src/console/routes.ts';
import { mostRefusalsAnHour } from '../../src/staff/refusals.ts';
import { permits } from '../../src/staff/staff.ts';
import { FakeClock } from '../support/clock.ts';
import { type ConsoleWorld, openConsoleWorld } from '../support/console.ts';

describe('the doors of the console', () => {
  let world: ConsoleWorld;
  before(async () => {
    world = await openConsoleWorld();
  });
  after(() => world?.close());

  it('tell who is signed in, and what he may do', async () => {
    const me = await world.person('auditor', { name: '監査 花子' }).call('who_am_i', {});
    expect(me).to.include({ name: '監査 花子', role: 'auditor' });
    expect(me.permissions).to.include('audit.read').and.not.include('patients.read');
  });

  it('let nobody in without a session, and nobody any more once it is revoked', async () => {
    const person = world.person('nurse');
    expect((await person.fetch('/api/me')).status).to.equal(200);
    person.signsOut();
    expect(await person.refused('who_am_i', {})).to.include({ status: 401, code: 'not_signed_in' });
  });

  it('refuse another site, and a change without our header', async () => {
    const person = world.person('nurse');
    const foreign = await person.fetch('/api/me', { headers: { origin: 'https://evil.example' } });
    expect([foreign.status, ((await foreign.json()) as { code: string }).code]).to.deep.equal([403, 'foreign_origin']);
    const crossSite = await person.fetch('/api/me', {
      headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' },
    });
    expect(crossSite.status).to.equal(403);
    const bare = await fetch(`${world.url}/api/me`, { method: 'POST' });
    expect([bare.status, ((await bare.json()) as { code: string }).code]).to.deep.equal([403, 'header_missing']);
  });

  it('show a wall screen the whiteboard and nothing else', async () => {
    const screen = world.person('clerk', { kind: 'screen' });
    expect((await screen.call('whiteboard', {})).areas.length).to.be.at.least(1);
    expect(await screen.refused('my_account', {})).to.include({ code: 'screen_only' });
  });

  it('write down whom they refused what, once an hour for each door, and no more than twenty', async () => {
    const clock = new FakeClock(new Date('2026-06-01T03:00:00Z'));
    const own = await openConsoleWorld({ clock });
    try {
      const auditor = own.person('auditor');
      const entries = async () =>
        (
          await own.ctx.db.query(
            `select actor, cause, data from audit_entry where kind = 'door_refused' and chain_id = $1 order by seq`,
            [`refusals:${auditor.staff.id}`],
          )
        ).rows;
      await Promise.all(Array.from({ length: 5 }, () => auditor.refused('alarms', {})));
      const actor = `operator:${auditor.staff.id}`;
      const data = { code: 'not_permitted', isLastOfHour: false };
      expect(await entries()).to.deep.equal([{ actor, cause: 'console alarms', data }]);
      const closed = Object.entries(routes).filter(
        ([, { access }]) => access !== 'anybody' && access !== 'signed_in' && !permits('auditor', access),
      );
      expect(closed.length).to.be.above(mostRefusalsAnHour + 5);
      for (const [, { method, path }] of closed)
        expect((await auditor.fetch(`/api${path}`, { method: method.toUpperCase() })).status).to.equal(403);
      const all = await entries();
      expect(all).to.have.length(mostRefusalsAnHour);
      expect(all.at(-1)?.data).to.include({ isLastOfHour: true });
      await clock.advanceTo(new Date('2026-06-01T04:00:01Z'), async () => undefined);
      await auditor.refused('alarms', {});
      expect(await entries()).to.have.length(mostRefusalsAnHour + 1);
    } finally {
      await own.close();
    }
  });

  it('describe themselves in OpenAPI 3.1, each operation once, with a page to read', async () => {
    const description = (await (await fetch(`${world.url}/api/docs/openapi.json`)).json()) as {
      openapi: string;
      paths: Record<string, Record<string, { operationId: string }>>;
    };
    expect(description.openapi).to.equal('3.1.0');
    const operations = Object.values(description.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    expect(operations.sort()).to.deep.equal(Object.keys(routes).sort());
    expect(await (await fetch(`${world.url}/api/docs`)).text()).to.include('who_am_i');
    expect(JSON.stringify(describeRoutes(routes))).to.include('/api/whiteboard');
  });

  it('carry a strict policy: no inline script, no framing', async () => {
    const policy = (await fetch(`${world.url}/`)).headers.get('content-security-policy') ?? '';
    expect(policy).to.include("script-src 'self'").and.include("frame-ancestors 'none'");
    expect(policy.match(/script-src[^;]*/)?.[0]).to.not.include('unsafe');
  });

  it('have words in the pages for every refusal that they share', () => {
    const words = readFileSync(new URL('../../src/console/web/words/refusals.ts', import.meta.url), 'utf8');
    const server = readFileSync(new URL('../../src/console/server.ts', import.meta.url), 'utf8');
    const codes = [...server.matchAll(/refuse\(\d+, '(\w+)'/g)].map(([, code]) => code!);
    expect(codes.length).to.be.above(5);
    for (const code of codes.filter((one) => one !== 'no_such_door')) expect(words).to.include(`${code}:`);
  });

  it('stream what is watched, and end the stream of a session that was revoked', async () => {
    const person = world.person('nurse');
    const response = await person.fetch('/api/whiteboard', { headers: { accept: 'text/event-stream' } });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    const first = await reader.read();
    expect(first.value).to.match(/^event: snapshot\ndata: \{"areas":/);
    person.signsOut();
    let heard = '';
    for (let part = await reader.read(); !part.done; part = await reader.read()) heard += part.value;
    expect(heard).to.include('event: ended');
  });

  it('send a change to the watchers within a second', async () => {
    const person = world.person('nurse');
    const response = await person.fetch('/api/whiteboard', { headers: { accept: 'text/event-stream' } });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    await reader.read();
    const { db } = world.ctx;
    await db.query(`update area set name = '新しい地区' where association_id = $1 and key = 1`, [world.associationId]);
    let heard = '';
    while (!heard.includes('新しい地区')) heard += (await reader.read()).value ?? '';
    await reader.cancel();
    expect(world.complaints).to.deep.equal([]);
  });

  it('answer a no before they stream: a case that is not there is a problem and no stream', async () => {
    const person = world.person('nurse');
    const response = await person.fetch(`/api/calls/${world.ctx.ids.next('uc')}`, {
      headers: { accept: 'text/event-stream' },
    });
    expect(response.status).to.equal(404);
    expect(await response.json()).to.include({ code: 'not_found' });
  });
});
