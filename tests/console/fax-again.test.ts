import { expect } from 'chai';
import { inTransaction } from '../../src/db.ts';
import { faxSettled } from '../../src/disclosures/render.ts';
import { expectAccessible } from '../support/axe.ts';
import { openBrowser, type Person } from '../support/console.ts';
import { type ConsoleNight, openConsoleNight } from '../support/console-night.ts';
import { answersAndPresses1, nurseRingsAbout } from '../support/habits.ts';
import { giveFax, givePin, giveRecord, keysPatient, type Scene, signsOn } from '../support/record-scene.ts';
import { expectSoundLog } from '../support/sound-log.ts';
import type { TownPerson } from '../support/town.ts';
import type { Line } from '../support/world.ts';

describe('a record page that failed for good', function () {
  this.timeout(120_000);
  let night: ConsoleNight;
  let nurse: Person;
  let clinic = 0;
  before(async () => {
    night = await openConsoleNight();
    nurse = night.person('nurse');
  });
  after(() => night?.close());

  const rows = async (sql: string, values: unknown[] = []) => (await night.world.db.query(sql, values)).rows;
  const newestFax = async (): Promise<string> =>
    (await rows(`select fax_id from release_page where kind = 'record' order by created_at desc limit 1`))[0].fax_id;
  const again = async (faxId: string) => (await nurse.call('sent_fax', { params: { faxId } })).again;
  const kindsOf = async (disclosureId: string) =>
    (await rows('select kind from audit_entry where chain_id = $1 order by seq', [disclosureId])).map(
      ({ kind }) => kind,
    );

  /** What the line leaves after its last try. */
  async function failsForGood(faxId: string): Promise<void> {
    const { world } = night;
    await inTransaction(world.db, async (tx) => {
      await tx.query(
        `update fax
        set status = 'failed', document = null, due_at = null, settled_at = $2, failure = $3
        where id = $1`,
        [faxId, world.now(), JSON.stringify({ class: 'busy', retryable: false, code: '6' })],
      );
      await faxSettled(world.ctx, tx, { faxId, isDelivered: false }, world.now());
    });
  }

  /** A doctor takes an urgent call, and his page is on the line. */
  async function taken(): Promise<{ caller: Line; doctor: TownPerson; destinationId: string; faxId: string }> {
    const { world } = night;
    const doctor = await world.town.doctor(`主治医 ${++clinic}`);
    const destinationId = await giveFax(world, doctor, `+8145000123${clinic}`);
    await world.phoneOf(doctor).habit(answersAndPresses1);
    const patient = await world.town.patient({ attending: doctor });
    giveRecord(world, patient.id);
    const caller = await nurseRingsAbout(world, patient.card, `+8190000090${clinic}0`);
    await world.passes({ seconds: 20 });
    return { caller, doctor, destinationId, faxId: await newestFax() };
  }

  it('is sent once more while its urgent call is open: the same disclosure, with who wanted it', async () => {
    const { world } = night;
    const { caller, doctor, faxId } = await taken();
    expect(await again(faxId)).to.equal(null);
    await failsForGood(faxId);
    expect(await again(faxId)).to.deep.include({ state: 'possible', recipient: { kind: 'doctor', id: doctor.id } });
    const params = { faxId };
    expect(await night.person('auditor').refused('send_again', { params })).to.include({ status: 403 });
    const stranger = night.desk.person('nurse', { associationId: night.desk.associationId });
    expect(await stranger.refused('send_again', { params })).to.include({ status: 404 });
    await Promise.all([nurse.call('send_again', { params }), nurse.call('send_again', { params })]);
    expect((await again(faxId))?.state).to.equal('asked');
    await world.passes({ seconds: 2 });

    const newer = await newestFax();
    expect(newer).not.to.equal(faxId);
    expect(await again(faxId)).to.deep.include({ state: 'sent', faxId: newer });
    const [first, second, ...rest] = world.release.drawn.filter(({ kind }) => kind === 'record');
    expect(rest).to.deep.equal([]);
    expect(second).to.deep.equal(first);
    const [disclosure, ...others] = await rows('select id from disclosure');
    expect(others).to.deep.equal([]);
    const kinds = [
      'disclosed',
      'record_queued',
      'record_failed',
      'record_asked_again',
      'record_made_again',
      'record_queued',
    ];
    expect(await kindsOf(disclosure.id)).to.deep.equal(kinds);
    const [asked] = await rows(`select actor from audit_entry where kind = 'record_asked_again'`);
    expect(asked).to.deep.equal({ actor: `operator:${nurse.staff.id}` });

    await failsForGood(newer);
    await caller.hangUp();
    await world.passes({ minutes: 12 });
    expect((await world.theCase()).status).to.equal('closed');
    expect((await again(newer))?.state).to.equal('case_over');
    expect(await nurse.refused('send_again', { params: { faxId: newer } })).to.include({
      status: 409,
      code: 'again_case_over',
    });
    expect(await rows('select 1 from release_page where sealed_key is not null')).to.deep.equal([]);
    await expectSoundLog(world.db, world.clock, world.town.associationId);
  });

  it('goes nowhere when the case closes before the page is made', async () => {
    const { world } = night;
    const { caller, faxId } = await taken();
    await failsForGood(faxId);
    await nurse.call('send_again', { params: { faxId } });
    // No worker is there for a quarter of an hour.
    await world.db.query(`update release_page set again_due_at = $1 where again_due_at is not null`, [
      new Date(world.now().getTime() + 900_000),
    ]);
    await caller.hangUp();
    await world.passes({ minutes: 16 });
    expect((await again(faxId))?.state).to.equal('case_over');
    const [last] = await rows(`select kind, data from audit_entry where kind in ('page_failed', 'record_made_again')
      order by id desc limit 1`);
    expect(last).to.deep.equal({ kind: 'page_failed', data: { why: 'case_over' } });
  });

  it('waits for its destination when that is not confirmed any more, and says so', async () => {
    const { caller, faxId, destinationId } = await taken();
    await failsForGood(faxId);
    const [{ confirm_due_at: due }] = await rows('select confirm_due_at from fax_destination where id = $1', [
      destinationId,
    ]);
    const dueAt = (at: Date) =>
      rows('update fax_destination set confirm_due_at = $2 where id = $1', [destinationId, at]);
    await dueAt(night.world.now());
    expect((await again(faxId))?.state).to.equal('destination');
    expect(await nurse.refused('send_again', { params: { faxId } })).to.include({ code: 'again_destination' });
    await dueAt(due);
    expect((await again(faxId))?.state).to.equal('possible');
    await caller.hangUp();
    await night.world.passes({ minutes: 12 });
  });

  it('that was asked for by telephone is asked for anew: the desk says how and whom to ring', async () => {
    const { world, desk } = night;
    const doctor = await world.town.doctor('夜の医師');
    await givePin(world, doctor, '40718293');
    await giveFax(world, doctor, '+81450009999');
    const patient = await world.town.patient({ attending: doctor });
    giveRecord(world, patient.id);
    const line = await signsOn(world, { doctor, pin: '40718293' } as Scene);
    await keysPatient(world, line, patient.card, '19400301');
    for (const key of ['1', '1']) await line.press(key);
    await line.hangUp();
    await world.passes({ seconds: 5 });
    const faxId = await newestFax();
    await failsForGood(faxId);
    expect(await nurse.refused('send_again', { params: { faxId } })).to.include({ code: 'again_by_request' });

    const chromium = await openBrowser(desk);
    try {
      const page = await chromium.pageOf(nurse);
      await page.goto(`${desk.url}/fax/sent/${faxId}`);
      await page.getByText('請求された記録は、請求ごとに1回だけ送ります').waitFor();
      await page.getByText('登録医コード・暗証番号・カード番号').waitFor();
      expect(await page.getByRole('button', { name: 'もう一度送る' }).count()).to.equal(0);
      await expectAccessible(page);
      await page.getByRole('link', { name: '電話番号を見る' }).press('Enter');
      await page.getByRole('heading', { level: 1, name: '夜の医師' }).waitFor();
      expect(chromium.problems).to.deep.equal([]);
    } finally {
      await chromium.close();
    }
  });
});
