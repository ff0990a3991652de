import { expect } from 'chai';
import { expectAccessible } from '../support/axe.ts';
import { openBrowser } from '../support/console.ts';
import { type ConsoleNight, openConsoleNight } from '../support/console-night.ts';
import { answersAndPresses, answersAndPresses1, nurseRingsAbout } from '../support/habits.ts';
import type { TownPerson } from '../support/town.ts';

const hour = 3_600_000;

describe('the desk of the beds', () => {
  let night: ConsoleNight;
  let hospital: TownPerson;
  let other: TownPerson;
  before(async () => {
    night = await openConsoleNight();
    const { town } = night.world;
    hospital = await town.hospital('みなと病院');
    other = await town.hospital('西区病院');
    await town.duty(hospital, 1, { from: 1020, to: 1980 });
  });
  after(() => night?.close());

  const params = () => ({ hospitalId: hospital.id });
  const told = { bedType: 'general', freeCount: 2, acceptance: 'open', seenAsOf: null } as const;
  const general = async () => {
    const { hospitals } = await night.person('clerk').call('beds', {});
    return hospitals.find(({ id }) => id === hospital.id)!.beds.find(({ bedType }) => bedType === 'general')!;
  };

  it('never shows old news as free', async () => {
    const { world } = night;
    await world.town.beds(hospital, 3, new Date(world.now().getTime() - 13 * hour));
    expect(await general()).to.deep.include({ standing: 'to_ask' });
  });

  it('takes what the hub was told, with an entry in the log, and shows it as fresh', async () => {
    const nurse = night.person('nurse');
    const seen = (await general()).told!.asOf;
    const { asOf } = await nurse.call('tell_beds', { params: params(), body: { ...told, seenAsOf: seen } });
    expect(await general()).to.deep.include({ standing: 'free' });
    expect((await general()).told).to.deep.include({ freeCount: 2, source: 'web', asOf });
    const { rows } = await night.world.db.query('select actor, data from audit_entry where chain_id = $1', [
      hospital.id,
    ]);
    expect(rows).to.deep.equal([
      { actor: `operator:${nurse.staff.id}`, data: { bedType: 'general', freeCount: 2, acceptance: 'open' } },
    ]);
  });

  it('refuses what overlooks newer news, more beds than have staff, and who may not or is of elsewhere', async () => {
    const nurse = night.person('nurse');
    expect(await nurse.refused('tell_beds', { params: params(), body: told })).to.include({ code: 'beds_overtaken' });
    const seenAsOf = (await general()).told!.asOf;
    const tooMany = { ...told, freeCount: 11, seenAsOf };
    expect(await nurse.refused('tell_beds', { params: params(), body: tooMany })).to.deep.include({
      ...{ status: 422, code: 'more_than_staffed', detail: { staffed: 10 } },
    });
    const auditor = night.person('auditor');
    expect(await auditor.refused('tell_beds', { params: params(), body: told })).to.include({ code: 'not_permitted' });
    const stranger = night.desk.person('nurse'); // of the example ward
    expect(await stranger.refused('tell_beds', { params: params(), body: told })).to.include({ code: 'not_found' });
    expect(await stranger.refused('hospital_beds', { params: params() })).to.include({ code: 'not_found' });
    const hospitalIds = [hospital.id];
    const foreign = { params: { date: '2026-11-30' }, body: { hospitalIds } };
    expect(await stranger.refused('change_rotation', foreign)).to.include({ code: 'not_found' });
    expect((await stranger.call('beds', {})).hospitals.map(({ id }) => id)).to.not.include(hospital.id);
  });

  it('keeps the patterns of a hospital as a whole, and names the line that is wrong', async () => {
    const nurse = night.person('nurse');
    const pattern = { bedType: 'general', days: ['mon'], from: 1020, to: 1980, acceptance: 'consult' } as const;
    const wrong = {
      params: params(),
      body: {
        patterns: [
          { ...pattern, days: [...pattern.days] },
          { ...pattern, days: [] },
        ],
      },
    };
    expect(await nurse.refused('replace_bed_patterns', wrong)).to.deep.include({
      ...{ code: 'pattern_no_days', detail: { line: 2 } },
    });
    await nurse.call('replace_bed_patterns', { params: params(), body: { patterns: [{ ...pattern, days: ['mon'] }] } });
    expect((await nurse.call('hospital_beds', { params: params() })).patterns).to.have.length(1);
    expect((await general()).usual).to.equal('consult'); // a Monday night
  });

  it('decides one date of the rotation, and takes it back to the pattern', async () => {
    const nurse = night.person('nurse');
    const turnsOn = async (date: string) => {
      const { days } = await nurse.call('rotation', { query: { month: '2026-11' } });
      return days.find((day) => day.date === date)!.turns.map(({ name, isException }) => [name, isException]);
    };
    expect(await turnsOn('2026-11-23')).to.deep.equal([['みなと病院', false]]);
    const params = { date: '2026-11-23' };
    await nurse.call('change_rotation', { params, body: { hospitalIds: [other.id, hospital.id] } });
    expect(await turnsOn('2026-11-23')).to.deep.equal([
      ['西区病院', true],
      ['みなと病院', true],
    ]);
    await nurse.call('change_rotation', { params, body: { hospitalIds: [] } });
    expect(await turnsOn('2026-11-23')).to.deep.equal([['みなと病院', false]]);
    const past = { params: { date: '2026-11-01' }, body: { hospitalIds: [other.id] } };
    expect(await nurse.refused('change_rotation', past)).to.include({ code: 'date_over' });
  });

  it('knows how often a fresh status was followed by a yes, from calls that really asked', async () => {
    const { world } = night;
    const doctor = await world.town.doctor('佐藤医師');
    await world.phoneOf(doctor).habit({
      ...answersAndPresses1,
      keys: [...answersAndPresses1.keys, { afterSeconds: 8, digits: '*' }, { afterSeconds: 14, digits: '1' }],
    });
    await world.phoneOf(hospital).habit(answersAndPresses('1', 5));
    const patient = await world.town.patient({ attending: doctor, hospital });
    const nurse = await nurseRingsAbout(world, patient.card);
    await world.passes({ seconds: 90 });
    const { hospitals } = await night.person('nurse').call('bed_truth', {});
    expect(hospitals).to.deep.equal([{ id: hospital.id, agreed: 1, disagreed: 0, unknown: 0 }]);
    const { history } = await night.person('nurse').call('hospital_beds', { params: params() });
    expect(history.map(({ source, freeCount }) => [source, freeCount])).to.deep.equal([
      ['admission', 1],
      ['web', 2],
    ]);
    await nurse.hangUp();
    await world.passes({ minutes: 5 });
  });

  it('finds what was known at an instant by its index, however long the history', async () => {
    const { rows } = await night.world.db.query<{ 'QUERY PLAN': string }>(
      `explain select free_count from bed_offer_history
      where hospital_id = 'x' and bed_type = 'general' and known_from <= now()
      order by known_from desc, id desc limit 1`,
    );
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).to.include('bed_offer_history_of_bed');
  });

  it('is typed with the keyboard, read back, and kept only then', async function () {
    this.timeout(120_000);
    const chromium = await openBrowser(night.desk);
    try {
      const page = await chromium.pageOf(night.person('nurse'));
      await page.goto(`${night.desk.url}/beds`);
      await page.getByRole('button', { name: '西区病院 一般 の状況を入力' }).press('Enter');
      await page.getByLabel('空床の数').fill('１２');
      await page.getByLabel('空床の数').press('Enter');
      await page.getByText('0から10までの数を入れてください。').waitFor();
      await page.getByLabel('空床の数').fill('１');
      await page.getByRole('radio', { name: '△ 要相談' }).press('Space');
      await page.getByLabel('空床の数').press('Enter');
      await page.getByText('西区病院、一般、1床、△ 要相談').waitFor();
      await expectAccessible(page);
      await page.getByRole('button', { name: 'このとおり記録する' }).press('Enter');
      const row = page.getByRole('row', { name: /西区病院/ });
      await row.getByText('1床').waitFor();
      await row.getByText('いま').waitFor();
      await expectAccessible(page);
      for (const path of ['/beds/rotation', `/beds/${hospital.id}`]) {
        await page.goto(night.desk.url + path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.getByText('みなと病院').first().waitFor();
        await expectAccessible(page);
      }
      expect(chromium.problems).to.deep.equal([]);
    } finally {
      await chromium.close();
    }
  });
});
