import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import {
  cardCopyOf,
  type HubVault,
  type IssuedCard,
  type NightVault,
  openByHub,
  reissueCard,
  reportLost,
  stockCards,
} from '../../src/vault/actions.ts';
import { bothHubKeys } from '../../src/vault/hub.ts';
import {
  finishPepper,
  keyCounts,
  preparePepper,
  type RotationContext,
  rotateHubKey,
} from '../../src/vault/rotation.ts';
import { LogWorld } from '../audit/log-builder.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { hubOne, hubTwo } from './hubs.ts';
import { doing, VaultWorld } from './support.ts';

const root = path.resolve(import.meta.dirname, '../..');

describe('replacing keys', () => {
  let database: TestDatabase;
  let world: VaultWorld;
  let cards: { patientId: string; card: IssuedCard; says: string }[];

  beforeEach(async function () {
    this.timeout(60_000);
    database = await freshDatabase();
    world = await new VaultWorld(database.pool).open();
    cards = [];
    for (const says of ['one', 'two', 'three']) cards.push({ ...(await world.enrolled('draft', says)), says });
    await stockCards(world.night, 1); // one that is nobody's yet
  });
  afterEach(() => database.drop());

  const context = (overrides: Partial<RotationContext> = {}): RotationContext => ({
    ...world.hub,
    batchSize: 2,
    onBatch: () => undefined,
    ...overrides,
  });
  const reads = (night: Pick<NightVault, 'db' | 'cards' | 'pepperId'>): Promise<string[]> =>
    Promise.all(cards.map(({ card }) => world.read(card.number, night)));
  const says = (): string[] => cards.map((card) => card.says);
  const readsByHub = (hub: HubVault): Promise<(string | undefined)[]> =>
    Promise.all(
      cards.map(async ({ patientId }) =>
        (await openByHub(hub, world.associationId, patientId, null))?.content.toString(),
      ),
    );
  const keysOf = async (what: string): Promise<(string | null)[]> =>
    (await keyCounts(database.pool)).filter((row) => row.what === what).map(({ keyId }) => keyId);

  describe('of the hub', () => {
    const newHub = (): HubVault => ({
      ...world.hub,
      hub: hubTwo.certificate,
      hubKeys: bothHubKeys(hubTwo.keys, hubOne.keys),
    });

    it('seals every record and every copy to the new one, and the old key opens nothing any more', async () => {
      const done = await rotateHubKey(context({ ...newHub() }), doing);
      expect(done).to.deep.equal({
        ...{ records: { done: 6, unopened: [] }, copies: { done: 4, unopened: [] }, pages: { done: 0, unopened: [] } },
      });
      expect(await keysOf('record')).to.deep.equal([hubTwo.certificate.id]);
      const onlyNew: HubVault = { ...world.hub, hub: hubTwo.certificate, hubKeys: hubTwo.keys };
      expect(await readsByHub(onlyNew)).to.deep.equal(says());
      expect(await readsByHub(world.hub).catch((error: Error) => error.name)).to.equal('VaultError');
      expect(await reads(world.night), 'cards notice nothing').to.deep.equal(says());
      for (const { patientId, card } of cards) {
        const copy = await world.inTransaction((tx) => cardCopyOf(tx, onlyNew, patientId));
        expect(copy?.number).to.equal(card.number);
      }
      expect(await rotateHubKey(context({ ...newHub() }), doing), 'nothing is left').to.deep.equal({
        ...{ records: { done: 0, unopened: [] }, copies: { done: 0, unopened: [] }, pages: { done: 0, unopened: [] } },
      });
      const { rows } = await database.pool.query(`select kind from audit_entry where chain_id like 'keys:%'`);
      expect(rows).to.deep.equal([{ kind: 'hub_key_replaced' }]);
      const log = new LogWorld(database.pool);
      await log.seal(world.associationId);
      expect((await log.verify()).findings).to.deep.equal([]);
    });

    it('goes on where it was broken off, and every record opens in between', async () => {
      const ctx = context({
        ...newHub(),
        batchSize: 1,
        onBatch: (_what, done) => {
          if (done === 3) throw new Error('the power is gone');
        },
      });
      expect(await rotateHubKey(ctx, doing).catch((error: Error) => error.message)).to.equal('the power is gone');
      expect((await keysOf('record')).length).to.equal(2);
      expect(await readsByHub(newHub())).to.deep.equal(says());
      expect((await rotateHubKey(context({ ...newHub() }), doing)).records.done).to.equal(3);
    });

    it('names what no key opens and does the rest', async () => {
      const { rows } = await database.pool.query<{ version_id: string }>(
        `update record_hub_wrap set wrap = '\\x00' where version_id = (select min(version_id) from record_hub_wrap)
        returning version_id`,
      );
      const { records } = await rotateHubKey(context({ ...newHub() }), doing);
      expect(records).to.deep.equal({ done: 5, unopened: [rows[0]?.version_id] });
    });
  });

  describe('of the cards', () => {
    let next: Pick<NightVault, 'cards' | 'pepperId'>;
    beforeEach(() => {
      next = world.derivation(randomBytes(32));
    });
    const nextNight = (): NightVault => ({ ...world.night, ...next });
    const prepare = () => preparePepper(context(), next, doing);
    const finish = () => finishPepper(context(), next, doing);

    it('lets either pepper find and open every card, then only the next', async () => {
      expect(await reads(nextNight())).to.deep.equal(['unknown', 'unknown', 'unknown']);
      expect(await prepare()).to.deep.equal({ done: 4, unopened: [] });
      expect(await reads(world.night)).to.deep.equal(says());
      expect(await reads(nextNight())).to.deep.equal(says());
      expect(await prepare(), 'twice equals once').to.deep.equal({ done: 0, unopened: [] });
      expect((await finish()).switched).to.equal(4);
      expect(await reads(world.night)).to.deep.equal(['unknown', 'unknown', 'unknown']);
      expect(await reads(nextNight())).to.deep.equal(says());
      expect(await keysOf('card')).to.deep.equal([next.pepperId]);
      expect(await keysOf('card wrap')).to.deep.equal([next.pepperId]);
      expect((await finish()).switched, 'twice equals once').to.equal(0);
    });

    it('takes along what happens meanwhile: new versions, new cards, lost cards', async () => {
      const [first, second, third] = cards;
      if (!first || !second || !third) throw new Error('three cards are wanted');
      await reportLostCard(second.patientId);
      await prepare();
      const keys = await world.inTransaction((tx) => cardCopyOf(tx, world.hub, first.patientId));
      await world.store(first.patientId, { cardKeys: keys?.keys ?? [] }, 'newer');
      const reissued = await world.inTransaction((tx) => reissueCard(tx, world.hub, world.of(third.patientId)));
      if ('refused' in reissued) throw new Error(reissued.refused);
      const late = await world.enrolled('late'); // drawn with the old pepper after all had been prepared
      await finish();
      expect(await world.read(first.card.number, nextNight())).to.equal('newer');
      expect(await world.read(second.card.number, nextNight())).to.equal('revoked');
      expect(await world.read(third.card.number, nextNight())).to.equal('revoked');
      expect(await world.read(reissued.number, nextNight())).to.equal('three');
      expect(await world.read(late.card.number, nextNight())).to.equal('late');
      // And life goes on under the next pepper.
      const after = await world.inTransaction((tx) => cardCopyOf(tx, world.hub, first.patientId));
      await world.store(first.patientId, { cardKeys: after?.keys ?? [] }, 'newest');
      expect(await world.read(first.card.number, nextNight())).to.equal('newest');
      expect(await keysOf('card wrap')).to.deep.equal([next.pepperId]);
    });

    const reportLostCard = (patientId: string) =>
      world.inTransaction((tx) => reportLost(tx, world.hub, world.of(patientId)));

    it('does not leave out a card that is handed out while it is being prepared', async () => {
      const patientId = await world.patient();
      await world.store(patientId, { cardKeys: [] }, 'in between');
      let issued: IssuedCard | undefined;
      const racing: typeof next = {
        pepperId: next.pepperId,
        cards: {
          // Between the first look at the cards and their lock.
          async derive(number) {
            issued ??= await world.issue(patientId);
            return next.cards.derive(number);
          },
        },
      };
      await preparePepper(context({ batchSize: 10 }), racing, doing);
      await finish();
      expect(await world.read(issued?.number ?? '', nextNight())).to.equal('in between');
    });
  });

  describe('by command', function () {
    this.timeout(120_000);
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'kamome-keys-'));
      await writeFile(path.join(folder, 'one.p12'), hubOne.p12);
      await writeFile(path.join(folder, 'two.p12'), hubTwo.p12);
      await writeFile(path.join(folder, 'passphrases'), `${hubTwo.passphrase}\n${hubOne.passphrase}\n`);
      await writeFile(path.join(folder, 'two.pem'), hubTwo.certificate.pem);
    });
    afterEach(() => rm(folder, { recursive: true }));

    function start(args: string[], env: Record<string, string> = {}): ChildProcess {
      const program = ['--import', 'tsx', 'src/vault/main.ts', ...args];
      const own = {
        ...{ KAMOME_DATA: folder, DATABASE_URL: database.url, CARD_COST_LOG2: '4', LOG_LEVEL: 'error' },
        ...{ CARD_PEPPER: world.pepper.toString('base64'), CASE_KEY: world.caseKey.toString('base64') },
        SEARCH_KEY: Buffer.alloc(32, 3).toString('base64'),
        HUB_CERT: path.join(folder, 'two.pem'),
        HUB_KEY_FILE: `${path.join(folder, 'two.p12')},${path.join(folder, 'one.p12')}`,
        HUB_KEY_PASSPHRASE_FILE: path.join(folder, 'passphrases'),
      };
      const { PATH = '', HOME = '' } = process.env;
      return spawn(process.execPath, program, { cwd: root, env: { PATH, HOME, ...own, ...env }, stdio: 'pipe' });
    }
    async function run(
      args: string[],
      env: Record<string, string> = {},
    ): Promise<{ code: number | null; said: string }> {
      const child = start(args, env);
      let said = '';
      for (const stream of [child.stdout, child.stderr])
        stream?.on('data', (data: Buffer) => {
          said += data.toString();
        });
      const [code] = (await once(child, 'close')) as [number | null];
      return { code, said };
    }
    /** Ends the process without mercy after its first batch. */
    async function kill(args: string[], env: Record<string, string> = {}): Promise<void> {
      const child = start([...args, '--batch', '1'], env);
      const ended = once(child, 'close');
      if (!child.stdout) throw new Error('the command says nothing');
      await once(createInterface(child.stdout), 'line');
      child.kill('SIGKILL');
      await ended;
    }
    const moved = async (what: string, keyId: string): Promise<number> =>
      (await keyCounts(database.pool)).find((row) => row.what === what && row.keyId === keyId)?.count ?? 0;

    it('is killed in the middle, started again, and everything opens', async () => {
      await kill(['rotate-hub']);
      expect(await moved('record', hubTwo.certificate.id)).to.be.within(1, 5);
      const again = await run(['rotate-hub']);
      expect(again.code, again.said).to.equal(0);
      expect(await moved('record', hubTwo.certificate.id)).to.equal(6);
      const onlyNew: HubVault = { ...world.hub, hub: hubTwo.certificate, hubKeys: hubTwo.keys };
      expect(await readsByHub(onlyNew)).to.deep.equal(says());

      const pepper = randomBytes(32);
      const next = world.derivation(pepper);
      const env = { CARD_PEPPER_NEXT: pepper.toString('base64') };
      await kill(['rotate-pepper'], env);
      expect(await moved('card, next pepper', next.pepperId)).to.be.within(1, 3);
      expect(await reads(world.night)).to.deep.equal(says());
      expect((await run(['rotate-pepper'], env)).said).to.match(/done: カード \/ cards/);
      expect(await reads({ ...world.night, ...next })).to.deep.equal(says());
      const switched = { CARD_PEPPER: pepper.toString('base64') };
      await kill(['rotate-pepper', '--finish'], switched);
      expect(await reads({ ...world.night, ...next })).to.deep.equal(says());
      const finished = await run(['rotate-pepper', '--finish'], switched);
      expect(finished.code, finished.said).to.equal(0);
      expect(await moved('card', next.pepperId)).to.equal(4);
      expect(await reads({ ...world.night, ...next })).to.deep.equal(says());
      const { said } = await run(['status'], switched);
      expect(said).to.include(hubTwo.certificate.id).and.include(next.pepperId).and.not.include(hubOne.certificate.id);
    });

    it('makes what a new deployment needs, and overwrites no key', async () => {
      const out = path.join(folder, 'new');
      const made = await run(['make-hub', '--out', out, '--name', '西区医師会']);
      expect(made.code, made.said).to.equal(0);
      const env = {
        HUB_CERT: path.join(out, 'hub-cert.pem'),
        HUB_KEY_FILE: path.join(out, 'hub-key.p12'),
        HUB_KEY_PASSPHRASE_FILE: path.join(out, 'hub-key-passphrase'),
      };
      expect((await run(['status'], env)).code).to.equal(0);
      const again = await run(['make-hub', '--out', out, '--name', '西区医師会']);
      expect(again.code).to.equal(1);
      expect(again.said).to.match(/is not overwritten/);
    });

    it('refuses in words what cannot be done', async () => {
      const foreign = await run(['status'], { HUB_KEY_FILE: path.join(folder, 'one.p12') });
      expect(foreign.code).to.equal(1);
      expect(foreign.said).to.match(/passphrase is not its own|no key for HUB_CERT/);
      expect((await run(['rotate-pepper'])).said).to.match(/CARD_PEPPER_NEXT is missing/);
      expect((await run(['turn'])).said).to.match(/usage: npm run keys/);
    });
  });
});
