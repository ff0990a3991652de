import { expect } from 'chai';
import { raiseAlarm } from '../../src/alarms/actions.ts';
import { inTransaction } from '../../src/db.ts';
import { mostPatientsAnHour, noteView } from '../../src/patients/view-actions.ts';
import { type ConsoleWorld, openConsoleWorld } from '../support/console.ts';

describe('what a person of the hub must look at', () => {
  let world: ConsoleWorld;
  before(async () => {
    world = await openConsoleWorld();
  });
  after(() => world?.close());

  it('is listed until somebody has seen to it, once, and for this association only', async () => {
    const { ctx, associationId } = world;
    const subjectId = ctx.ids.next('ds');
    const about = { associationId, kind: 'recipient_not_told', subjectId } as const;
    await inTransaction(ctx.db, (tx) => raiseAlarm(tx, ctx, about, ctx.clock.now()));
    await inTransaction(ctx.db, (tx) => raiseAlarm(tx, ctx, about, ctx.clock.now()));
    const nurse = world.person('nurse');
    const { alarms } = await nurse.call('alarms', {});
    expect(alarms.map(({ kind, disclosureId }) => [kind, disclosureId])).to.deep.equal([
      ['recipient_not_told', subjectId],
    ]);
    expect((await nurse.call('whiteboard', {})).alarms).to.deep.include({ kind: 'open_alarms', count: 1 });
    const settle = { params: { alarmId: alarms[0]!.id } };
    const stranger = world.person('nurse', { associationId: ctx.ids.next('as') });
    expect(await stranger.refused('settle_alarm', settle)).to.include({ status: 404, code: 'not_found' });
    expect(await world.person('auditor').refused('alarms', {})).to.include({ status: 403 });
    expect(await nurse.call('settle_alarm', settle)).to.deep.equal({ settled: true });
    expect(await nurse.refused('settle_alarm', settle)).to.include({ code: 'not_found' });
    expect(await nurse.call('alarms', {})).to.deep.equal({ alarms: [] });
  });

  it('is one who opens the records of more than forty patients within an hour: once, and only an administrator settles it', async () => {
    const { ctx, associationId } = world;
    const nurse = await world.employee('nurse');
    const of = { associationId, screen: 'record', version: 1, cause: 'a test' } as const;
    const opens = async (by: string, patients: readonly string[]): Promise<void> => {
      for (const patientId of patients)
        expect(await inTransaction(ctx.db, (tx) => noteView(tx, ctx, { ...of, by, patientId }))).to.equal(true);
    };
    const patients = Array.from({ length: mostPatientsAnHour + 3 }, () => ctx.ids.next('pt'));
    await ctx.db.query(
      `insert into patient (id, association_id, code, area_id)
      select id, $1, id, (select id from area where association_id = $1 limit 1) from unnest($2::text[]) as id`,
      [associationId, patients],
    );
    const [most, more] = [patients.slice(0, mostPatientsAnHour), patients.slice(mostPatientsAnHour)];
    await opens(nurse.staff.id, [...most, ...most]); // again and again the same ones
    await opens((await world.employee('nurse')).staff.id, more);
    expect((await nurse.call('alarms', {})).alarms).to.deep.equal([]);
    await opens(nurse.staff.id, more);
    const administrator = await world.employee('administrator');
    const { alarms } = await administrator.call('alarms', {});
    expect(alarms.map(({ kind, disclosureId }) => [kind, disclosureId.split(' ')[0]])).to.deep.equal([
      ['looked_often', nurse.staff.id],
    ]);
    const settle = { params: { alarmId: alarms[0]!.id } };
    expect(await nurse.refused('settle_alarm', settle)).to.include({ status: 403, code: 'not_permitted' });
    expect(await administrator.call('settle_alarm', settle)).to.deep.equal({ settled: true });
  });

  it('shows the watchman’s rounds beside them: how each went, step by step, and whether the outside hears of us', async () => {
    const { ctx, associationId } = world;
    const nurse = world.person('nurse');
    const { rounds: before } = await nurse.call('watch', {});
    expect(before).to.deep.equal([]);
    const begunAt = ctx.clock.now().getTime() - 600_000;
    const at = (seconds: number): Date => new Date(begunAt + seconds * 1000);
    await ctx.db.query(
      `insert into dialled_number (e164, association_id) values ('+815000009999', $1) on conflict do nothing`,
      [associationId],
    );
    await ctx.db.query(`insert into watch values ($1, 'inner', $2, 1, null, null), ($1, 'carrier', $3, 0, null, $2)`, [
      ...[associationId, at(0), at(86_400)],
    ]);
    await ctx.db.query(
      `insert into watch_round (id, association_id, extent, status, because, "from", begun_at, menu_at, keyed_at, reported_at, closed_at)
      values ($1, $3, 'carrier', 'passed', null, '+815000009999', $4, $5, $6, $7, $8),
        ($2, $3, 'inner', 'failed', 'no_call', '+815000009999', $4, null, null, null, $8)`,
      [ctx.ids.next('wr'), ctx.ids.next('wr'), associationId, at(0), at(4), at(9), at(10.5), at(12)],
    );
    await ctx.db.query(`insert into deadman values (true, $1, $1, 'round_failed')`, [at(0)]);
    const { rounds, outside } = await nurse.call('watch', {});
    expect(rounds.map(({ extent, status, because, isOverdue }) => [extent, status, because, isOverdue])).to.deep.equal([
      ['carrier', 'passed', null, false],
      ['inner', 'failed', 'no_call', true],
    ]);
    expect(rounds[0]?.steps).to.deep.equal([
      { step: 'call', seconds: 4 },
      { step: 'key', seconds: 5 },
      { step: 'callback', seconds: 1.5 },
      { step: 'outbox', seconds: 1.5 },
    ]);
    expect(outside).to.deep.equal({ pingedAt: at(0).toISOString(), isHeld: true });
    const stranger = world.person('nurse', { associationId: ctx.ids.next('as') });
    expect((await stranger.call('watch', {})).rounds).to.deep.equal([]);
  });
});
