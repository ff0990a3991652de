import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { openAlarms } from '../../src/alarms/actions.ts';
import type { FallbackConfig } from '../../src/config/fallback.ts';
import { documentName, type FallbackContext, noteDrill, sweepFallbacks } from '../../src/fallback/actions.ts';
import { drill } from '../../src/fallback/drill.ts';
import { createFallbackContext } from '../../src/fallback-context.ts';
import { twilioDrill } from '../../src/providers/twilio/drill.ts';
import { answersAndPresses1, declines, voicemail } from '../support/habits.ts';
import { openStaticHost, type StaticHost } from '../support/static-host.ts';
import type { TownPerson } from '../support/town.ts';
import { accountSid, authToken, createWorld, type World } from '../support/world.ts';

const caseKey = Buffer.alloc(32, 9);
const hour = 16;
const day = 24 * 60;

describe('the hour when nothing of ours answers', () => {
  let world: World;
  let host: StaticHost;
  let ctx: FallbackContext;
  let standby: TownPerson;
  let first: TownPerson;
  let second: TownPerson;

  const publishing = (to: FallbackConfig['to'], account: string | null = null): FallbackContext => {
    const { db, clock, ctx: own } = world;
    const fallback = { to, publicUrl: `${host.url}/f`, account, region: 'ap-northeast-1' };
    return createFallbackContext({
      fallback,
      db,
      clock,
      ids: own.ids,
      log: own.log,
      prompts: own.speech.prompts,
      caseKey,
    });
  };

  beforeEach(async () => {
    world = await createWorld();
    host = await openStaticHost();
    standby = await world.town.standby('待機　拠子');
    first = await world.town.doctor('当番　一');
    second = await world.town.doctor('当番　二');
    await world.town.duty(standby, 1);
    await world.town.duty(first, 1);
    await world.town.duty(second, 2);
    ctx = publishing({ kind: 'web', base: `${host.url}/f` }, 'kamome:secret');
  });
  afterEach(async () => {
    await host.close();
    await world.close();
  });

  const name = () => `/f/${documentName(caseKey, world.town.associationId)}`;
  const document = () => host.files.get(name()) ?? '';
  const dialled = () => [...document().matchAll(/\+\d+(?=<\/Number>)/g)].map(([number]) => number);
  const phone = (person: TownPerson) => person.phones[0] ?? '';
  const alarms = async () => (await openAlarms(world.db, world.town.associationId)).map(({ kind }) => kind);

  it('rings tonight’s telephones in their order until somebody presses 1; a voicemail and a 2 are nobody', async () => {
    await sweepFallbacks(ctx, hour);
    await world.control('PUT', `/exchange/numbers/${encodeURIComponent(world.town.number)}`, {
      voiceUrl: 'http://127.0.0.1:9/away',
      fallbackUrl: host.url + name(),
      fallbackMethod: 'GET',
    });
    await world.phoneOf(standby).habit(voicemail);
    await world.phoneOf(first).habit(declines);
    await world.phoneOf(second).habit(answersAndPresses1);
    const nurse = await world.rings('+819000001001');
    await world.passes({ seconds: 150 });
    const { bridgedWith, transcript } = await nurse.view();
    expect(bridgedWith).to.deep.equal([phone(second)]);
    const words = transcript.filter(({ kind }) => kind === 'said').map(({ text }) => text);
    expect(words.slice(0, 2).join()).to.match(/119番.*今夜の当番/);
    expect(await world.phoneOf(second).heard()).to.match(/システムが止まっているため.*1、.*2を押して/);
    expect(await world.cases()).to.deep.equal([]);
  });

  it('is prepared anew when the roster says something else, and every evening in any case', async () => {
    await sweepFallbacks(ctx, hour);
    expect(dialled()).to.deep.equal([phone(standby), phone(first), phone(second)]);
    expect(document()).not.to.match(/待機|当番　一/); // telephones only
    const before = host.authorizations.length;
    expect(host.authorizations[0]).to.equal(`Basic ${Buffer.from('kamome:secret').toString('base64')}`);
    await world.passes({ minutes: 2 });
    await sweepFallbacks(ctx, hour);
    expect(host.authorizations).to.have.length(before);
    await world.db.query('update doctor set is_active = false where id = $1', [first.id]);
    await world.passes({ minutes: 2 });
    await sweepFallbacks(ctx, hour);
    expect(dialled()).to.deep.equal([phone(standby), phone(second)]);
    const changed = host.authorizations.length;
    await world.passes({ minutes: day });
    await sweepFallbacks(ctx, hour);
    expect(host.authorizations.length).to.be.above(changed);
  });

  it('raises one alarm while the other host takes nothing, and withdraws it when it does again', async () => {
    host.putsAreAnswered(507);
    for (let look = 0; look < 3; look++) {
      await sweepFallbacks(ctx, hour);
      await world.passes({ minutes: 2 });
    }
    expect(await alarms()).to.deep.equal(['fallback_not_published']);
    host.putsAreAnswered(null);
    await sweepFallbacks(ctx, hour);
    expect(await alarms()).to.deep.equal([]);
    expect(dialled()).to.have.length(3);
    expect(world.complaints.join())
      .to.match(/fallback_not_published.*http_507/)
      .and.not.to.include(phone(first));
    world.complaints.length = 0;
  });

  it('asks for a drill after a month, until somebody has rung through it', async () => {
    await sweepFallbacks(ctx, hour);
    await world.passes({ minutes: 32 * day });
    await sweepFallbacks(ctx, hour);
    expect(await alarms()).to.deep.equal(['drill_due']);
    expect(await noteDrill(ctx, world.town.associationId, 'command_line')).to.equal(true);
    expect(await alarms()).to.deep.equal([]);
    await world.passes({ minutes: 30 * day });
    await sweepFallbacks(ctx, hour);
    expect(await alarms()).to.deep.equal([]);
  });

  it('is rung through in a drill, straight from the other host, and every telephone that rang is told', async () => {
    await sweepFallbacks(ctx, hour);
    const tester = '+819000001002';
    await world.phone(tester).habit({ behaviour: 'answer', answerAfterSeconds: 3, hangUpAfterSeconds: 90 });
    await world.phoneOf(standby).habit({ behaviour: 'busy' });
    await world.phoneOf(first).habit(answersAndPresses1);
    const line = twilioDrill({ accountSid, authToken, apiBase: world.exchange.url });
    const call = { to: tester, from: world.town.number, url: host.url + name() };
    const done = await drill(line, call, () => world.passes({ seconds: 10 }));
    expect(done.isFollowed).to.equal(true);
    expect(done.phones.map(({ to, status }) => [to, status])).to.deep.equal([
      [phone(standby), 'busy'],
      [phone(first), 'completed'],
    ]);
    host.files.clear();
    const nothing = await drill(line, call, () => world.passes({ seconds: 10 }));
    expect(nothing).to.deep.equal({ phones: [], isFollowed: false });
  });

  it('is written into a folder whole, or into a bucket with a signature', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'kamome-fallback-'));
    await sweepFallbacks(publishing({ kind: 'folder', base: folder }), hour);
    expect(await alarms(), 'nobody serves that folder').to.deep.equal(['fallback_not_published']);
    expect(await readdir(folder)).to.deep.equal(['ask.xml']);
    expect(await readFile(path.join(folder, 'ask.xml'), 'utf8')).to.match(/<Gather .*method="GET"/);
    await world.passes({ minutes: 2 });
    await sweepFallbacks(publishing({ kind: 's3', base: `${host.url}/f` }, 'KEYID:a/secret:with+all'), hour);
    expect(host.authorizations.at(-1)).to.match(/^AWS4-HMAC-SHA256 Credential=KEYID\/20261116\/ap-northeast-1\/s3\//);
    expect(await alarms()).to.deep.equal([]);
    world.complaints.length = 0;
    await rm(folder, { recursive: true });
  });
});
