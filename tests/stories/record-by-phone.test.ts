import { expect } from 'chai';
import { openAlarms, settleAlarm } from '../../src/alarms/actions.ts';
import { inTransaction } from '../../src/db.ts';
import { faxSettled } from '../../src/disclosures/render.ts';
import { withCardCheckDigits } from '../../src/lib/check-digits.ts';
import { answersAndPresses1, neverPicksUp, voicemail } from '../support/habits.ts';
import {
  giveFax,
  giveRecord,
  keysPatient,
  recordScene,
  ringsForRecord,
  type Scene,
  signsOn,
} from '../support/record-scene.ts';
import { sampleContent } from '../support/release-tools.ts';
import { useWorld } from '../support/use-world.ts';
import type { CallView, Line } from '../support/world.ts';

/** What a caller heard from the first question for the card on: words, and seconds since then. */
async function heardSince(line: Line, words: RegExp): Promise<string[]> {
  const { transcript } = (await line.view()) as CallView;
  const said = transcript.filter((entry) => entry.kind === 'said');
  const from = said.findIndex((entry) => words.test(entry.text));
  const start = Date.parse(said[from]?.at ?? '');
  return said.slice(from).map((entry) => `${(Date.parse(entry.at) - start) / 1000} s: ${entry.text}`);
}

describe('a record by telephone', () => {
  const world = useWorld();

  const disclosures = async () =>
    (await world.db.query('select doctor_id, form, reason, relation, is_break_glass from disclosure')).rows;
  const keysKept = async () => {
    const requests = await world.db.query('select 1 from record_request where sealed_key is not null');
    const pages = await world.db.query('select 1 from release_page where sealed_key is not null');
    return (requests.rowCount ?? 0) + (pages.rowCount ?? 0);
  };
  const alarms = () => openAlarms(world.db, world.town.associationId);
  const unknownCard = () => withCardCheckDigits('8123456789') ?? withCardCheckDigits('8123456788') ?? '';

  /** The doctor chooses his first fax and hangs up; the fax line gives the page up. @returns the fax. */
  async function asksAndPageFails(scene: Scene): Promise<string> {
    const line = await signsOn(world, scene);
    await keysPatient(world, line, scene.patient.card, scene.birth);
    await line.press('1');
    await line.press('1');
    await line.hangUp();
    const { rows } = await world.db.query<{ fax_id: string }>(
      'select fax_id from release_page where fax_id is not null',
    );
    const faxId = rows[0]!.fax_id;
    await faxSettled(world.ctx, world.db, { faxId, isDelivered: false }, world.now());
    return faxId;
  }

  it('comes to the doctor’s own fax after code, PIN, card, birth date, reason and fax', async () => {
    const scene = await recordScene(world);
    const line = await signsOn(world, scene);
    await keysPatient(world, line, scene.patient.card, scene.birth);
    expect(await line.heard()).to.match(/頭文字タ・カ、1940年生まれ/);
    await line.press('1');
    expect(await line.heard()).to.match(/末尾1 2 3 4のファクスは1/);
    await line.press('1');
    expect(await line.heard()).to.match(/記録をお送りします/);
    expect(await disclosures()).to.deep.equal([
      { doctor_id: scene.doctor.id, form: 'full', reason: 'visit', relation: 'deputy', is_break_glass: false },
    ]);
    expect(world.release.drawn[0]).to.include({ kind: 'record', cardNumber: scene.patient.card, form: 'full' });
    const faxes = await world.db.query('select purpose, e164 from fax join fax_destination d on d.id = destination_id');
    expect(faxes.rows).to.deep.equal([{ purpose: 'record', e164: '+81450001234' }]);
    expect(await keysKept()).to.equal(0);
  });

  it('is written in the log before the page is put in the fax line, and the attending doctor is told', async () => {
    const scene = await recordScene(world);
    await giveFax(world, scene.attending, '+81450005678');
    const line = await signsOn(world, scene);
    await keysPatient(world, line, scene.patient.card, scene.birth);
    await line.press('2');
    await line.press('1');
    const { rows } = await world.db.query<{ kind: string }>(
      `select kind from audit_entry where chain_id like 'ds_%' or kind = 'fax_queued' order by id`,
    );
    expect(rows.map((row) => row.kind).slice(0, 3)).to.deep.equal(['disclosed', 'fax_queued', 'record_queued']);
    const notices = await world.db.query('select doctor_id, printed_at from attending_notice');
    expect(notices.rows).to.deep.equal([{ doctor_id: scene.attending.id, printed_at: null }]);
    const notice = world.release.drawn.find((page) => page.kind === 'notice');
    expect(notice).to.include({ requester: '夜の医師' });
    const morning = await world.db.query(
      `select e164 from fax join fax_destination d on d.id = destination_id where purpose = 'morning'`,
    );
    expect(morning.rows).to.deep.equal([{ e164: '+81450005678' }]);
  });

  it('answers a wrong birth date and nobody’s card with the same words after the same time', async () => {
    const scene = await recordScene(world);
    const heard: string[][] = [];
    for (const [card, birth] of [
      [scene.patient.card, '19400302'],
      [unknownCard(), scene.birth],
    ] as const) {
      const line = await signsOn(world, scene);
      await keysPatient(world, line, card, birth);
      heard.push(await heardSince(line, /12けたの番号/));
      await line.hangUp();
    }
    expect(heard[0]?.join('\n')).to.match(/カードの番号または生年月日が確認できませんでした/);
    expect(heard[1]).to.deep.equal(heard[0]);
    expect(world.release.work).to.deep.equal({ derived: 2, opened: 2 });
    expect(await disclosures()).to.deep.equal([]);
    expect(await keysKept()).to.equal(0);
  });

  it('leads a locked doctor to the duty doctor at once', async () => {
    const scene = await recordScene(world);
    const duty = await world.town.doctor('当番医');
    await world.town.duty(duty, 1);
    await world.phoneOf(duty).habit(answersAndPresses1);
    const first = await signsOn(world, scene);
    for (let wrong = 0; wrong < 3; wrong++) await keysPatient(world, first, scene.patient.card, '19991231');
    await world.passes({ seconds: 5 });
    expect(await first.heard()).to.match(/記録をお出しできません。\n当番医と話すときは1/);
    await first.hangUp();
    const line = await signsOn(world, scene);
    // The fourth and the fifth wrong answer: now member, line and card are locked.
    for (let wrong = 0; wrong < 2; wrong++) await keysPatient(world, line, unknownCard(), scene.birth);
    await world.passes({ seconds: 5 });
    expect(await line.heard()).to.match(/しばらく止めています。\n当番医と話すときは1/);
    await line.press('1');
    await world.passes({ seconds: 20 });
    expect((await line.view()).bridgedWith).to.deep.equal(duty.phones);
    expect(await disclosures()).to.deep.equal([]);
  });

  it('lets a caller on a locked line choose the area of the duty doctor, or a person', async () => {
    const scene = await recordScene(world);
    const duty = await world.town.doctor('当番医');
    await world.town.duty(duty, 1);
    await world.phoneOf(duty).habit(answersAndPresses1);
    await world.db.query('insert into failed_attempt (subject, failures, locked_until) values ($1, 7, $2)', [
      `record:line:${scene.doctor.phones[0]}`,
      new Date(world.now().getTime() + 3_600_000),
    ]);
    const line = await ringsForRecord(world, scene);
    expect(await line.heard()).to.match(/しばらく止めています/);
    await line.press('1');
    await line.press('1');
    await world.passes({ seconds: 20 });
    expect((await line.view()).bridgedWith).to.deep.equal(duty.phones);
  });

  it('opens again for the right doctor when the lock is over', async () => {
    const scene = await recordScene(world);
    for (let turn = 0; turn < 2; turn++) {
      const line = await signsOn(world, scene);
      for (let wrong = 0; wrong < 3; wrong++) await keysPatient(world, line, scene.patient.card, '19991231');
      await line.hangUp();
    }
    await world.passes({ minutes: 14 });
    expect(await (await ringsForRecord(world, scene)).heard()).to.match(/止めています/);
    await world.passes({ minutes: 2 });
    const line = await signsOn(world, scene);
    await keysPatient(world, line, scene.patient.card, scene.birth);
    expect(await line.heard()).to.match(/1940年生まれ/);
  });

  it('forgets the key when the doctor hangs up in the middle', async () => {
    const scene = await recordScene(world);
    const line = await signsOn(world, scene);
    await keysPatient(world, line, scene.patient.card, scene.birth);
    expect(await keysKept()).to.equal(1);
    await line.hangUp();
    expect(await keysKept()).to.equal(0);
    const { rows } = await world.db.query('select status, expires_at from record_request');
    expect(rows).to.deep.equal([{ status: 'abandoned', expires_at: null }]);
  });

  it('is read out only on the doctor’s registered telephone, after the PIN, alerts first, within a minute', async () => {
    const scene = await recordScene(world);
    const content = sampleContent();
    content.record.allergy = {
      state: 'present',
      items: [{ kind: 'drug', name: 'ペニシリン', reaction: null }],
    };
    giveRecord(world, scene.patient.id, content);
    await world
      .phoneOf(scene.doctor)
      .habit({ behaviour: 'answer', answerAfterSeconds: 3, keys: [{ afterSeconds: 2, digits: `${scene.pin}#` }] });
    // From a telephone that is nobody's: the registered one is rung all the same.
    const line = await signsOn(world, scene, '+819000009999');
    await keysPatient(world, line, scene.patient.card, scene.birth);
    await line.press('1');
    await line.press('9');
    expect(await line.heard()).to.match(/登録の電話におかけします/);
    await world.passes({ seconds: 60 });
    const heard = await world.phoneOf(scene.doctor).heard();
    expect(heard).to.match(/暗証番号とシャープ.*\n.*アレルギー、ペニシリン。\n/);
    expect(await disclosures()).to.deep.equal([
      { doctor_id: scene.doctor.id, form: 'spoken', reason: 'visit', relation: 'deputy', is_break_glass: false },
    ]);
    await world.passes({ minutes: 11 });
    expect(await keysKept()).to.equal(0);
    expect(await world.db.query('select 1 from fax')).to.have.property('rowCount', 0);
  });

  it('tells a voicemail nothing about the patient', async () => {
    const scene = await recordScene(world);
    await world.phoneOf(scene.doctor).habit(voicemail);
    const line = await signsOn(world, scene, '+819000009999');
    await keysPatient(world, line, scene.patient.card, scene.birth);
    await line.press('1');
    await line.press('9');
    await world.passes({ minutes: 3 });
    expect(await world.phoneOf(scene.doctor).heard()).not.to.match(/アレルギー|タカサキ|肺癌|1940/);
    expect(await disclosures()).to.deep.equal([]);
    expect(await keysKept()).to.equal(0);
  });

  it('is given to a doctor outside the care team only after he attests it, and the hub sees it', async () => {
    const scene = await recordScene(world, 'none');
    const line = await signsOn(world, scene);
    await keysPatient(world, line, scene.patient.card, scene.birth);
    await line.press('4');
    expect(await line.heard()).to.match(/担当として登録されていません/);
    await line.press('1');
    await line.press('1');
    expect(await disclosures()).to.deep.equal([
      { doctor_id: scene.doctor.id, form: 'full', reason: 'emergency_visit', relation: 'none', is_break_glass: true },
    ]);
    expect((await alarms()).map(({ kind }) => kind)).to.deep.equal(['break_glass']);
  });

  it('offers no fax that is not confirmed, and reads the secret of a sealed page out', async () => {
    const scene = await recordScene(world);
    await giveFax(world, scene.doctor, '+81450009999', { position: 2, status: 'frozen' });
    await giveFax(world, scene.doctor, '+81450007777', { position: 3, form: 'sealed' });
    const line = await signsOn(world, scene);
    await keysPatient(world, line, scene.patient.card, scene.birth);
    await line.press('1');
    expect(await line.heard()).not.to.match(/9 9 9 9/);
    await line.press('2');
    expect(await line.heard()).to.match(/その番号はお使いになれません/);
    await line.press('3');
    const page = world.release.drawn[0];
    const secret = page?.kind === 'record' ? page.secret : null;
    expect(secret).to.match(/^\d{16}$/);
    expect((await line.heard()).replaceAll(/[ 、]/g, '')).to.include(secret);
    await world.passes({ minutes: 11 });
    const kept = await world.db.query('select 1 from release_page where sealed_secret is not null');
    expect(kept.rowCount).to.equal(0);
  });

  it('tells the doctor by telephone when the page could not be delivered', async () => {
    const scene = await recordScene(world);
    await world.phoneOf(scene.doctor).habit({ behaviour: 'answer', answerAfterSeconds: 3 });
    await asksAndPageFails(scene);
    await world.passes({ seconds: 40 });
    expect(await world.phoneOf(scene.doctor).heard()).to.match(/ファクスをお届けできませんでした/);
  });

  it('reaches the hub when the doctor cannot be told either, until a person has settled it', async () => {
    const scene = await recordScene(world);
    await asksAndPageFails(scene);
    await world.phoneOf(scene.doctor).habit(neverPicksUp);
    await world.passes({ minutes: 3 });
    const [alarm, ...others] = await alarms();
    expect(others).to.deep.equal([]);
    const [disclosure] = (await world.db.query<{ id: string }>('select id from disclosure')).rows;
    expect(alarm).to.include({ kind: 'recipient_not_told', subjectId: disclosure!.id });
    expect(world.complaints.splice(0).filter((line) => line.includes('recipient_not_told'))).to.have.length(1);
    const settle = (operatorId: string) => {
      const own = { associationId: world.town.associationId, alarmId: alarm!.id, operatorId };
      return inTransaction(world.db, (tx) => settleAlarm(tx, world.ctx, own));
    };
    expect(await Promise.all([settle('op_1'), settle('op_2')])).to.have.members([true, false]);
    expect(await alarms()).to.deep.equal([]);
    const kinds = await world.db.query('select kind from audit_entry where chain_id = $1 order by seq', [alarm!.id]);
    expect(kinds.rows).to.deep.equal([{ kind: 'alarm_raised' }, { kind: 'alarm_settled' }]);
  });

  it('is no alarm any more when the page arrives after all', async () => {
    const scene = await recordScene(world);
    const faxId = await asksAndPageFails(scene);
    await world.phoneOf(scene.doctor).habit(neverPicksUp);
    await world.passes({ minutes: 3 });
    expect(await alarms()).to.have.length(1);
    await faxSettled(world.ctx, world.db, { faxId, isDelivered: true }, world.now());
    expect(await alarms()).to.deep.equal([]);
    const { rows } = await world.db.query('select settled_by from alarm');
    expect(rows).to.deep.equal([{ settled_by: 'gateway' }]);
    world.complaints.length = 0;
  });

  it('leaves no word, number or date of the patient in log, receipts or anything else that is not sealed', async () => {
    const scene = await recordScene(world);
    const line = await signsOn(world, scene);
    await keysPatient(world, line, scene.patient.card, scene.birth);
    await line.press('1');
    await line.press('1');
    const tables = [
      'audit_entry',
      'receipt',
      'record_request',
      'disclosure',
      'release_page',
      'failed_attempt',
      'effect',
    ];
    for (const table of tables) {
      const { rows } = await world.db.query<{ row: string }>(`select row_to_json(t)::text as row from ${table} t`);
      const text = rows.map(({ row }) => row).join('\n');
      for (const secret of [scene.patient.card, scene.birth, '1940', 'タ・カ', 'タカサキ', scene.pin])
        expect(text.includes(secret), `${table} holds ${secret}`).to.equal(false);
    }
  });
});
