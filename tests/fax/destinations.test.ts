import { expect } from 'chai';
import type pg from 'pg';
import { inTransaction } from '../../src/db.ts';
import {
  confirmDestination,
  freezeNumber,
  incidentsDue,
  liftFreeze,
  queueFax,
  registerDestination,
  testDestination,
} from '../../src/fax/actions.ts';
import { sendFax } from '../../src/fax/sending.ts';
import type { PlayedLine } from './line.ts';
import { clinicFax, eachFaxWorld, type FaxWorld, faxWorld, page } from './support.ts';

describe('the numbers that pages may go to', function () {
  this.timeout(60_000);
  let db: pg.Pool;
  let world: FaxWorld;
  let line: PlayedLine;
  eachFaxWorld((made) => {
    ({ db, world, line } = made);
  });

  const confirm = (doctorId: string, code: string) =>
    inTransaction(world.ctx.db, (tx) =>
      confirmDestination(tx, world.ctx, { owner: { kind: 'doctor', id: doctorId }, code }),
    );
  const register = async (number: string, position = 1, of: FaxWorld = world): Promise<string> => {
    const { associationId, doctorId } = of;
    const owner = { kind: 'doctor', id: doctorId } as const;
    const made = await registerDestination(of.ctx, {
      associationId,
      owner,
      position,
      number,
      form: 'full',
      operatorId: 'op_1',
    });
    if ('refused' in made) throw new Error(made.refused);
    return made.destination.id;
  };
  /** Sends the test page; the code that stood on it. */
  const test = async (destinationId: string): Promise<string> => {
    let drawn = '';
    await testDestination(world.ctx, destinationId, 'op_1', async (_destination, code) => {
      drawn = code;
      return { document: page, pages: 1 };
    });
    return drawn;
  };
  const statusOf = async (id: string) => (await world.row('fax_destination', id)).status;
  const queueRecord = (destinationId: string, of: FaxWorld = world) =>
    inTransaction(of.ctx.db, (tx) =>
      queueFax(tx, of.ctx, {
        ...{ associationId: of.associationId, destinationId, document: page, pages: 1, purpose: 'record' },
        ...{ subjectId: null, at: of.clock.now() },
      }),
    );

  it('are entered as people write them, and what is no fax line is refused', async () => {
    const id = await register('０４５（０００）０２０１');
    expect(await world.row('fax_destination', id)).to.include({ e164: clinicFax, status: 'registered' });
    const owner = { kind: 'doctor', id: world.doctorId } as const;
    const entry = { associationId: world.associationId, owner, position: 2, form: 'full', operatorId: 'op_1' } as const;
    expect(await registerDestination(world.ctx, { ...entry, number: '119' })).to.deep.equal({ refused: 'emergency' });
  });

  it('get no record before the code of the test page was keyed, and then for a year', async () => {
    const id = await register('045-000-0201');
    expect(await queueRecord(id)).to.deep.equal({ refused: 'not_confirmed' });
    const code = await test(id);
    expect(code).to.match(/^\d{4}$/);
    expect(await queueRecord(id)).to.deep.equal({ refused: 'not_confirmed' });
    const confirmed = await confirm(world.doctorId, code);
    expect(confirmed).to.have.nested.property('confirmed.status', 'confirmed');
    expect(await queueRecord(id)).to.have.property('queued');
    await world.passes(365 * 86_400);
    expect(await queueRecord(id)).to.deep.equal({ refused: 'overdue' });
  });

  it('send the test page to the very number, and the code is in no row, log or audit entry', async () => {
    const id = await register('045-000-0201');
    const code = await test(id);
    const { rows } = await db.query<{ id: string }>(`select id from fax where purpose = 'test'`);
    await sendFax(world.ctx, rows[0]?.id ?? '');
    expect(line.sent[0]).to.include({ to: clinicFax });
    const tables = ['fax', 'fax_destination', 'audit_entry'];
    const dump = await Promise.all(tables.map((table) => db.query(`select t::text as row from ${table} t`)));
    const words = JSON.stringify([dump.map((result) => result.rows), world.log]);
    expect(words).to.not.match(new RegExp(`(?<![0-9a-z])${code}(?![0-9a-z])`));
  });

  it('are not confirmed by a wrong code, an old one, an expired one, or another doctor', async () => {
    const id = await register('045-000-0201');
    const old = await test(id);
    const code = await test(id);
    const key = (doctorId: string, keyed: string) => confirm(doctorId, keyed);
    const wrong = { refused: 'wrong_code' };
    const other = await faxWorld(db, line);
    expect(await key(other.doctorId, code)).to.deep.equal(wrong);
    expect(await key(world.doctorId, old)).to.deep.equal(wrong);
    await world.passes(3 * 86_400);
    expect(await key(world.doctorId, code)).to.deep.equal(wrong);
    expect(await statusOf(id)).to.equal('testing');
  });

  it('lose their test after five wrong codes: also the right one is refused then', async () => {
    const id = await register('045-000-0201');
    const code = await test(id);
    const wrong = code === '0000' ? '0001' : '0000';
    for (let tries = 0; tries < 5; tries++) await confirm(world.doctorId, wrong);
    expect(await confirm(world.doctorId, code)).to.deep.equal({
      refused: 'wrong_code',
    });
    expect(await statusOf(id)).to.equal('registered');
  });

  it('count wrong codes keyed at the same instant one by one', async () => {
    const id = await register('045-000-0201');
    const code = await test(id);
    const wrong = code === '0000' ? '0001' : '0000';
    await Promise.all(Array.from({ length: 5 }, () => confirm(world.doctorId, wrong)));
    expect(await statusOf(id)).to.equal('registered');
  });

  it('stay confirmed while the yearly test is under way', async () => {
    const { id } = await world.confirmed();
    const code = await test(id);
    expect(await queueRecord(id)).to.have.property('queued');
    await world.passes(86_400);
    await confirm(world.doctorId, code);
    const due = (await world.row('fax_destination', id)).confirm_due_at as Date;
    expect((due.getTime() - world.clock.now().getTime()) / 86_400_000).to.equal(365);
  });

  it('make room for another number under the same key; the old one gets nothing more', async () => {
    const first = await register('045-000-0201');
    const second = await register('045-000-0202');
    expect(await statusOf(first)).to.equal('retired');
    expect(await statusOf(second)).to.equal('registered');
    expect(await queueRecord(first)).to.deep.equal({ refused: 'not_confirmed' });
  });

  describe('after one complaint', () => {
    const complain = () =>
      freezeNumber(world.ctx, clinicFax, {
        reason: 'complaint',
        associationId: world.associationId,
        actor: 'operator:op_1',
      });

    it('are frozen for every owner and association at once', async () => {
      const other = await faxWorld(db, line);
      const ids = [(await world.confirmed(1)).id, (await world.confirmed(2)).id, (await other.confirmed(1)).id];
      const untouched = await world.confirmed(3, '+81450000299');
      const frozen = await complain();
      expect(frozen.destinationIds).to.have.members(ids);
      expect(frozen.incidentIds).to.have.length(2);
      for (const id of ids) expect(await queueRecord(id)).to.have.property('refused');
      expect(await queueRecord(ids[2] ?? '', other)).to.deep.equal({ refused: 'frozen' });
      expect(await queueRecord(untouched.id)).to.have.property('queued');
    });

    it('lose what is queued for them, and what is under way is asked to stop and not repeated', async () => {
      const { id } = await world.confirmed();
      const [waiting, underWay] = [await queueRecord(id), await queueRecord(id)].map((queued) =>
        'queued' in queued ? queued.queued : '',
      );
      await sendFax(world.ctx, underWay ?? '');
      await complain();
      expect(await world.row('fax', waiting ?? '')).to.include({ status: 'cancelled', document: null });
      expect(line.cancelled).to.deep.equal(['1001']);
      expect(world.settled).to.have.length(1);
      await sendFax(world.ctx, waiting ?? '');
      expect(line.sent).to.have.length(1);
    });

    it('start the clock of one incident: three days to the preliminary report, thirty to the final one', async () => {
      await world.confirmed();
      const [id] = (await complain()).incidentIds;
      const { rows } = await db.query('select * from incident where id = $1', [id]);
      const days = (at: Date): number => (at.getTime() - world.clock.now().getTime()) / 86_400_000;
      expect([days(rows[0].preliminary_due_at), days(rows[0].final_due_at)]).to.deep.equal([3, 30]);
      expect((await complain()).incidentIds, 'the second complaint').to.deep.equal([]);
      await world.passes(3 * 86_400);
      expect((await incidentsDue(db, world.clock.now())).map((due) => due.id)).to.deep.equal([id]);
    });

    it('cannot be entered again as if nothing had happened, by anybody', async () => {
      await complain(); // nobody has it registered yet
      const other = await faxWorld(db, line);
      expect(await statusOf(await register('045-000-0201', 1, other))).to.equal('frozen');
    });

    it('race with the sending: whichever comes first, nothing is dialled after the freeze', async () => {
      const { id } = await world.confirmed();
      const queued = await Promise.all(Array.from({ length: 8 }, () => queueRecord(id)));
      const ids = queued.map((one) => ('queued' in one ? one.queued : ''));
      await Promise.all([...ids.map((faxId) => sendFax(world.ctx, faxId)), complain()]);
      const { rows } = await db.query('select status, is_unwanted from fax where id = any($1)', [ids]);
      for (const row of rows) expect(row.status === 'cancelled' || row.is_unwanted, JSON.stringify(row)).to.equal(true);
      const dialled = rows.filter((row) => row.status !== 'cancelled').length;
      expect(line.sent).to.have.length(dialled);
      expect(new Set(line.cancelled).size, 'each that was dialled is asked to stop').to.equal(dialled);
    });

    it('must be tested anew when a person has lifted the freeze', async () => {
      const { id } = await world.confirmed();
      await complain();
      expect(await liftFreeze(world.ctx, clinicFax, 'operator:op_1')).to.equal(true);
      expect(await statusOf(id)).to.equal('registered');
      expect(await queueRecord(id)).to.deep.equal({ refused: 'not_confirmed' });
    });
  });
});
