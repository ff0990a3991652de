import { expect } from 'chai';
import type pg from 'pg';
import { inTransaction } from '../../src/db.ts';
import { freezeNumber, queueFax } from '../../src/fax/actions.ts';
import { askForTest, type FaxDesk, stepIncident, withdrawFax } from '../../src/fax/desk.ts';
import { sweepErrands } from '../../src/fax/errands.ts';
import { sendFax } from '../../src/fax/sending.ts';
import type { PlayedLine } from './line.ts';
import { clinicFax, eachFaxWorld, type FaxWorld, faxWorld, page } from './support.ts';

describe('what the console asks of a worker', function () {
  this.timeout(60_000);
  let db: pg.Pool;
  let world: FaxWorld;
  let line: PlayedLine;
  eachFaxWorld((made) => {
    ({ db, world, line } = made);
  });

  /** The console's own: no line, no case key. */
  const desk = (): FaxDesk => {
    const { db, clock, ids, log, onFaxSettled } = world.ctx;
    return { db, clock, ids, log, onFaxSettled };
  };
  const by = () => ({ associationId: world.associationId, operatorId: 'op_1', cause: 'console test' });
  const queued = async (destinationId: string): Promise<string> => {
    const { associationId, ctx } = world;
    const fax = { associationId, destinationId, document: page, pages: 1, purpose: 'record', subjectId: null } as const;
    const put = await inTransaction(ctx.db, (tx) => queueFax(tx, ctx, { ...fax, at: ctx.clock.now() }));
    if ('refused' in put) throw new Error(put.refused);
    return put.queued;
  };
  const errands = async () =>
    (await db.query<{ kind: string; outcome: string | null }>('select kind, outcome from fax_errand')).rows;
  const testPages = async () => (await db.query(`select 1 from fax where purpose = 'test'`)).rowCount;

  it('is a test page: one for however many presses and workers', async () => {
    const { id } = await world.confirmed();
    expect(await askForTest(desk(), id, by())).to.equal('asked');
    expect(await askForTest(desk(), id, by())).to.equal('asked_already');
    await Promise.all([sweepErrands(world.ctx), sweepErrands(world.ctx)]);
    await sweepErrands(world.ctx);
    expect(await testPages()).to.equal(1);
    expect(await errands()).to.deep.equal([{ kind: 'test_destination', outcome: 'done' }]);
    expect(await askForTest(desk(), id, by())).to.equal('asked');
  });

  it('is not a test page for a number that was frozen meanwhile, or of another association', async () => {
    const { id } = await world.confirmed();
    const other = await faxWorld(db, line);
    expect(await askForTest(desk(), id, { ...by(), associationId: other.associationId })).to.equal('not_found');
    await askForTest(desk(), id, by());
    await freezeNumber(desk(), clinicFax, {
      reason: 'complaint',
      associationId: world.associationId,
      actor: 'operator:op_1',
    });
    await sweepErrands(world.ctx);
    expect(await testPages()).to.equal(0);
    expect(await errands()).to.deep.include({ kind: 'test_destination', outcome: 'frozen' });
    expect(await askForTest(desk(), id, by())).to.equal('frozen');
  });

  it('is tried again when drawing fails, and given up after five times, loudly', async () => {
    const { id } = await world.confirmed();
    await askForTest(desk(), id, by());
    const ctx = { ...world.ctx, drawTestPage: () => Promise.reject(new Error('no fonts')) };
    for (let turn = 0; turn < 7; turn++) {
      await sweepErrands(ctx);
      await world.passes(61);
    }
    expect(await errands()).to.deep.equal([{ kind: 'test_destination', outcome: 'failed' }]);
    expect(world.log.filter(({ event }) => event === 'fax_errand_failed')).to.have.length(5);
  });

  it('takes a page back at once while it waits, and has the line asked to stop when it is under way', async () => {
    const { id } = await world.confirmed();
    const waiting = await queued(id);
    expect(await withdrawFax(desk(), waiting, by())).to.equal('withdrawn');
    expect(await withdrawFax(desk(), waiting, by())).to.equal('over');
    expect(await errands()).to.deep.equal([]);
    const sending = await queued(id);
    await sendFax(world.ctx, sending);
    expect(await withdrawFax(desk(), sending, by())).to.equal('stopping');
    await sweepErrands(world.ctx);
    const { provider_fax_id } = await world.row('fax', sending);
    expect(line.cancelled).to.deep.equal([provider_fax_id]);
  });

  it('freezes at once without a line, and has the line asked to stop what is under way', async () => {
    const { id } = await world.confirmed();
    const sending = await queued(id);
    await sendFax(world.ctx, sending);
    const complaint = { reason: 'complaint', associationId: world.associationId, actor: 'operator:op_1' } as const;
    const frozen = await freezeNumber(desk(), clinicFax, complaint);
    expect(frozen.faxIds).to.deep.equal([sending]);
    expect((await world.row('fax_destination', id)).status).to.equal('frozen');
    expect(line.cancelled).to.deep.equal([]);
    await sweepErrands(world.ctx);
    expect(line.cancelled).to.have.length(1);
  });

  it('lets an incident be reported in its order: preliminary, then final', async () => {
    const complaint = { reason: 'complaint', associationId: world.associationId, actor: 'operator:op_1' } as const;
    const { incidentIds } = await freezeNumber(desk(), clinicFax, complaint);
    const [id = ''] = incidentIds;
    expect(await stepIncident(desk(), id, 'closed', by())).to.equal('preliminary_missing');
    expect(await stepIncident(desk(), id, 'preliminary_reported', by())).to.equal('done');
    expect(await stepIncident(desk(), id, 'preliminary_reported', by())).to.equal('done_already');
    expect(await stepIncident(desk(), id, 'closed', by())).to.equal('done');
    const other = await faxWorld(db, line);
    expect(await stepIncident(desk(), id, 'closed', { ...by(), associationId: other.associationId })).to.equal(
      'not_found',
    );
  });
});
