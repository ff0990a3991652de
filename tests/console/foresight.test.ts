import { expect } from 'chai';
import type { Foresight, MonthFigures } from '../../src/foresight/figures.ts';
import { createForesights } from '../../src/foresight/foresights.ts';
import type { Picture } from '../../src/foresight/picture.ts';
import type { Outcome, Run } from '../../src/foresight/runner.ts';
import { expectAccessible } from '../support/axe.ts';
import { type ConsoleWorld, openBrowser, openConsoleWorld, type Person } from '../support/console.ts';
import { clock } from './roster-support.ts';

const month = '2026-12';
const params = { month };

const some = { calls: 40, median: 30, p90: 75, over180: 0.05, standby: 0.025, nobody: 0 };
const monthOf = (picture: Picture, value: string): MonthFigures => {
  const [area, doctor] = [picture.areas[0]!.id, picture.doctors[0]!.id];
  const place = { areaId: area, doctors: [doctor], fewest: 1 };
  const night = { date: `${value}-06`, ...place };
  const weak = { dates: [`${value}-06`, `${value}-13`], ...place, ...some, meanSeconds: 95 };
  return {
    ...{ month: value, all: some, areas: [{ areaId: area, ...some }], weekdays: [{ weekday: 0, ...some }] },
    ...{ hours: [{ hour: 22, ...some }], alone: [night], weakest: [weak] },
    curve: [0, 60, 120, 180, 240, 300].map((seconds) => ({ seconds, share: seconds / 300 })),
    doctors: [{ doctorId: doctor, nightsOnDuty: 4, asked: 3.5, accepted: 2 }],
  };
};
const answerTo = (picture: Picture): Foresight => ({
  ...{ rounds: 5, nights: 70, broken: 0, callsPerNight: 6, callsSource: 'model', hasDraftPlans: false },
  ...{ asked: monthOf(picture, month), base: monthOf(picture, '2026-11') },
});

/** Plays nothing: each run is ended by the test. */
function createStage() {
  const runs: { picture: Picture; onNight: Parameters<Run>[1]['onNight']; end(outcome: Outcome): void }[] = [];
  const run: Run = (picture, { onNight, signal }) =>
    new Promise((end) => {
      runs.push({ picture, onNight, end });
      signal.addEventListener('abort', () => end({ failed: 'crash' }));
    });
  return { runs, run };
}

describe('what a month’s roster would do, asked at the console', () => {
  let world: ConsoleWorld;
  let clerk: Person;
  const stage = createStage();
  before(async function () {
    this.timeout(120_000);
    world = await openConsoleWorld({ clock });
    const { db, ids, log, plan } = world.ctx;
    world.ctx.foresights = createForesights({ db, ids, log, plan, clock, run: stage.run });
    clerk = world.person('clerk', { name: '事務 花子' });
  });
  after(() => world?.close());

  const read = () => clerk.call('foresight', { params });
  const begin = async () => {
    await clerk.call('start_foresight', { params });
    return stage.runs.at(-1)!;
  };
  /** The answer is written after the child has told it. */
  async function endsAs(status: string): Promise<void> {
    for (let turn = 0; turn < 500; turn++) {
      if ((await read()).run?.status === status) return;
    }
    expect.fail(`it did not become ${status}`);
  }

  it('has no answer before anybody asked, and nothing to print', async () => {
    expect(await read()).to.deep.equal({ run: null, answer: null });
    expect((await clerk.fetch(`/api/roster/foresight/${month}/sheet`)).status).to.equal(404);
  });

  it('hands the roster, doctors, plans and patients over to the process, and no number of anybody’s telephone', async () => {
    const { picture, end } = await begin();
    const text = JSON.stringify(picture);
    const numbers = await world.ctx.db.query<{ e164: string }>('select e164 from phone');
    expect(numbers.rows.filter(({ e164 }) => text.includes(e164.slice(3)))).to.deep.equal([]);
    expect(numbers.rows.length).to.be.above(30);
    expect(picture.rules.length).to.be.above(100);
    expect(picture.patients.length).to.be.above(10);
    expect(picture.phones.length).to.be.above(picture.doctors.length);
    expect(picture.months).to.deep.equal({ asked: month, base: '2026-11' });
    const { rows } = await world.ctx.db.query('select name from doctor limit 1');
    expect(text).to.not.include(rows[0].name);
    expect((await read()).run).to.include({ status: 'running', played: 0 });
    const second = await clerk.refused('start_foresight', { params: { month: '2027-01' } });
    expect([second.status, second.code]).to.deep.equal([409, 'foresight_running']);
    end({ foresight: answerTo(picture) });
    await endsAs('done');
  });

  it('tells it with names, prints it, and shows it no more once the roster is another', async () => {
    const { answer, run } = await read();
    expect(run).to.include({ status: 'done' });
    expect(answer!.asked.weakest[0]!.area).to.equal('藤棚');
    expect(answer!.asked.doctors[0]!.name).to.match(/\S/);
    const sheet = await clerk.fetch(`/api/roster/foresight/${month}/sheet`);
    const bytes = Buffer.from(await sheet.arrayBuffer());
    expect([sheet.status, bytes.subarray(0, 5).toString()]).to.deep.equal([200, '%PDF-']);
    const { doctors } = await clerk.call('roster_absences', {});
    const away = { doctorId: doctors[0]!.id, from: '2026-12-01', until: '2026-12-02' };
    await clerk.call('note_absence', { body: away });
    const after = await read();
    expect([after.run?.status, after.answer]).to.deep.equal(['outdated', null]);
    expect((await clerk.fetch(`/api/roster/foresight/${month}/sheet`)).status).to.equal(404);
  });

  it('says why when the process took too long, and may be asked again', async () => {
    const { end } = await begin();
    end({ failed: 'time' });
    await endsAs('failed');
    expect((await read()).run?.failure).to.equal('time');
  });

  it('is a matter of those who may plan the roster, each for his own association', async () => {
    const auditor = world.person('auditor');
    expect((await auditor.refused('foresight', { params })).status).to.equal(403);
    const stranger = world.person('clerk', { associationId: world.ctx.ids.next('as') });
    expect(await stranger.call('foresight', { params })).to.deep.equal({ run: null, answer: null });
    expect(await stranger.refused('start_foresight', { params })).to.include({ code: 'nobody_to_ring' });
  });

  it('is shown as interrupted when its console ended, and leaves nothing behind', async () => {
    await begin();
    await world.ctx.foresights.close();
    await world.ctx.db.query("update roster_foresight set beat_at = beat_at - interval '10 minutes'");
    expect((await read()).run?.status).to.equal('interrupted');
  });
});

describe('the page about a month’s roster', () => {
  it('is followed and read by keyboard, and printed', async function () {
    this.timeout(120_000);
    const stage = createStage();
    const world = await openConsoleWorld({ clock });
    const { db, ids, log, plan } = world.ctx;
    world.ctx.foresights = createForesights({ db, ids, log, plan, clock, run: stage.run });
    const chromium = await openBrowser(world);
    try {
      const page = await chromium.pageOf(world.person('clerk'));
      await page.goto(`${world.url}/roster?month=${month}`);
      await page.getByRole('link', { name: 'この月の見通し' }).press('Enter');
      await page.getByText('まだ計算していません').waitFor();
      await expectAccessible(page);
      await page.getByRole('button', { name: '見通しを計算する' }).press('Enter');
      await page
        .getByText(/計算しています/)
        .first()
        .waitFor();
      await expectAccessible(page);
      const { picture, end } = stage.runs[0]!;
      end({ foresight: answerTo(picture) });
      await page.getByRole('img', { name: 'つながるまでの秒数と、つながった電話の割合' }).waitFor();
      await page.getByRole('table', { name: '弱い夜' }).getByText('藤棚').waitFor();
      await page.getByText('この数字の前提').waitFor();
      await expectAccessible(page);
      expect(await page.getByRole('link', { name: '委員会用に印刷（PDF）' }).getAttribute('href')).to.include(month);
      const auditor = await chromium.pageOf(world.person('auditor'));
      await auditor.goto(`${world.url}/roster?month=${month}`);
      await auditor
        .getByRole('button', { name: /次の月/ })
        .or(auditor.getByRole('link', { name: '次の月' }))
        .first()
        .waitFor();
      expect(await auditor.getByRole('link', { name: /見通し/ }).count()).to.equal(0);
      expect(chromium.problems).to.deep.equal([]);
    } finally {
      await chromium.close();
      await world.close();
    }
  });
});
