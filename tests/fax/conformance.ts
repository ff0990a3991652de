/** What every fax line must do (providers.md 7.4), said once and run for each provider. */
import { expect } from 'chai';
import type pg from 'pg';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { comesToRest, passes, queueTwoPages, type Rig } from './rig.ts';
import { clinicFax } from './support.ts';

export function conforms(name: string, openRig: (db: pg.Pool) => Promise<Rig>, more?: (rig: () => Rig) => void): void {
  describe(`${name} as a fax line`, function () {
    this.timeout(120_000);
    let database: TestDatabase;
    let rig: Rig;

    before(async () => {
      database = await freshDatabase();
    });
    after(() => database.drop());
    beforeEach(async () => {
      rig = await openRig(database.pool);
    });
    afterEach(() => rig.close());

    const queued = async (): Promise<string> => queueTwoPages(rig.world, (await rig.world.confirmed(1, clinicFax)).id);
    const faxRow = (id: string) => rig.world.row('fax', id);
    const receivedRows = async () => (await database.pool.query('select * from received_fax')).rows;

    it('brings a page to the machine once and hears that it did', async () => {
      const id = await queued();
      await passes(rig, 90);
      expect(await rig.tray()).to.deep.equal([`${id}.1`]);
      expect(await faxRow(id)).to.include({ status: 'delivered', document: null });
      expect(rig.world.settled.map((fax) => fax.outcome)).to.deep.equal(['delivered']);
      expect(await rig.creates()).to.equal(1);
    });

    it('is told nothing but an opaque reference and numbers', async () => {
      const id = await queued();
      await passes(rig, 90);
      expect((await rig.tray())[0]).to.equal(`${id}.1`);
      expect(id).to.match(/^fx_[0-9a-z]{26}$/);
    });

    it('reports a busy machine as busy; the page goes again and arrives', async () => {
      await rig.machineIs('busy');
      const id = await queued();
      await passes(rig, 50);
      const row = await faxRow(id);
      expect(row).to.include({ status: 'queued', attempt: 1 });
      expect(row.failure).to.include({ class: 'busy', retryable: true });
      await rig.machineIs('ok');
      await passes(rig, 160);
      expect(await rig.tray()).to.deep.equal([`${id}.2`]);
      expect((await faxRow(id)).status).to.equal('delivered');
    });

    it('broken down while it is asked to send is asked exactly once, and its answer counts as unknown', async () => {
      await rig.nextCreateBreaks('refused');
      const id = await queued();
      await comesToRest(rig);
      expect(await rig.creates()).to.equal(1);
      expect((await faxRow(id)).status).to.equal('unknown');
      await passes(rig, 150, 5);
      expect(await rig.creates(), 'not before it has denied it for minutes').to.equal(1);
      await passes(rig, 120, 5);
      expect(await rig.creates()).to.equal(2);
      expect(await rig.tray()).to.deep.equal([`${id}.2`]);
    });

    it('that took the page and then broke down is found to have it: one page comes out', async () => {
      await rig.nextCreateBreaks('taken');
      const id = await queued();
      await passes(rig, 120);
      expect(await rig.creates()).to.equal(1);
      expect(await rig.tray()).to.deep.equal([`${id}.1`]);
      expect((await faxRow(id)).status).to.equal('delivered');
    });

    it('is asked what became of a page when its news is lost', async () => {
      await rig.newsIsLost();
      const id = await queued();
      await passes(rig, 120);
      expect((await faxRow(id)).status).to.equal('delivered');
    });

    it('knows nothing of a page that it never had', async () => {
      const { faxLine } = rig.world.ctx;
      const reference = `fx_${'z'.repeat(26)}.1`;
      expect(await faxLine.findByReference(reference, { to: clinicFax, since: rig.world.clock.now() })).to.equal(null);
      expect(
        await faxLine.status(faxLine.provider === 'telnyx' ? '00000000-0000-4000-8000-00000000ffff' : '999'),
      ).to.equal(null);
    });

    it('failing for a reason that is in no table ends the page: unknown, not repeated', async () => {
      await rig.machineIs('slow');
      const destination = await rig.world.confirmed(1, rig.strangeNumber ?? clinicFax);
      const id = await queueTwoPages(rig.world, destination.id);
      await comesToRest(rig);
      if (rig.strangeNumber === null) await rig.failsStrangely();
      await passes(rig, 60);
      const row = await faxRow(id);
      expect(row.status).to.equal('failed');
      expect(row.failure).to.include({ class: 'unknown', retryable: false });
      expect(await rig.creates()).to.equal(1);
    });

    it('brings a page to us once, and keeps nothing of it', async () => {
      await rig.somebodyFaxes();
      await passes(rig, 130);
      expect(rig.world.received).to.have.length(1);
      const [arrived] = rig.world.received;
      expect(arrived?.content.subarray(0, 2).toString()).to.equal('II');
      expect(arrived?.fax).to.include({ from: clinicFax, isPartial: false });
      expect(await rig.isEmptyThere()).to.equal(true);
      expect((await receivedRows()).map((row) => row.status)).to.deep.equal(['handled']);
    });

    it('brings a page to us also when its news is lost', async () => {
      await rig.newsIsLost();
      await rig.somebodyFaxes();
      await passes(rig, 640, 20);
      expect(rig.world.received).to.have.length(1);
    });

    it('away while a page is fetched is asked again, and the page comes in once', async () => {
      await rig.fetchFails(2);
      await rig.somebodyFaxes();
      await passes(rig, 150);
      expect(rig.world.received).to.have.length(1);
    });

    it('leaves no patient data and no number in our log', async () => {
      await queued();
      await rig.somebodyFaxes();
      await passes(rig, 90);
      expect(JSON.stringify([rig.world.log, rig.world.wakes])).to.not.match(/8145\d{7}|045\d{7}/);
    });

    more?.(() => rig);
  });
}
