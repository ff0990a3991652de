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
});
