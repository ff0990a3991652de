import { expect } from 'chai';
import { closedCasesText } from '../../src/console/calls/store.ts';
import { expectAccessible } from '../support/axe.ts';
import { openBrowser } from '../support/console.ts';
import { type ConsoleNight, openConsoleNight } from '../support/console-night.ts';
import { answersAndPresses1, declines, neverPicksUp, nurseRingsAbout } from '../support/habits.ts';

describe('the desk of the urgent calls', () => {
  let night: ConsoleNight;
  before(async () => {
    night = await openConsoleNight();
  });
  after(() => night?.close());

  /** A call that a doctor takes, until it is closed with "visiting". */
  async function taken(name: string, from: string): Promise<{ doctorId: string; patientId: string }> {
    const { world } = night;
    const doctor = await world.town.doctor(name);
    await world.phoneOf(doctor).habit(answersAndPresses1);
    const patient = await world.town.patient({ attending: doctor });
    const nurse = await nurseRingsAbout(world, patient.card, from);
    await world.passes({ seconds: 60 });
    await nurse.hangUp();
    await world.passes({ minutes: 12 });
    return { doctorId: doctor.id, patientId: patient.id };
  }

  it('moves live in the browser while an urgent call rings on the exchange, and tells it in words', async function () {
    this.timeout(180_000);
    const { world, desk } = night;
    const [first, second] = [await world.town.doctor('佐藤医師'), await world.town.doctor('鈴木医師')];
    await world.phoneOf(first).habit(declines);
    await world.phoneOf(second).habit(neverPicksUp);
    const chromium = await openBrowser(desk);
    try {
      const page = await chromium.pageOf(night.person('nurse'));
      await page.goto(`${desk.url}/calls`);
      await page.getByText('進行中の緊急呼はありません。').waitFor();
      const patient = await world.town.patient({ attending: first, deputies: [second] });
      const nurse = await nurseRingsAbout(world, patient.card);
      await page.getByText('呼出中: 佐藤医師').waitFor();
      await expectAccessible(page);
      await page.getByRole('link', { name: '経過を見る' }).click();
      await page.getByText('佐藤医師 を呼び出した（1回目）').waitFor();
      await world.passes({ seconds: 9 });
      await page.getByText('佐藤医師 が 2 を押した（受けられない）').waitFor();
      await page.getByText('主治医の患者さんの急変です。受ける1、できない2').first().waitFor();
      await page
        .getByRole('row', { name: /鈴木医師/ })
        .getByText('呼出中')
        .waitFor();
      await expectAccessible(page);
      await page.setViewportSize({ width: 390, height: 844 });
      await page.waitForFunction('document.documentElement.scrollWidth === 390'); // when the menu has slid away
      expect(chromium.problems).to.deep.equal([]);
      const third = await world.town.standby('待機 花子');
      await world.phoneOf(third).habit(answersAndPresses1);
      await world.passes({ minutes: 4 });
      await nurse.hangUp();
      await world.passes({ minutes: 12 });
      await page.getByText('待機 花子 が 1 を押して受けた').waitFor();
    } finally {
      await chromium.close();
    }
  });

  it('goes on by key, newest first, and is filtered by area and outcome', async () => {
    await taken('高橋医師', '+819000001002');
    await taken('田中医師', '+819000001003');
    const clerk = night.person('clerk');
    const all = (await clerk.call('closed_calls', { query: {} })).calls;
    expect(all.slice(0, 2).map(({ takenBy }) => takenBy)).to.deep.equal(['田中医師', '高橋医師']);
    const [newest] = all;
    const after = `${Date.parse(newest!.openedAt)}.${newest!.id}`;
    const rest = (await clerk.call('closed_calls', { query: { after } })).calls;
    expect(rest.map(({ id }) => id)).to.deep.equal(all.slice(1).map(({ id }) => id));
    const { 浅間台: elsewhere } = night.world.town.areas;
    expect((await clerk.call('closed_calls', { query: { areaId: elsewhere } })).calls).to.deep.equal([]);
    const { outcome } = newest!;
    const same = (await clerk.call('closed_calls', { query: { outcome } })).calls;
    expect(same.map((call) => call.outcome))
      .to.include(outcome)
      .and.satisfy((list: string[]) => new Set(list).size === 1);
  });

  it('prints a copy that names the patient by the hub’s number, and writes down that it did', async () => {
    const auditor = night.person('auditor', '監査 一郎');
    const [call] = (await auditor.call('closed_calls', { query: {} })).calls;
    const { ctx } = night.desk;
    const { maker } = ctx;
    let text = '';
    ctx.maker = {
      ...maker,
      pdf(template, data) {
        text = JSON.stringify(data);
        return maker.pdf(template, data);
      },
    };
    const pdf = await auditor.call('urgent_call_report', { params: { caseId: call!.id } });
    ctx.maker = maker;
    expect((await pdf.text()).slice(0, 5)).to.equal('%PDF-');
    expect(text).to.include(call!.patientCode!).and.include('田中医師').and.include('監査 一郎');
    const { rows } = await night.world.db.query(`select actor, data from audit_entry where kind = 'case_printed'`);
    expect(rows).to.have.length(1);
    expect(rows[0]).to.deep.include({ actor: `operator:${auditor.staff.id}` });
  });

  it('shows another association nothing', async () => {
    const [call] = (await night.person('clerk').call('closed_calls', { query: {} })).calls;
    const stranger = night.desk.person('nurse'); // of the example ward
    const params = { caseId: call!.id };
    expect((await stranger.call('closed_calls', { query: {} })).calls).to.deep.equal([]);
    expect((await stranger.call('open_calls', {})).calls).to.deep.equal([]);
    expect(await stranger.refused('urgent_call', { params })).to.include({ status: 404, code: 'not_found' });
    expect(await stranger.refused('urgent_call_report', { params })).to.include({ code: 'not_found' });
  });

  it('finds a page of the list by its index', async () => {
    const client = await night.world.db.connect();
    try {
      await client.query('begin; set local enable_seqscan = off; set local enable_bitmapscan = off');
      const values = [night.world.town.associationId, null, null, null, null, 31];
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${closedCasesText}`, values);
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(plan).to.include('urgent_call_closed');
    } finally {
      await client.query('rollback');
      client.release();
    }
  });
});
