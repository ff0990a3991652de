import { expect } from 'chai';
import { randomIds } from '../../src/lib/ids.ts';
import { placeCalls } from '../../src/outbox/perform.ts';
import { ensurePace } from '../../src/outbox/store.ts';
import {
  type BareGateway,
  callParams,
  firstToken,
  noteTaker,
  post,
  postSigned,
  type Reply,
  secondToken,
  signatureOf,
  startBareGateway,
} from '../support/bare-gateway.ts';
import { FakeClock } from '../support/clock.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { buildTown, type Town } from '../support/town.ts';

/** A doctor's phone asks its question; somebody else answers it with 1. */
describe('a forged, altered or repeated webhook', () => {
  let database: TestDatabase;
  let gateway: BareGateway;
  let town: Town;
  let legId: string;
  let genuine: Record<string, string>;
  const clock = new FakeClock(new Date('2026-11-16T13:00:00Z'));
  const carrier = noteTaker();
  const callerSid = `CA${'c'.repeat(32)}`;

  beforeEach(async () => {
    database = await freshDatabase();
    carrier.orders.length = 0;
    gateway = await startBareGateway({ db: database.pool, clock, telephone: carrier });
    await ensurePace(database.pool, clock.now());
    town = await buildTown(database.pool, randomIds, clock.now());
    const [first, second] = [await town.doctor('主治医'), await town.doctor('副主治医')];
    const { card } = await town.patient({ attending: first, deputies: [second] });
    const caller = callParams({ sid: callerSid, from: '+819000001001', to: town.number, isInbound: true });
    await postSigned(gateway.url, '/voice/card/0/n', { ...caller, Digits: card });
    await placeCalls(gateway.ctx);
    const placed = carrier.orders.find((order) => order.kind === 'place')!;
    legId = /lg_[0-9a-z]{26}/.exec(placed.path ?? '')![0];
    genuine = callParams({ sid: placed.callId, from: town.number, to: placed.to ?? '' });
    const answered = await postSigned(gateway.url, `/voice/leg/${legId}/answer`, genuine);
    expect(answered.status).to.equal(200);
  });
  afterEach(async () => {
    await gateway.close();
    await database.drop();
  });

  const keyPath = () => `/voice/leg/${legId}/key/0/nonce1`;
  const form = (params: Record<string, string>) => new URLSearchParams(params).toString();
  const signed = (body: string, params: Record<string, string>, path = keyPath(), url = path) =>
    post(gateway.url, url, body, { 'x-twilio-signature': signatureOf(path, params) });
  const press = (digits: string): Record<string, string> => ({ ...genuine, Digits: digits });
  const without = (params: Record<string, string>, name: string): Record<string, string> =>
    Object.fromEntries(Object.entries(params).filter(([key]) => key !== name));

  const forgeries: Record<string, { send: () => Promise<Reply>; status: number }> = {
    'is not signed': { send: () => post(gateway.url, keyPath(), form(press('1'))), status: 403 },
    'carries an empty signature': {
      send: () => post(gateway.url, keyPath(), form(press('1')), { 'x-twilio-signature': '' }),
      status: 403,
    },
    'is signed with another token': {
      send: () => postSigned(gateway.url, keyPath(), press('1'), 'somebody-elses-token'),
      status: 403,
    },
    'has another key in its body than was signed': {
      send: () => signed(form(press('1')), press('2')),
      status: 403,
    },
    'goes to another path than was signed': {
      send: () => signed(form(press('1')), press('1'), `/voice/leg/${legId}/key/0/nonce2`, keyPath()),
      status: 403,
    },
    'is signed for the address that it claims to have come to': {
      send: () => {
        const signature = signatureOf(keyPath(), press('1'), firstToken, 'https://evil.example');
        const forwarded = { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' };
        return post(gateway.url, keyPath(), form(press('1')), { ...forwarded, 'x-twilio-signature': signature });
      },
      status: 403,
    },
    'comes from another account': {
      send: () => postSigned(gateway.url, keyPath(), { ...press('1'), AccountSid: `AC${'9'.repeat(32)}` }),
      status: 403,
    },
    'names no account': {
      send: () => postSigned(gateway.url, keyPath(), without(press('1'), 'AccountSid')),
      status: 403,
    },
    'does not say who calls': {
      send: () => postSigned(gateway.url, keyPath(), without(press('1'), 'From')),
      status: 400,
    },
    'names a call that is none': {
      send: () => postSigned(gateway.url, keyPath(), { ...press('1'), CallSid: "CA1' or 1=1" }),
      status: 400,
    },
    'has keys that no telephone has': { send: () => postSigned(gateway.url, keyPath(), press('1;2')), status: 400 },
    'has more keys than anybody is asked for': {
      send: () => postSigned(gateway.url, keyPath(), press('1'.repeat(33))),
      status: 400,
    },
    'has a direction that is none': {
      send: () => postSigned(gateway.url, keyPath(), { ...press('1'), Direction: 'sideways' }),
      status: 400,
    },
    'says one thing twice': {
      send: () => signed(`${form(press('2'))}&Digits=1`, press('1')),
      status: 400,
    },
    'says the same thing twice, which the signature cannot tell': {
      send: () => signed(`${form(press('1'))}&Digits=1`, press('1')),
      status: 400,
    },
    'has more parameters than the carrier sends': {
      send: () => {
        const many = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`P${index}`, 'x']));
        return postSigned(gateway.url, keyPath(), { ...press('1'), ...many });
      },
      status: 400,
    },
    'merges its sender into the field before, under the same signature': {
      send: () => {
        const { From: from = '', ...rest } = press('1');
        // Names and values are joined without separators: …Directionoutbound-apiFrom+81… fits both.
        return signed(form({ ...rest, Direction: `${rest.Direction}From${from}` }), press('1'));
      },
      status: 400,
    },
    'moves its first parameter into the path, under the same signature': {
      send: () => {
        const moved = `${keyPath()}AccountSid${genuine.AccountSid}`;
        return signed(form(without(press('1'), 'AccountSid')), press('1'), keyPath(), moved);
      },
      status: 403,
    },
    'is about a conference, and of a wrong shape': {
      send: () =>
        postSigned(gateway.url, `/voice/case/${randomIds.next('uc')}/conference`, { ...genuine, FriendlyName: 'x' }),
      status: 400,
    },
    'is a status report of a state that is none': {
      send: () => postSigned(gateway.url, `/voice/leg/${legId}/status`, { ...genuine, CallStatus: 'exploded' }),
      status: 400,
    },
    'names a leg that cannot be one': {
      send: () => postSigned(gateway.url, "/voice/leg/lg_1'--/key/0/n", press('1')),
      status: 400,
    },
    'is read from a path that is none': { send: () => postSigned(gateway.url, '/voice/leg', press('1')), status: 404 },
    'is larger than any form of the carrier': {
      send: () => postSigned(gateway.url, keyPath(), { ...press('1'), Padding: 'x'.repeat(70_000) }),
      status: 413,
    },
  };
  for (const [what, { send, status }] of Object.entries(forgeries))
    it(`that ${what} is refused with ${status}, and no row changes`, async () => {
      const before = await everyRow(database);
      const reply = await send();
      expect(reply.status).to.equal(status);
      expect(await everyRow(database)).to.deep.equal(before);
    });

  it('that lost its keys under the same signature is never a yes', async () => {
    const { Digits: _digits, ...rest } = press('1');
    const reply = await signed(form({ ...rest, Digit: 's1' }), press('1'));
    expect(reply.status).to.be.oneOf([200, 400]);
    const { rows } = await database.pool.query('select accepted_by from urgent_call');
    expect(rows).to.deep.equal([{ accepted_by: null }]);
  });

  it('that is repeated gets the same words again and has no second effect', async () => {
    const first = await postSigned(gateway.url, keyPath(), press('1'));
    expect(first.body).to.match(/<Conference/);
    const before = await everyRow(database);
    for (let turn = 0; turn < 3; turn++) {
      const again = await postSigned(gateway.url, keyPath(), press('1'));
      expect(again).to.deep.equal(first);
    }
    expect(await everyRow(database)).to.deep.equal(before);
  });

  it('that is repeated in the same moment is answered alike, whoever comes first', async () => {
    const replies = await Promise.all(Array.from({ length: 8 }, () => postSigned(gateway.url, keyPath(), press('1'))));
    for (const reply of replies) expect(reply).to.deep.equal(replies[0]);
    const accepted = await database.pool.query(`select 1 from audit_entry where kind = 'accepted'`);
    expect(accepted.rows).to.have.length(1);
    expect(gateway.complaints).to.deep.equal([]);
  });

  it('that opens a case is repeated without a second case', async () => {
    const { card } = await town.patient({ attending: await town.doctor('別の主治医') });
    const sid = `CA${'d'.repeat(32)}`;
    const caller = callParams({ sid, from: '+819000001009', to: town.number, isInbound: true, more: { Digits: card } });
    const replies = await Promise.all(
      Array.from({ length: 5 }, () => postSigned(gateway.url, '/voice/card/0/n9', caller)),
    );
    for (const reply of replies) expect(reply).to.deep.equal(replies[0]);
    expect((await database.pool.query('select 1 from urgent_call')).rows).to.have.length(2);
    expect(gateway.complaints).to.deep.equal([]);
  });

  it('is told from a genuine one: either token counts while they are being rotated', async () => {
    for (const [token, digits] of [
      [secondToken, '3'],
      [firstToken, '1'],
    ] as const) {
      const reply = await postSigned(gateway.url, `/voice/leg/${legId}/key/0/n${digits}`, press(digits), token);
      expect(reply.status).to.equal(200);
    }
    const { rows } = await database.pool.query('select status from urgent_call');
    expect(rows).to.deep.equal([{ status: 'accepted' }]);
  });
});

/** A digest of each table, so that "nothing changed" means nothing at all. */
async function everyRow(database: TestDatabase): Promise<Record<string, string | null>> {
  const tables = await database.pool.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  const digests: Record<string, string | null> = {};
  for (const { name } of tables.rows) {
    const found = await database.pool.query(
      `select md5(string_agg(t::text, '|' order by t::text)) as digest from "${name}" as t`,
    );
    digests[name] = found.rows[0].digest;
  }
  return digests;
}
