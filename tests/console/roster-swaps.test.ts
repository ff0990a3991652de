import { expect } from 'chai';
import { sweepRollCalls } from '../../src/roster/calling.ts';
import { clock, night, useRosterDesk } from './roster-support.ts';

describe('swaps and the roll-call at the desk of the roster', () => {
  const desk = useRosterDesk();

  it('changes the roster by a swap only when both sides have said yes, and tells who was asked', async () => {
    const date = '2026-12-21';
    const [first, second] = await desk.nightOf(date);
    const { doctors } = await desk.month();
    const taker = doctors.find(({ id }) => id !== first!.doctorId && id !== second!.doctorId)!;
    const terms = { date, ...night, position: 1, giverId: first!.doctorId, takerId: taker.id };
    const { swapId } = await desk.clerk.call('ask_swap', { params: { areaId: desk.areaId }, body: terms });
    expect(await desk.clerk.refused('ask_swap', { params: { areaId: desk.areaId }, body: terms })).to.include({
      code: 'swap_open',
    });
    const wrong = { ...terms, giverId: second!.doctorId };
    expect(await desk.clerk.refused('ask_swap', { params: { areaId: desk.areaId }, body: wrong })).to.include({
      code: 'overtaken',
    });
    const confirm = (side: 'giver' | 'taker') =>
      desk.clerk.call('confirm_swap', { params: { swapId }, body: { side } });
    expect(await confirm('taker')).to.deep.equal({ status: 'waiting' });
    expect((await desk.nightOf(date))[0]!.doctorId).to.equal(first!.doctorId);
    expect(await confirm('giver')).to.deep.equal({ status: 'agreed' });
    expect((await desk.nightOf(date)).slice(0, 2).map(({ doctorId }) => doctorId)).to.deep.equal([
      taker.id,
      second!.doctorId,
    ]);
    const withdrawn = await desk.clerk.refused('withdraw_swap', { params: { swapId } });
    expect(withdrawn).to.include({ code: 'swap_over', status: 409 });
    expect((await desk.logged(swapId)).map(({ kind }) => kind)).to.deep.equal([
      'swap_asked',
      'swap_confirmed',
      'swap_agreed',
    ]);
    const foreign = desk.world.person('clerk', { associationId: desk.world.ctx.ids.next('as') });
    expect((await foreign.call('roster_swaps', { query: {} })).swaps).to.deep.equal([]);
    const refused = await foreign.refused('decline_swap', { params: { swapId }, body: { side: 'giver' } });
    expect(refused).to.include({ code: 'not_found' });
  });

  it('lapses a swap whose duty is no longer the giver’s when both have said yes', async () => {
    const date = '2026-12-22';
    const [first] = await desk.nightOf(date);
    const [taker, other] = (await desk.month()).doctors.filter(({ isOfArea }) => !isOfArea);
    const terms = { date, ...night, position: 1, giverId: first!.doctorId, takerId: taker!.id };
    const { swapId } = await desk.clerk.call('ask_swap', { params: { areaId: desk.areaId }, body: terms });
    const body = { date, ...night, position: 1, doctorId: other!.id, before: first!.doctorId };
    await desk.clerk.call('assign_duty', { params: { areaId: desk.areaId }, body });
    await desk.clerk.call('confirm_swap', { params: { swapId }, body: { side: 'taker' } });
    const told = await desk.clerk.call('confirm_swap', { params: { swapId }, body: { side: 'giver' } });
    expect(told).to.deep.equal({ status: 'lapsed' });
    expect((await desk.nightOf(date))[0]!.doctorId).to.equal(other!.id);
  });

  it('shows tonight’s roll-call, and notes what a doctor said to the hub', async () => {
    const before = await desk.clerk.call('roll_call', {});
    expect([before.status, before.date]).to.deep.equal(['not_begun', '2026-11-22']);
    const evening = { ...desk.world.ctx, clock: { ...clock, now: () => new Date('2026-11-22T08:00:00Z') } };
    await sweepRollCalls({ ...evening, wake: () => undefined }, 17);
    const { status, areas } = await desk.clerk.call('roll_call', {});
    expect(status).to.equal('calling');
    const doctor = areas[0]!.doctors[0]!;
    expect(doctor.status).to.equal('ringing');
    await desk.clerk.call('note_roll_call', { body: { doctorId: doctor.doctorId, answer: 'on' } });
    expect((await desk.clerk.call('roll_call', {})).areas[0]!.doctors[0]!.status).to.equal('on');
    // Somebody who was put in after the roll-call had begun is on it, too; the alarm on the whiteboard follows.
    const { doctors } = await desk.month('2026-11');
    const substitute = doctors.find(({ isOfArea }) => !isOfArea)!;
    const place = { date: '2026-11-22', ...night, position: 1, before: doctor.doctorId };
    await desk.clerk.call('assign_duty', {
      params: { areaId: desk.areaId },
      body: { ...place, doctorId: substitute.id },
    });
    await desk.clerk.call('note_roll_call', { body: { doctorId: substitute.id, answer: 'on' } });
    expect((await desk.clerk.call('roll_call', {})).areas[0]!.doctors[0]).to.include({
      name: substitute.name,
      status: 'on',
    });
    const alarms = async () =>
      (await desk.clerk.call('whiteboard', {})).alarms.filter(({ kind }) => kind === 'unconfirmed');
    expect(await alarms()).to.deep.equal([]);
    const { db } = desk.world.ctx;
    await db.query(`update roll_call set status = 'done', done_at = begun_at, gaps = $1`, [
      JSON.stringify([{ areaId: desk.areaId, ...night }]),
    ]);
    expect(await alarms()).to.deep.equal([{ kind: 'unconfirmed', areaId: desk.areaId }]);
    await desk.clerk.call('note_roll_call', { body: { doctorId: substitute.id, answer: 'on' } });
    expect((await alarms()).map((alarm) => 'areaId' in alarm && alarm.areaId)).to.not.include(desk.areaId);
    const stranger = { doctorId: desk.world.ctx.ids.next('dr'), answer: 'on' as const };
    expect(await desk.clerk.refused('note_roll_call', { body: stranger })).to.include({ code: 'not_found' });
  });
});
