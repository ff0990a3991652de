import { expect } from 'chai';
import { raiseAlarm } from '../../src/alarms/actions.ts';
import { inTransaction } from '../../src/db.ts';
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
