import { expect } from 'chai';
import { addDays, instantOf, weekdayOf } from '../../src/lib/japan-time.ts';
import { doctorsOnDuty } from '../../src/roster/actions.ts';
import { japanCalendar } from '../../src/roster/calendar.ts';
import { sweepRollCalls } from '../../src/roster/calling.ts';
import { expectAccessible } from '../support/axe.ts';
import { type ConsoleWorld, openBrowser, openConsoleWorld, type Person } from '../support/console.ts';

/** Sunday, 22 November 2026, noon in Japan. */
const now = new Date('2026-11-22T03:00:00Z');
const clock = { now: () => now, after: (ms: number, task: () => void) => timer(setTimeout(task, ms)) };
const timer = (handle: NodeJS.Timeout) => ({ cancel: () => clearTimeout(handle) });
/** The browser tells an ideographic space in a name as a plain one. */
const spaced = (name: string): string => name.replace(/\s/g, '\\s');
const night = { from: 1080, to: 1980 };

describe('the desk of the roster', () => {
  let world: ConsoleWorld;
  let clerk: Person;
  let areaId: string;
  before(async function () {
    this.timeout(120_000);
    world = await openConsoleWorld({ clock });
    clerk = world.person('clerk', { name: '事務 花子' });
    areaId = (await clerk.call('roster_areas', {})).areas[0]!.id;
  });
  after(() => world?.close());

  const month = (value = '2026-12') => clerk.call('roster_month', { params: { areaId, month: value } });
  const nightOf = async (date: string) => {
    const day = (await month(date.slice(0, 7))).days.find((one) => one.date === date)!;
    return day.cells.filter((cell) => cell.from === night.from).sort((a, b) => a.position - b.position);
  };
  const logged = async (chainId: string) => {
    const { rows } = await world.ctx.db.query('select kind, actor from audit_entry where chain_id = $1 order by seq', [
      chainId,
    ]);
    return rows as { kind: string; actor: string }[];
  };

  it('shows a month by date and place, with the holidays of Japan, as a day and a night', async () => {
    const { columns, days } = await month('2026-11');
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
    const [first, second] = await nightOf(date);
    const { doctors } = await month();
    const other = doctors.find(({ id }) => ![first, second].some((cell) => cell?.doctorId === id))!;
    const body = { date, ...night, position: 1, doctorId: other.id, before: first!.doctorId };
    await clerk.call('assign_duty', { params: { areaId }, body });
    const onDuty = await doctorsOnDuty(world.ctx.db, areaId, instantOf(date, 1500), japanCalendar);
    expect(onDuty.slice(0, 2).map(({ subjectId }) => subjectId)).to.deep.equal([other.id, second!.doctorId]);
    expect((await nightOf(addDays(date, 7)))[0]!.doctorId).to.equal(first!.doctorId);
    expect((await logged(areaId)).at(-1)).to.deep.equal({ kind: 'duty_assigned', actor: clerk.staff.id });
    // Somebody who saw the old table is told, and changes nothing.
    expect(await clerk.refused('assign_duty', { params: { areaId }, body })).to.include({ code: 'overtaken' });
    await clerk.call('restore_duty', { params: { areaId }, body: { date, ...night } });
    expect((await nightOf(date))[0]).to.include({ doctorId: first!.doctorId, isException: false });
  });

  it('makes a gap of an absence, a month ahead, and takes it back', async () => {
    const date = '2026-12-09';
    const cells = await nightOf(date);
    for (const { doctorId } of cells)
      await clerk.call('note_absence', { body: { doctorId, from: 'R8.12.9', until: '2026/12/9' } });
    const { areas } = await clerk.call('roster_areas', {});
    expect(areas[0]!.faults).to.deep.equal([
      {
        ...{ problem: 'uncovered', date },
        ...{ from: '2026-12-09T09:00:00.000Z', until: '2026-12-10T00:00:00.000Z' },
      },
    ]);
    expect((await nightOf(date)).every(({ isAway }) => isAway)).to.equal(true);
    expect(await doctorsOnDuty(world.ctx.db, areaId, instantOf(date, 1500), japanCalendar)).to.deep.equal([]);
    const { absences } = await clerk.call('roster_absences', {});
    for (const { id } of absences) await clerk.call('withdraw_absence', { params: { absenceId: id } });
    expect((await clerk.call('roster_areas', {})).areas[0]!.faults).to.deep.equal([]);
    expect((await logged(cells[0]!.doctorId)).map(({ kind }) => kind)).to.deep.equal([
      'absence_noted',
      'absence_withdrawn',
    ]);
  });

  it('adds a line to the week and ends it, and leaves earlier dates as they were', async () => {
    const { doctors } = await month();
    const body = { doctorId: doctors.at(-1)!.id, position: 4, ...night, days: ['wed' as const] };
    await clerk.call('add_pattern', { params: { areaId }, body: { ...body, fromDate: '2026-12-01', untilDate: null } });
    expect((await nightOf('2026-12-16')).length).to.equal(4);
    const { patterns } = await clerk.call('roster_patterns', { params: { areaId } });
    const ruleId = patterns.find(({ position }) => position === 4)!.id;
    await clerk.call('end_pattern', { params: { areaId, ruleId }, body: { from: '2026-12-10' } });
    expect((await nightOf('2026-12-09')).length).to.equal(4);
    expect((await nightOf('2026-12-16')).length).to.equal(3);
  });

  it('refuses what cannot be: past dates, unread dates, people and areas of others', async () => {
    const [cell] = await nightOf('2026-12-07');
    const body = { date: '2026-11-20', ...night, position: 1, doctorId: cell!.doctorId, before: null };
    expect(await clerk.refused('assign_duty', { params: { areaId }, body })).to.include({ code: 'roster_past' });
    const absence = { doctorId: cell!.doctorId, from: '2026-12-09', until: '2026-12-08' };
    expect(await clerk.refused('note_absence', { body: absence })).to.include({ code: 'roster_wrong_span' });
    const unread = await clerk.refused('note_absence', { body: { ...absence, until: 'あした' } });
    expect(unread.detail).to.deep.equal({ part: 'body', faults: [{ path: 'until', code: 'custom' }] });
    const auditor = world.person('auditor');
    expect(await auditor.refused('note_absence', { body: absence })).to.include({ code: 'not_permitted' });
    const foreign = world.person('clerk', { associationId: world.ctx.ids.next('as') });
    expect((await foreign.call('roster_areas', {})).areas).to.deep.equal([]);
    const params = { areaId, month: '2026-12' };
    expect(await foreign.refused('roster_month', { params })).to.include({ code: 'not_found' });
    const today = { ...body, date: '2026-12-07' };
    expect(await foreign.refused('assign_duty', { params: { areaId }, body: today })).to.include({ code: 'not_found' });
    const doctorId = cell!.doctorId;
    const away = { doctorId, from: '2026-12-09', until: '2026-12-09' };
    expect(await foreign.refused('note_absence', { body: away })).to.include({ code: 'unknown_doctor' });
  });

  it('changes the roster by a swap only when both sides have said yes, and tells who was asked', async () => {
    const date = '2026-12-21';
    const [first, second] = await nightOf(date);
    const { doctors } = await month();
    const taker = doctors.find(({ id }) => id !== first!.doctorId && id !== second!.doctorId)!;
    const terms = { date, ...night, position: 1, giverId: first!.doctorId, takerId: taker.id };
    const { swapId } = await clerk.call('ask_swap', { params: { areaId }, body: terms });
    expect(await clerk.refused('ask_swap', { params: { areaId }, body: terms })).to.include({ code: 'swap_open' });
    const wrong = { ...terms, giverId: second!.doctorId };
    expect(await clerk.refused('ask_swap', { params: { areaId }, body: wrong })).to.include({ code: 'overtaken' });
    const confirm = (side: 'giver' | 'taker') => clerk.call('confirm_swap', { params: { swapId }, body: { side } });
    expect(await confirm('taker')).to.deep.equal({ status: 'waiting' });
    expect((await nightOf(date))[0]!.doctorId).to.equal(first!.doctorId);
    expect(await confirm('giver')).to.deep.equal({ status: 'agreed' });
    expect((await nightOf(date)).slice(0, 2).map(({ doctorId }) => doctorId)).to.deep.equal([
      taker.id,
      second!.doctorId,
    ]);
    const withdrawn = await clerk.refused('withdraw_swap', { params: { swapId } });
    expect(withdrawn).to.include({ code: 'swap_over', status: 409 });
    expect((await logged(swapId)).map(({ kind }) => kind)).to.deep.equal([
      'swap_asked',
      'swap_confirmed',
      'swap_agreed',
    ]);
    const foreign = world.person('clerk', { associationId: world.ctx.ids.next('as') });
    expect((await foreign.call('roster_swaps', { query: {} })).swaps).to.deep.equal([]);
    const refused = await foreign.refused('decline_swap', { params: { swapId }, body: { side: 'giver' } });
    expect(refused).to.include({ code: 'not_found' });
  });

  it('lapses a swap whose duty is no longer the giver’s when both have said yes', async () => {
    const date = '2026-12-22';
    const [first] = await nightOf(date);
    const [taker, other] = (await month()).doctors.filter(({ isOfArea }) => !isOfArea);
    const terms = { date, ...night, position: 1, giverId: first!.doctorId, takerId: taker!.id };
    const { swapId } = await clerk.call('ask_swap', { params: { areaId }, body: terms });
    const body = { date, ...night, position: 1, doctorId: other!.id, before: first!.doctorId };
    await clerk.call('assign_duty', { params: { areaId }, body });
    await clerk.call('confirm_swap', { params: { swapId }, body: { side: 'taker' } });
    const told = await clerk.call('confirm_swap', { params: { swapId }, body: { side: 'giver' } });
    expect(told).to.deep.equal({ status: 'lapsed' });
    expect((await nightOf(date))[0]!.doctorId).to.equal(other!.id);
  });

  it('shows tonight’s roll-call, and notes what a doctor said to the hub', async () => {
    const before = await clerk.call('roll_call', {});
    expect([before.status, before.date]).to.deep.equal(['not_begun', '2026-11-22']);
    const evening = { ...world.ctx, clock: { ...clock, now: () => new Date('2026-11-22T08:00:00Z') } };
    await sweepRollCalls({ ...evening, wake: () => undefined }, 17);
    const { status, areas } = await clerk.call('roll_call', {});
    expect(status).to.equal('calling');
    const doctor = areas[0]!.doctors[0]!;
    expect(doctor.status).to.equal('ringing');
    await clerk.call('note_roll_call', { body: { doctorId: doctor.doctorId, answer: 'on' } });
    expect((await clerk.call('roll_call', {})).areas[0]!.doctors[0]!.status).to.equal('on');
    // Somebody who was put in after the roll-call had begun is on it, too; the alarm on the whiteboard follows.
    const { doctors } = await month('2026-11');
    const substitute = doctors.find(({ isOfArea }) => !isOfArea)!;
    const place = { date: '2026-11-22', ...night, position: 1, before: doctor.doctorId };
    await clerk.call('assign_duty', { params: { areaId }, body: { ...place, doctorId: substitute.id } });
    await clerk.call('note_roll_call', { body: { doctorId: substitute.id, answer: 'on' } });
    expect((await clerk.call('roll_call', {})).areas[0]!.doctors[0]).to.include({
      name: substitute.name,
      status: 'on',
    });
    const alarms = async () => (await clerk.call('whiteboard', {})).alarms.filter(({ kind }) => kind === 'unconfirmed');
    expect(await alarms()).to.deep.equal([]);
    const { db } = world.ctx;
    await db.query(`update roll_call set status = 'done', done_at = begun_at, gaps = $1`, [
      JSON.stringify([{ areaId, ...night }]),
    ]);
    expect(await alarms()).to.deep.equal([{ kind: 'unconfirmed', areaId }]);
    await clerk.call('note_roll_call', { body: { doctorId: substitute.id, answer: 'on' } });
    expect((await alarms()).map((alarm) => 'areaId' in alarm && alarm.areaId)).to.not.include(areaId);
    const stranger = { doctorId: world.ctx.ids.next('dr'), answer: 'on' as const };
    expect(await clerk.refused('note_roll_call', { body: stranger })).to.include({ code: 'not_found' });
  });

  it('gives out a calendar by a secret address, told once, kept as a hash, and dead once revoked', async () => {
    const { path } = await clerk.call('make_feed', { body: { areaId, doctorId: null } });
    const response = await fetch(`${world.url}${path}`);
    expect(response.headers.get('content-type')).to.match(/^text\/calendar/);
    const text = (await response.text()).replace(/\r\n /g, '');
    expect(text.match(/BEGIN:VEVENT/g)!.length).to.be.above(300);
    const [first] = await nightOf('2026-12-07');
    expect(text).to.include('DTSTART:20261207T090000Z\r\nDTEND:20261208T000000Z');
    expect(text).to.include(`当番 藤棚 1番 ${first!.name}`);
    const { rows } = await world.ctx.db.query('select to_jsonb(roster_feed)::text as row from roster_feed');
    expect(rows[0].row).to.not.include(path.split('/').at(-1));
    const { feeds, doctors } = await clerk.call('roster_feeds', {});
    const own = await clerk.call('make_feed', { body: { doctorId: doctors[0]!.id, areaId: null } });
    const mine = await (await fetch(`${world.url}${own.path}`)).text();
    expect(mine).to.include('当番 藤棚');
    expect(mine).to.not.include(doctors[1]!.name);
    await clerk.call('revoke_feed', { params: { feedId: feeds[0]!.id } });
    expect((await fetch(`${world.url}${path}`)).status).to.equal(404);
    const foreign = world.person('clerk', { associationId: world.ctx.ids.next('as') });
    const refused = await foreign.refused('make_feed', { body: { areaId, doctorId: null } });
    expect(refused).to.include({ code: 'not_found' });
  });

  it('reports the burden of a month: duties from the rules, rings and the night from the legs', async () => {
    const { doctors } = await clerk.call('roster_fairness', { params: { month: '2026-10' } });
    const most = doctors.reduce((a, b) => (a.points > b.points ? a : b));
    expect([most.nights > 3, most.rung, most.awakeMinutes]).to.deep.equal([true, 0, 0]);
    const [caseId, lineId, at] = [world.ctx.ids.next('uc'), world.ctx.ids.next('cl'), '2026-10-05T14:00:00Z'];
    const { db } = world.ctx;
    await db.query('insert into caller_line (id, association_id, created_at) values ($1, $2, $3)', [
      ...[lineId, world.associationId, at],
    ]);
    await db.query(
      `insert into urgent_call (id, association_id, kind, area_id, caller_line_id, status, state, opened_at, audit_seq, audit_hash)
      values ($1, $2, 'area', $3, $4, 'closed', '{}', $5, 1, '')`,
      [caseId, world.associationId, areaId, lineId, at],
    );
    const leg = (outcome: string, from: string, until: string) =>
      db.query(
        `insert into leg (id, case_id, role, subject_id, phone_id, e164, status, outcome, is_live, requested_at, ended_at)
        values ($1, $2, 'doctor', $3, 'ph', '+819000000000', 'ended', $4, false, $5, $6)`,
        [world.ctx.ids.next('lg'), caseId, most.id, outcome, from, until],
      );
    await leg('no_answer', '2026-10-05T14:00:00Z', '2026-10-05T14:00:25Z');
    await leg('no_key', '2026-10-05T14:01:00Z', '2026-10-05T14:01:30Z');
    await leg('finished', '2026-10-05T15:00:00Z', '2026-10-05T15:10:00Z');
    const after = await clerk.call('roster_fairness', { params: { month: '2026-10' } });
    const own = after.doctors.find(({ id }) => id === most.id);
    expect(own).to.include({ rung: 3, answered: 1, accepted: 1, awakeMinutes: 40 });
  });

  it('prints the month’s sheet, and takes the order to fax it', async () => {
    const params = { areaId, month: '2026-12' };
    const response = await clerk.fetch(`/api/roster/areas/${areaId}/months/2026-12/sheet`);
    expect([response.status, response.headers.get('content-type')]).to.deep.equal([200, 'application/pdf']);
    expect(
      Buffer.from(await response.arrayBuffer())
        .subarray(0, 5)
        .toString(),
    ).to.equal('%PDF-');
    await clerk.call('send_roster_sheet', { params: { areaId }, body: { month: params.month } });
    const { sheets } = await clerk.call('roster_sheets', { params: { areaId } });
    expect(sheets[0]).to.include({ month: '2026-12', sentAt: null });
    const foreign = world.person('clerk', { associationId: world.ctx.ids.next('as') });
    expect(await foreign.refused('roster_sheets', { params: { areaId } })).to.include({ code: 'not_found' });
    expect((await foreign.fetch(`/api/roster/areas/${areaId}/months/2026-12/sheet`)).status).to.equal(404);
  });

  describe('in the browser', () => {
    let chromium: Awaited<ReturnType<typeof openBrowser>>;
    before(async function () {
      this.timeout(120_000);
      chromium = await openBrowser(world);
    });
    after(() => chromium?.close());

    it('a month is put right: a gap in red, a doctor chosen by the keyboard, another dragged', async () => {
      const date = '2026-12-15'; // a Tuesday
      expect(weekdayOf(date)).to.equal(2);
      const cells = await nightOf(date);
      for (const { doctorId } of cells)
        await clerk.call('note_absence', { body: { doctorId, from: date, until: date } });
      const page = await chromium.pageOf(clerk);
      await page.goto(`${world.url}/roster?month=2026-12`);
      await page.getByText('今日から31日間に、空き・重複があります').waitFor();
      await expectAccessible(page);
      const row = page.getByRole('row', { name: /12\/15/ });
      const place = (n: number) => row.getByRole('button', { name: new RegExp(`18:00–翌9:00 ${n}番`) });
      await place(1).focus();
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog');
      const { doctors } = await month();
      const free = doctors.filter(({ id, isOfArea }) => isOfArea && cells.every((cell) => cell.doctorId !== id));
      await dialog.getByRole('combobox', { name: '医師' }).fill(free[0]!.name);
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await expectAccessible(page);
      await dialog.getByRole('button', { name: 'この医師にする' }).press('Enter');
      await dialog.waitFor({ state: 'hidden' });
      await row.getByRole('button', { name: new RegExp(`1番 ${spaced(free[0]!.name)}.*変更`) }).waitFor();
      await page.getByText('今日から31日間、空きも重複もありません。').waitFor();
      await place(2).scrollIntoViewIfNeeded();
      const name = row.getByRole('button', { name: /9:00–18:00 1番/ });
      const dragged = (await month()).days
        .find((one) => one.date === date)!
        .cells.find((c) => c.from === 540 && c.position === 1)!;
      const [start, end] = [(await name.boundingBox())!, (await place(2).boundingBox())!];
      await page.mouse.move(start.x + 10, start.y + 10);
      await page.mouse.down();
      await page.mouse.move(start.x + 40, start.y + 12, { steps: 4 });
      await page.mouse.move(end.x + 20, end.y + 12, { steps: 8 });
      await page.mouse.up();
      await row.getByRole('button', { name: new RegExp(`翌9:00 2番 ${spaced(dragged.name)}`) }).waitFor();
      expect((await nightOf(date))[1]!.doctorId).to.equal(dragged.doctorId);
      expect(chromium.problems).to.deep.equal([]);
    });

    it('a swap is asked for at the place, confirmed side by side, and the roll-call is followed live', async () => {
      const page = await chromium.pageOf(clerk);
      await page.goto(`${world.url}/roster?month=2026-12`);
      const row = page.getByRole('row', { name: /12\/24/ });
      await row.getByRole('button', { name: /18:00–翌9:00 1番/ }).click();
      const { doctors } = await month();
      const taker = doctors.at(-1)!;
      await page.getByRole('combobox', { name: '医師' }).fill(taker.name);
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'この医師に交代を頼む' }).click();
      await page.getByText('交代の依頼を書き込みました。').waitFor();
      await page.getByRole('dialog').getByRole('link', { name: '交代' }).click();
      const card = page.getByRole('article', { name: /12\/24/ });
      await expectAccessible(page);
      await card
        .getByRole('button', { name: /承知を書き込む/ })
        .first()
        .click();
      await card.getByRole('button', { name: /承知を書き込む/ }).click();
      await card.getByText('決まり').waitFor();
      expect((await nightOf('2026-12-24'))[0]!.doctorId).to.equal(taker.id);
      await page.getByRole('link', { name: '今夜の点呼' }).click();
      await page.getByText('更新中').waitFor();
      await page.getByText('電話をかけています。').waitFor();
      await expectAccessible(page);
      expect(chromium.problems).to.deep.equal([]);
    });

    it('calendars are made and the burden is shown as plots', async () => {
      const page = await chromium.pageOf(clerk);
      await page.goto(`${world.url}/roster/calendars`);
      await page.getByRole('combobox', { name: '医師・地区' }).fill('浅間台');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'アドレスを作る' }).click();
      await page.getByText(`${world.url}/api/calendars/`).waitFor();
      await expectAccessible(page);
      await page.goto(`${world.url}/roster/fairness?month=2026-10`);
      await page.getByRole('img', { name: '当番の点数' }).waitFor();
      await expectAccessible(page);
      await page.getByText('呼出', { exact: true }).first().click();
      await page.getByRole('img', { name: '呼出' }).waitFor();
      expect(chromium.problems).to.deep.equal([]);
    });

    it('absences and the week are written by those who may, and read by the others', async () => {
      const page = await chromium.pageOf(clerk);
      await page.goto(`${world.url}/roster/absences`);
      const { doctors } = await month();
      await page.getByRole('combobox', { name: '医師' }).fill(doctors[0]!.name);
      await page.getByRole('option').first().click();
      await page.getByLabel('この日から').fill('令和8年12月28日');
      await page.getByLabel('この日まで').fill('あした');
      await page.getByRole('button', { name: '足す' }).click();
      await page.getByText('日付が読み取れません').waitFor();
      await page.getByLabel('この日まで').fill('R8.12.30');
      await page.getByRole('button', { name: '足す' }).click();
      await page.getByRole('cell', { name: '12/28（月）〜12/30（水）', exact: true }).waitFor();
      await expectAccessible(page);
      await page.goto(`${world.url}/roster/patterns`);
      await page
        .getByRole('button', { name: /の型を終わらせる/ })
        .first()
        .waitFor();
      await expectAccessible(page);
      const auditor = await chromium.pageOf(world.person('auditor'));
      await auditor.goto(`${world.url}/roster/patterns`);
      await auditor.getByRole('table').waitFor();
      expect(await auditor.getByRole('button', { name: /の型を終わらせる/ }).count()).to.equal(0);
      expect(chromium.problems.filter((one) => !one.includes('400'))).to.deep.equal([]);
    });
  });
});
