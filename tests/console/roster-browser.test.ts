import { expect } from 'chai';
import { weekdayOf } from '../../src/lib/japan-time.ts';
import { expectAccessible } from '../support/axe.ts';
import { openBrowser } from '../support/console.ts';
import { clock, night, useRosterDesk } from './roster-support.ts';

/** The browser tells an ideographic space in a name as a plain one. */
const spaced = (name: string): string => name.replace(/\s/g, '\\s');

describe('the pages of the roster', () => {
  const desk = useRosterDesk();
  let chromium: Awaited<ReturnType<typeof openBrowser>>;
  before(async function () {
    this.timeout(120_000);
    chromium = await openBrowser(desk.world);
  });
  after(() => chromium?.close());

  it('a month is put right: a gap in red, a doctor chosen by the keyboard, another dragged', async () => {
    const date = '2026-12-15'; // a Tuesday
    expect(weekdayOf(date)).to.equal(2);
    const cells = await desk.nightOf(date);
    for (const { doctorId } of cells)
      await desk.clerk.call('note_absence', { body: { doctorId, from: date, until: date } });
    const page = await chromium.pageOf(desk.clerk);
    await page.goto(`${desk.world.url}/roster?month=2026-12`);
    await page.getByText('今日から31日間に、空き・重複があります').waitFor();
    await expectAccessible(page);
    const row = page.getByRole('row', { name: /12\/15/ });
    const place = (n: number) => row.getByRole('button', { name: new RegExp(`18:00–翌9:00 ${n}番`) });
    await place(1).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    const { doctors } = await desk.month();
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
    const dragged = (await desk.month()).days
      .find((one) => one.date === date)!
      .cells.find((c) => c.from === 540 && c.position === 1)!;
    const [start, end] = [(await name.boundingBox())!, (await place(2).boundingBox())!];
    await page.mouse.move(start.x + 10, start.y + 10);
    await page.mouse.down();
    await page.mouse.move(start.x + 40, start.y + 12, { steps: 4 });
    await page.mouse.move(end.x + 20, end.y + 12, { steps: 8 });
    await page.mouse.up();
    await row.getByRole('button', { name: new RegExp(`翌9:00 2番 ${spaced(dragged.name)}`) }).waitFor();
    expect((await desk.nightOf(date))[1]!.doctorId).to.equal(dragged.doctorId);
    expect(chromium.problems).to.deep.equal([]);
  });

  it('a swap is asked for at the place, confirmed side by side, and the roll-call is followed live', async () => {
    const page = await chromium.pageOf(desk.clerk);
    await page.goto(`${desk.world.url}/roster?month=2026-12`);
    const row = page.getByRole('row', { name: /12\/24/ });
    await row.getByRole('button', { name: /18:00–翌9:00 1番/ }).click();
    const { doctors } = await desk.month();
    const taker = doctors.at(-1)!;
    await page.getByRole('combobox', { name: '医師' }).fill(taker.name);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'この医師に交代を頼む' }).click();
    await page.getByText('交代の依頼を書き込みました。').waitFor();
    await page.getByRole('dialog').getByRole('link', { name: '交代' }).click();
    const card = page.getByRole('article', { name: /12\/24/ });
    await card.waitFor();
    await expectAccessible(page);
    await card
      .getByRole('button', { name: /承知を書き込む/ })
      .first()
      .click();
    const yes = card.getByRole('button', { name: /承知を書き込む/ });
    await yes.nth(1).waitFor({ state: 'detached' });
    await yes.click();
    await card.getByText('決まり').waitFor();
    expect((await desk.nightOf('2026-12-24'))[0]!.doctorId).to.equal(taker.id);
    const { db, ids } = desk.world.ctx;
    await db.query(
      `insert into roll_call (id, association_id, service_date, status, begun_at, done_at, gaps)
      values ($1, $2, '2026-11-22', 'done', $3, $3, $4)`,
      [ids.next('rl'), desk.world.associationId, clock.now(), JSON.stringify([{ areaId: desk.areaId, ...night }])],
    );
    await page.getByRole('link', { name: '今夜の点呼' }).click();
    await page.getByText('更新中').waitFor();
    await page.getByText('確認できていない時間帯があります').waitFor();
    await expectAccessible(page);
    expect(chromium.problems).to.deep.equal([]);
  });

  it('calendars are made and the burden is shown as plots', async () => {
    const page = await chromium.pageOf(desk.clerk);
    await page.goto(`${desk.world.url}/roster/calendars`);
    await page.getByRole('combobox', { name: '医師・地区' }).fill('浅間台');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'アドレスを作る' }).click();
    await page.getByText(`${desk.world.url}/api/calendars/`).waitFor();
    await expectAccessible(page);
    await page.goto(`${desk.world.url}/roster/fairness?month=2026-10`);
    await page.getByRole('img', { name: '当番の点数' }).waitFor();
    await expectAccessible(page);
    await page.getByText('呼出', { exact: true }).first().click();
    await page.getByRole('img', { name: '呼出' }).waitFor();
    expect(chromium.problems).to.deep.equal([]);
  });

  it('absences and the week are written by those who may, and read by the others', async () => {
    const page = await chromium.pageOf(desk.clerk);
    await page.goto(`${desk.world.url}/roster/absences`);
    const { doctors } = await desk.month();
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
    await page.goto(`${desk.world.url}/roster/patterns`);
    await page
      .getByRole('button', { name: /の型を終わらせる/ })
      .first()
      .waitFor();
    await expectAccessible(page);
    const auditor = await chromium.pageOf(desk.world.person('auditor'));
    await auditor.goto(`${desk.world.url}/roster/patterns`);
    await auditor.getByRole('table').waitFor();
    expect(await auditor.getByRole('button', { name: /の型を終わらせる/ }).count()).to.equal(0);
    const problems = chromium.problems.splice(0); // the date that cannot be read is refused with 400
    expect(problems.filter((one) => !one.includes('400'))).to.deep.equal([]);
  });

  it('a list is checked line by line in the browser, and taken over', async () => {
    const { doctors } = await desk.month('2027-01');
    const cells = await desk.nightOf('2027-01-18');
    const doctor = doctors.find(({ id, isOfArea }) => isOfArea && cells.every((cell) => cell.doctorId !== id))!;
    const csv = ['日付,時間帯,順位,医師', `2027/1/18,18:00-33:00,5,${doctor.name}`, '2027/1/19,夜,1,だれか', ''];
    const page = await chromium.pageOf(desk.clerk);
    await page.goto(`${desk.world.url}/roster/import`);
    const chooser = page.waitForEvent('filechooser');
    await page.getByLabel('ファイル（CSV・ICS）').click();
    await (await chooser).setFiles({ name: '1月.csv', mimeType: 'text/csv', buffer: Buffer.from(csv.join('\n')) });
    await page.getByRole('button', { name: '内容を確かめる' }).press('Enter');
    await page.getByText('時間帯が読めません').waitFor();
    await expectAccessible(page);
    expect((await desk.nightOf('2027-01-18')).length).to.equal(3);
    await page.getByRole('button', { name: '1件を取り込む' }).click();
    await page.getByText('1件を取り込みました。').waitFor();
    expect((await desk.nightOf('2027-01-18')).map(({ doctorId }) => doctorId)[3]).to.equal(doctor.id);
    const auditor = await chromium.pageOf(desk.world.person('auditor'));
    await auditor.goto(`${desk.world.url}/roster/replies`);
    await auditor.getByText('返信はまだありません').first().waitFor();
    expect(await auditor.getByRole('link', { name: '取り込み' }).count()).to.equal(0);
    expect(chromium.problems).to.deep.equal([]);
  });
});
