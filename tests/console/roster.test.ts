import { expect } from 'chai';
import { addDays, instantOf } from '../../src/lib/japan-time.ts';
import { doctorsOnDuty } from '../../src/roster/actions.ts';
import { japanCalendar } from '../../src/roster/calendar.ts';
import { night, useRosterDesk } from './roster-support.ts';

describe('the desk of the roster', () => {
  const desk = useRosterDesk();

  it('shows a month by date and place, with the holidays of Japan, as a day and a night', async () => {
    const { columns, days } = await desk.month('2026-11');
    expect(columns).to.deep.equal([{ from: 540, to: 1080 }, night]);
    expect(days.length).to.equal(30);
    const culture = days[2]!;
    expect([culture.holiday, culture.isDayOff]).to.deep.equal(['文化の日', true]);
    expect(culture.cells.map(({ column, position }) => [column, position])).to.deep.equal([
      ...[
        [0, 1],
        [1, 1],
        [0, 2],
        [1, 2],
        [0, 3],
        [1, 3],
      ],
    ]);
    expect(days.flatMap(({ faults }) => faults)).to.deep.equal([]);
  });

  it('puts a doctor at one place of one date: the hunt follows, the log says who did it, the week stays', async () => {
    const date = '2026-12-07';
    const [first, second] = await desk.nightOf(date);
    const { doctors } = await desk.month();
    const other = doctors.find(({ id }) => ![first, second].some((cell) => cell?.doctorId === id))!;
    const body = { date, ...night, position: 1, doctorId: other.id, before: first!.doctorId };
    await desk.clerk.call('assign_duty', { params: { areaId: desk.areaId }, body });
    const onDuty = await doctorsOnDuty(desk.world.ctx.db, desk.areaId, instantOf(date, 1500), japanCalendar);
    expect(onDuty.slice(0, 2).map(({ subjectId }) => subjectId)).to.deep.equal([other.id, second!.doctorId]);
    expect((await desk.nightOf(addDays(date, 7)))[0]!.doctorId).to.equal(first!.doctorId);
    expect((await desk.logged(desk.areaId)).at(-1)).to.deep.equal({
      kind: 'duty_assigned',
      actor: desk.clerk.staff.id,
    });
    // Somebody who saw the old table is told, and changes nothing.
    expect(await desk.clerk.refused('assign_duty', { params: { areaId: desk.areaId }, body })).to.include({
      code: 'overtaken',
    });
    await desk.clerk.call('restore_duty', { params: { areaId: desk.areaId }, body: { date, ...night } });
    expect((await desk.nightOf(date))[0]).to.include({ doctorId: first!.doctorId, isException: false });
  });

  it('makes a gap of an absence, a month ahead, and takes it back', async () => {
    const date = '2026-12-09';
    const cells = await desk.nightOf(date);
    for (const { doctorId } of cells)
      await desk.clerk.call('note_absence', { body: { doctorId, from: 'R8.12.9', until: '2026/12/9' } });
    const { areas } = await desk.clerk.call('roster_areas', {});
    expect(areas[0]!.faults).to.deep.equal([
      {
        ...{ problem: 'uncovered', date },
        ...{ from: '2026-12-09T09:00:00.000Z', until: '2026-12-10T00:00:00.000Z' },
      },
    ]);
    expect((await desk.nightOf(date)).every(({ isAway }) => isAway)).to.equal(true);
    expect(await doctorsOnDuty(desk.world.ctx.db, desk.areaId, instantOf(date, 1500), japanCalendar)).to.deep.equal([]);
    const { absences } = await desk.clerk.call('roster_absences', {});
    for (const { id } of absences) await desk.clerk.call('withdraw_absence', { params: { absenceId: id } });
    expect((await desk.clerk.call('roster_areas', {})).areas[0]!.faults).to.deep.equal([]);
    expect((await desk.logged(cells[0]!.doctorId)).map(({ kind }) => kind)).to.deep.equal([
      'absence_noted',
      'absence_withdrawn',
    ]);
  });

  it('adds a line to the week and ends it, and leaves earlier dates as they were', async () => {
    const { doctors } = await desk.month();
    const body = { doctorId: doctors.at(-1)!.id, position: 4, ...night, days: ['wed' as const] };
    await desk.clerk.call('add_pattern', {
      params: { areaId: desk.areaId },
      body: { ...body, fromDate: '2026-12-01', untilDate: null },
    });
    expect((await desk.nightOf('2026-12-16')).length).to.equal(4);
    const { patterns } = await desk.clerk.call('roster_patterns', { params: { areaId: desk.areaId } });
    const ruleId = patterns.find(({ position }) => position === 4)!.id;
    await desk.clerk.call('end_pattern', { params: { areaId: desk.areaId, ruleId }, body: { from: '2026-12-10' } });
    expect((await desk.nightOf('2026-12-09')).length).to.equal(4);
    expect((await desk.nightOf('2026-12-16')).length).to.equal(3);
  });

  it('refuses what cannot be: past dates, unread dates, people and areas of others', async () => {
    const [cell] = await desk.nightOf('2026-12-07');
    const body = { date: '2026-11-20', ...night, position: 1, doctorId: cell!.doctorId, before: null };
    expect(await desk.clerk.refused('assign_duty', { params: { areaId: desk.areaId }, body })).to.include({
      code: 'roster_past',
    });
    const absence = { doctorId: cell!.doctorId, from: '2026-12-09', until: '2026-12-08' };
    expect(await desk.clerk.refused('note_absence', { body: absence })).to.include({ code: 'roster_wrong_span' });
    const unread = await desk.clerk.refused('note_absence', { body: { ...absence, until: 'あした' } });
    expect(unread.detail).to.deep.equal({ part: 'body', faults: [{ path: 'until', code: 'custom' }] });
    const auditor = desk.world.person('auditor');
    expect(await auditor.refused('note_absence', { body: absence })).to.include({ code: 'not_permitted' });
    const foreign = desk.world.person('clerk', { associationId: desk.world.ctx.ids.next('as') });
    expect((await foreign.call('roster_areas', {})).areas).to.deep.equal([]);
    const params = { areaId: desk.areaId, month: '2026-12' };
    expect(await foreign.refused('roster_month', { params })).to.include({ code: 'not_found' });
    const today = { ...body, date: '2026-12-07' };
    expect(await foreign.refused('assign_duty', { params: { areaId: desk.areaId }, body: today })).to.include({
      code: 'not_found',
    });
    const doctorId = cell!.doctorId;
    const away = { doctorId, from: '2026-12-09', until: '2026-12-09' };
    expect(await foreign.refused('note_absence', { body: away })).to.include({ code: 'unknown_doctor' });
  });
});
