import { expect } from 'chai';
import type pg from 'pg';
import { inTransaction } from '../../src/db.ts';
import { type QueueFax, queueFax } from '../../src/fax/actions.ts';
import type { FaxPurpose } from '../../src/fax/fax.ts';
import type { FaxFailure } from '../../src/fax/fax-line.ts';
import { receiveFax } from '../../src/fax/receiving.ts';
import { sendFax, settleFax, sweepFaxes } from '../../src/fax/sending.ts';
import { type PlayedLine, playedLine } from './line.ts';
import { clinicFax, eachFaxWorld, type FaxWorld, faxWorld, ourNumber, page } from './support.ts';

const busy: FaxFailure = { class: 'busy', retryable: true, code: '6017' };

describe('sending a page', function () {
  this.timeout(60_000);
  let db: pg.Pool;
  let world: FaxWorld;
  let line: PlayedLine;
  eachFaxWorld((made) => {
    ({ db, world, line } = made);
  });

  const queue = async (destinationId: string, change: Partial<QueueFax> = {}): Promise<string> => {
    const queued = await tryToQueue(destinationId, change);
    if ('refused' in queued) throw new Error(queued.refused);
    return queued.queued;
  };
  const tryToQueue = (destinationId: string, change: Partial<QueueFax> = {}) => {
    const { associationId, ctx } = world;
    const usual = {
      associationId,
      destinationId,
      document: page,
      pages: 2,
      purpose: 'record',
      subjectId: null,
    } as const;
    return inTransaction(ctx.db, (tx) => queueFax(tx, ctx, { ...usual, at: world.clock.now(), ...change }));
  };
  const queued = async (): Promise<string> => queue((await world.confirmed()).id);
  const kindsOf = async (id: string): Promise<string[]> => {
    const { rows } = await db.query('select kind from audit_entry where chain_id = $1 order by seq', [id]);
    return rows.map((row) => row.kind);
  };

  it('goes out once, to the number of the destination, with an opaque reference', async () => {
    const id = await queued();
    await sendFax(world.ctx, id);
    expect(line.sent).to.have.length(1);
    expect(line.sent[0]).to.include({ to: clinicFax, from: ourNumber, reference: `${id}.1`, resolution: 'fine' });
    expect(Buffer.from(line.sent[0]?.document ?? []).equals(page)).to.equal(true);
    expect(await world.row('fax', id)).to.include({ status: 'sending', attempt: 1, provider_fax_id: '1001' });
    expect(await kindsOf(id)).to.deep.equal(['fax_queued', 'fax_dialed', 'fax_accepted']);
  });

  it('writes the attempt down before the provider is asked', async () => {
    const id = await queued();
    line.answers.push(async () => {
      expect(await world.row('fax', id)).to.include({ status: 'dialing', attempt: 1 });
      return { outcome: 'accepted', providerFaxId: '7' };
    });
    await sendFax(world.ctx, id);
    expect(line.sent).to.have.length(1);
  });

  it('is handed over once when eight workers want to at the same instant', async () => {
    const id = await queued();
    await Promise.all(Array.from({ length: 8 }, () => sendFax(world.ctx, id)));
    expect(line.sent).to.have.length(1);
  });

  it('keeps the page sealed while it waits and destroys it when it is delivered', async () => {
    const id = await queued();
    const stored = (await world.row('fax', id)).document as Buffer;
    expect(stored.includes('山田花子')).to.equal(false);
    await sendFax(world.ctx, id);
    line.states.set('1001', { state: 'delivered', pages: 2 });
    await world.passes(31);
    await settleFax(world.ctx, id);
    expect(await world.row('fax', id)).to.include({ status: 'delivered', document: null });
    expect(world.settled).to.have.length(1);
    expect(world.settled[0]).to.include({ id, outcome: 'delivered', purpose: 'record' });
    expect(line.deleted).to.deep.equal(['1001']);
  });

  it('puts no patient data and no number into the log, the wake-ups or the audit', async () => {
    const id = await queued();
    line.answers.push({ outcome: 'rejected', failure: busy });
    await sendFax(world.ctx, id);
    const { rows } = await db.query('select data::text as data from audit_entry');
    const said = JSON.stringify([world.log, world.wakes, rows]);
    expect(said).to.not.match(/山田|\+?8145\d{7}/);
  });

  it('refuses a destination that is not confirmed, overdue, of another association, or unknown', async () => {
    const destination = await world.confirmed();
    expect(await tryToQueue('fd_x')).to.deep.equal({ refused: 'unknown_destination' });
    const other = await faxWorld(db, playedLine());
    expect(await tryToQueue((await other.confirmed()).id)).to.deep.equal({ refused: 'unknown_destination' });
    await world.passes(365 * 86_400);
    const outcomes = (['record', 'morning', 'refusal', 'form'] as FaxPurpose[]).map(async (purpose) =>
      'refused' in (await tryToQueue(destination.id, { purpose })) ? 'refused' : 'queued',
    );
    expect(await Promise.all(outcomes)).to.deep.equal(['refused', 'refused', 'queued', 'queued']);
    await db.query(`update fax_destination set status = 'registered' where id = $1`, [destination.id]);
    expect(await tryToQueue(destination.id)).to.deep.equal({ refused: 'not_confirmed' });
  });

  it('is not sent when its destination stopped being confirmed while it waited', async () => {
    const destination = await world.confirmed();
    const id = await queue(destination.id);
    await db.query(`update fax_destination set status = 'registered' where id = $1`, [destination.id]);
    await sendFax(world.ctx, id);
    expect(line.sent).to.have.length(0);
    expect(await world.row('fax', id)).to.include({ status: 'cancelled', document: null });
    expect(world.settled[0]?.outcome).to.equal('cancelled');
  });

  describe('when it fails', () => {
    it('is sent again after the pause of its class, under a new reference', async () => {
      const id = await queued();
      line.answers.push({ outcome: 'rejected', failure: busy });
      await sendFax(world.ctx, id);
      expect(await sweepFaxes(world.ctx)).to.equal(0);
      await world.passes(61);
      await sweepFaxes(world.ctx);
      expect(line.sent.map((sent) => sent.reference)).to.deep.equal([`${id}.1`, `${id}.2`]);
      expect(line.sent[1]?.document.length, 'nothing came out: the same page').to.equal(page.length);
    });

    it('goes on after the pages that arrived, marked', async () => {
      const id = await queued();
      await sendFax(world.ctx, id);
      const dropped: FaxFailure = { class: 'dropped', retryable: true, code: '8010' };
      line.states.set('1001', { state: 'failed', pages: 1, failure: dropped });
      await world.passes(31);
      await settleFax(world.ctx, id);
      await world.passes(61);
      await sendFax(world.ctx, id);
      const again = Buffer.from(line.sent[1]?.document ?? []).toString();
      expect(again).to.contain('{"pagesDone":1,"isResend":true}');
    });

    it('tells whoever asked when it is given up, and destroys the page', async () => {
      const id = await queued();
      line.answers.push({ outcome: 'rejected', failure: { class: 'document', retryable: false, code: '263' } });
      await sendFax(world.ctx, id);
      expect(world.settled[0]).to.deep.include({ id, outcome: 'failed', isCorrection: false });
      expect(await world.row('fax', id)).to.include({ status: 'failed', document: null });
    });

    it('makes a number that does not exist prove itself again', async () => {
      const destination = await world.confirmed();
      const id = await queue(destination.id);
      line.answers.push({ outcome: 'rejected', failure: { class: 'invalid_number', retryable: false, code: '6001' } });
      await sendFax(world.ctx, id);
      expect((await world.row('fax_destination', destination.id)).status).to.equal('registered');
    });
  });

  describe('when nobody knows whether the provider took it', () => {
    it('is looked for by its reference and found, not sent again', async () => {
      const id = await queued();
      line.answers.push({ outcome: 'unknown', code: 'timeout' });
      await sendFax(world.ctx, id);
      expect((await world.row('fax', id)).status).to.equal('unknown');
      await world.passes(6);
      await sweepFaxes(world.ctx); // the list lags
      line.known.set(`${id}.1`, '55');
      await world.passes(11);
      await sweepFaxes(world.ctx);
      expect(await world.row('fax', id)).to.include({ status: 'sending', provider_fax_id: '55', attempt: 1 });
      expect(line.sent).to.have.length(1);
      expect(line.searches).to.deep.equal([`${id}.1`, `${id}.1`]);
    });

    it('is sent again, marked by its new reference, when the provider has denied it for minutes', async () => {
      const id = await queued();
      line.answers.push({ outcome: 'unknown', code: 'http_503' });
      await sendFax(world.ctx, id);
      for (const seconds of [6, 11, 21, 41, 81]) {
        expect(line.sent).to.have.length(1);
        await world.passes(seconds);
        await sweepFaxes(world.ctx);
      }
      await world.passes(6);
      await sweepFaxes(world.ctx);
      expect(line.sent.map((sent) => sent.reference)).to.deep.equal([`${id}.1`, `${id}.2`]);
    });

    it('waits while the provider cannot be asked', async () => {
      const id = await queued();
      line.answers.push({ outcome: 'unknown', code: 'timeout' });
      await sendFax(world.ctx, id);
      line.isAway = true;
      for (let minutes = 0; minutes < 30; minutes++) {
        await world.passes(60);
        await sweepFaxes(world.ctx);
      }
      expect(line.sent).to.have.length(1);
      expect((await world.row('fax', id)).status).to.equal('unknown');
    });

    it('is looked for after a process died between attempt and answer', async () => {
      const id = await queued();
      line.answers.push(() => Promise.reject(new Error('the process died here')));
      await sendFax(world.ctx, id).catch(() => undefined);
      expect((await world.row('fax', id)).status).to.equal('dialing');
      await world.passes(46);
      await sweepFaxes(world.ctx);
      expect((await world.row('fax', id)).status).to.equal('unknown');
      expect(line.sent).to.have.length(1);
    });
  });

  describe('reports', () => {
    const report = (providerFaxId: string, reference: string | null, state: 'sending' | 'delivered', key: string) =>
      receiveFax(
        world.ctx,
        {
          dedupeKey: `${key}:${world.associationId}`,
          event: {
            ...{ type: 'reported', providerFaxId, reference },
            report: state === 'delivered' ? { state, pages: 2 } : { state },
          },
        },
        Buffer.alloc(0),
      );

    it('in the wrong order end in the same state', async () => {
      const id = await queued();
      await sendFax(world.ctx, id);
      await report('1001', null, 'delivered', 'b');
      await report('1001', null, 'sending', 'a');
      expect((await world.row('fax', id)).status).to.equal('delivered');
      expect(world.settled).to.have.length(1);
    });

    it('twice at once count once', async () => {
      const id = await queued();
      await sendFax(world.ctx, id);
      const heard = await Promise.all(Array.from({ length: 8 }, () => report('1001', `${id}.1`, 'delivered', 'c')));
      expect(heard.filter((how) => how === 'new')).to.have.length(1);
      expect(world.settled).to.have.length(1);
      expect((await kindsOf(id)).filter((kind) => kind === 'fax_delivered')).to.have.length(1);
    });

    it('of a delivery after it was given up correct it and raise an alarm', async () => {
      const id = await queued();
      await sendFax(world.ctx, id);
      await db.query(`update fax set attempted_at = attempted_at - interval '2 hours', due_at = $2 where id = $1`, [
        id,
        world.clock.now(),
      ]);
      line.states.set('1001', { state: 'sending' });
      await settleFax(world.ctx, id);
      expect(world.settled[0]).to.deep.include({ outcome: 'failed' });
      await report('1001', null, 'delivered', 'd');
      expect(world.settled[1]).to.include({ outcome: 'delivered', isCorrection: true });
      expect(world.log.some((entry) => entry.level === 'error' && entry.event === 'fax_delivered_after_all')).to.equal(
        true,
      );
    });

    it('about a fax that is not ours change nothing', async () => {
      expect(await report('424242', null, 'delivered', 'e')).to.equal('new');
      expect(world.settled).to.have.length(0);
    });
  });
});
