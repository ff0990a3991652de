import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { openAlarms } from '../../src/alarms/actions.ts';
import { releasePages } from '../../src/disclosures/release-pages.ts';
import { faxSettled } from '../../src/disclosures/render.ts';
import { sendMorningPages } from '../../src/morning/actions.ts';
import { openPageMaker } from '../../src/pages/maker.ts';
import { loadWords } from '../../src/pages/words.ts';
import { answersAndPresses, answersAndPresses1, neverPicksUp, nurseRingsAbout } from '../support/habits.ts';
import { printsPages } from '../support/printed-pages.ts';
import { giveFax, giveHospitalFax, giveRecord } from '../support/record-scene.ts';
import { sampleContent } from '../support/release-tools.ts';
import type { TownPerson } from '../support/town.ts';
import { useWorld } from '../support/use-world.ts';

const hour = 3_600_000;
const sevenHour = 7;

describe('the record of the call', () => {
  const world = useWorld();

  const disclosures = async () =>
    (
      await world.db.query(
        'select doctor_id, hospital_id, relation, reason, form from disclosure order by disclosed_at',
      )
    ).rows;
  const faxesOf = async (purpose: string) =>
    (
      await world.db.query<{ e164: string }>(
        `select e164 from fax join fax_destination d on d.id = destination_id where purpose = $1 order by fax.id`,
        [purpose],
      )
    ).rows.map((row) => row.e164);
  const keysKept = async () =>
    (
      await world.db.query(
        'select 1 from case_key_wrap union all select 1 from release_page where sealed_key is not null',
      )
    ).rowCount;
  const facts = async (kind: string) =>
    (
      await world.db.query<{ data: object }>('select data from audit_entry where kind = $1 order by id', [kind])
    ).rows.map((row) => row.data);

  /** A nurse rings about a patient whose attending doctor answers and takes it. */
  async function accepted(options: { fax?: boolean; record?: boolean; form?: string } = {}): Promise<TownPerson> {
    const doctor = await world.town.doctor('主治医');
    if (options.fax !== false) await giveFax(world, doctor, '+81450001234', { form: options.form ?? 'full' });
    await world.phoneOf(doctor).habit(answersAndPresses1);
    const patient = await world.town.patient({ attending: doctor });
    if (options.record !== false) giveRecord(world, patient.id);
    await nurseRingsAbout(world, patient.card);
    await world.passes({ seconds: 20 });
    return doctor;
  }

  it('goes to the first fax of the doctor who takes it, at once, disclosed before it leaves', async () => {
    const doctor = await accepted();
    expect(await world.phoneOf(doctor).heard()).to.match(/記録をファックスします。\nおつなぎします/);
    expect(await disclosures()).to.deep.equal([
      { doctor_id: doctor.id, hospital_id: null, relation: 'attending', reason: 'emergency_visit', form: 'full' },
    ]);
    expect(await faxesOf('record')).to.deep.equal(['+81450001234']);
    expect(world.release.drawn).to.have.length(1);
    expect(world.release.drawn[0]).to.include({ kind: 'record', form: 'full', isHospital: false, cardNumber: null });
    const order = await world.db.query<{ kind: string }>(
      `select kind from audit_entry where kind in ('accepted', 'disclosed', 'fax_queued') order by id`,
    );
    expect(order.rows.map((row) => row.kind)).to.deep.equal(['accepted', 'disclosed', 'fax_queued']);
    expect(Object.values((await world.theCase()).recordPages ?? {})).to.deep.equal(['released']);
  });

  it('goes in the form that the fax is registered for', async () => {
    await accepted({ form: 'pseudonymous' });
    expect(world.release.drawn[0]).to.include({ kind: 'record', form: 'pseudonymous' });
  });

  it('that is sealed is opened with what the doctor hears after *, and no receipt keeps it', async () => {
    const doctor = await accepted({ form: 'sealed' });
    expect(await world.phoneOf(doctor).heard()).to.match(/封緘票をファックスします。お話の途中で米印/);
    const [page] = world.release.drawn;
    const secret = page?.kind === 'record' ? page.secret : null;
    expect(secret).to.match(/^\d{16}$/);
    const { id } = await world.phoneOf(doctor).last();
    await world.control('POST', `/exchange/calls/${id}/digits`, { digits: '*' });
    await world.passes({ seconds: 15 });
    const heard = (await world.phoneOf(doctor).heard()).replaceAll(/[ 、]/g, '');
    expect(heard)
      .to.include(secret)
      .and.match(/開く番号です[\s\S]*病床を探す/);
    const kept = await world.db.query<{ reply: string }>('select reply from receipt');
    for (const { reply } of kept.rows) expect(reply.replaceAll(/[ 、]/g, '')).not.to.include(secret);
  });

  it('is sent once, however often the worker performs the effect', async () => {
    await accepted();
    await world.db.query(`update effect set status = 'pending', due_at = $1 where kind = 'send-record'`, [world.now()]);
    await world.passes({ seconds: 5 });
    expect(await disclosures()).to.have.length(1);
    expect(await faxesOf('record')).to.have.length(1);
    expect(await facts('record_released')).to.have.length(1);
  });

  it('tells the attending doctor when a deputy took it', async () => {
    const attending = await world.town.doctor('主治医');
    const deputy = await world.town.doctor('副主治医');
    await giveFax(world, deputy, '+81450001235');
    await world.phoneOf(attending).habit(neverPicksUp);
    await world.phoneOf(deputy).habit(answersAndPresses1);
    const patient = await world.town.patient({ attending, deputies: [deputy] });
    giveRecord(world, patient.id);
    await nurseRingsAbout(world, patient.card);
    await world.passes({ seconds: 40 });
    expect(await disclosures()).to.deep.equal([
      { doctor_id: deputy.id, hospital_id: null, relation: 'deputy', reason: 'emergency_visit', form: 'full' },
    ]);
    const notices = await world.db.query('select doctor_id from attending_notice');
    expect(notices.rows).to.deep.equal([{ doctor_id: attending.id }]);
  });

  it('goes to each who takes it: the next doctor, when the first could not be reached again', async () => {
    const first = await world.town.doctor('一番目');
    const second = await world.town.doctor('二番目');
    await giveFax(world, first, '+81450001234');
    await giveFax(world, second, '+81450005678');
    // Takes it, is gone four seconds later, and answers no more.
    await world
      .phoneOf(first)
      .habit([
        { ...answersAndPresses1, hangUpAfterSeconds: 12 },
        neverPicksUp,
        neverPicksUp,
        neverPicksUp,
        neverPicksUp,
      ]);
    await world.phoneOf(second).habit(answersAndPresses1);
    const patient = await world.town.patient({ attending: first, deputies: [second] });
    giveRecord(world, patient.id);
    await nurseRingsAbout(world, patient.card);
    await world.passes({ minutes: 4 });
    expect((await disclosures()).map((row) => row.doctor_id)).to.deep.equal([first.id, second.id]);
    expect(await faxesOf('record')).to.have.members(['+81450001234', '+81450005678']);
  });

  it('goes to the hospital that takes the patient, without address and key of the home', async () => {
    const printed = printsPages(world);
    const doctor = await world.town.doctor('出ない医師');
    await world.phoneOf(doctor).habit(neverPicksUp);
    const hospital = await world.town.hospital('みなと病院');
    await world.town.beds(hospital, 2, new Date(world.now().getTime() - hour));
    await world.phoneOf(hospital).habit(answersAndPresses('1', 5));
    await giveHospitalFax(world, hospital, '+81450007777');
    const patient = await world.town.patient({ attending: doctor, hospital });
    const content = sampleContent();
    content.record.addressAccess.entry = '鍵は郵便受けの裏';
    giveRecord(world, patient.id, content);
    await nurseRingsAbout(world, patient.card);
    await world.passes({ minutes: 3 });
    expect(await disclosures()).to.deep.equal([
      { doctor_id: null, hospital_id: hospital.id, relation: 'receiving', reason: 'emergency_visit', form: 'full' },
    ]);
    expect(await faxesOf('record')).to.deep.equal(['+81450007777']);
    // It does not come out there: a person of the hub is to tell the hospital.
    const { rows } = await world.db.query<{ fax_id: string }>(`select fax_id from release_page where kind = 'record'`);
    await faxSettled(world.ctx, world.db, { faxId: rows[0]!.fax_id, isDelivered: false }, world.now());
    expect((await openAlarms(world.db, world.town.associationId)).map(({ kind }) => kind)).to.deep.equal([
      'recipient_not_told',
    ]);
    expect(world.complaints.splice(0).join()).to.include('recipient_not_told');
    expect(printed.views('record').join()).to.include('タカサキ').and.not.include('郵便受け');
    printed.close();
  });

  it('is kept under the case key while the case is open, and the key is gone when it closes', async () => {
    const doctor = await accepted();
    expect(await keysKept()).to.equal(1);
    const { id } = await world.phoneOf(doctor).last();
    await world.control('POST', `/exchange/calls/${id}/digits`, { digits: '*' });
    await world.passes({ seconds: 2 });
    await world.control('POST', `/exchange/calls/${id}/digits`, { digits: '3' });
    await world.passes({ seconds: 2 });
    await world.control('POST', `/exchange/calls/${id}/digits`, { digits: '2' });
    await world.passes({ minutes: 2 });
    expect((await world.theCase()).status).to.equal('closed');
    expect(await keysKept()).to.equal(0);
  });

  it('is not sent to a doctor without a confirmed fax, who hears so, and the log has the reason', async () => {
    const doctor = await accepted({ fax: false });
    expect(await world.phoneOf(doctor).heard()).to.match(/確認済みのファックスがなく、記録は送れません/);
    expect(await disclosures()).to.deep.equal([]);
    expect(await facts('record_withheld')).to.deep.equal([
      { type: 'record_withheld', subjectId: doctor.id, because: 'no_fax' },
    ]);
  });

  it('of a patient without a record is none, and the call goes its way', async () => {
    const doctor = await accepted({ record: false });
    expect(await world.phoneOf(doctor).heard()).to.match(/記録はありません。\nおつなぎします/);
    expect(await facts('record_withheld')).to.deep.equal([
      { type: 'record_withheld', subjectId: doctor.id, because: 'no_record' },
    ]);
    expect((await world.theCase()).acceptance?.bridgedAt).to.be.a('number');
  });

  it('never breaks the call: a vault that fails is written in the log and the doctor is joined', async () => {
    world.release.tools.vault.keepForCase = () => Promise.reject(new Error('the vault is broken'));
    await accepted();
    expect((await world.theCase()).acceptance?.bridgedAt).to.be.a('number');
    expect(await disclosures()).to.deep.equal([]);
    expect(world.complaints.splice(0).join()).to.match(/case_record_not_kept/);
  });

  it('never delays the call: a vault that does not answer is left behind, and the doctor is rung meanwhile', async () => {
    let asked = (): void => undefined;
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    world.release.tools.vault.keepForCase = () => {
      asked();
      return new Promise(() => undefined);
    };
    const doctor = await world.town.doctor('主治医');
    const patient = await world.town.patient({ attending: doctor });
    const nurse = await world.rings('+819000001001');
    await world.passes({ seconds: 3 });
    await nurse.press('1');
    await world.passes({ seconds: 2 });
    const pressed = nurse.press(patient.card);
    await isAsked;
    const effects = await world.db.query(`select 1 from effect where kind = 'place-call'`);
    expect(effects.rowCount).to.equal(1); // committed before the vault was asked
    await world.clock.advanceTo(new Date(world.now().getTime() + 1000), async () => undefined);
    await pressed;
    await world.passes({ seconds: 5 });
    expect(await nurse.heard()).to.match(/お呼びしています|呼び出し/);
    expect(world.complaints.splice(0).join()).to.match(/case_record_late/);
  });

  it('leaves nothing of the patient and no card number in case, effect, log or receipt', async () => {
    await accepted();
    for (const table of ['audit_entry', 'receipt', 'effect', 'urgent_call', 'disclosure', 'release_page']) {
      const { rows } = await world.db.query<{ row: string }>(`select row_to_json(t)::text as row from ${table} t`);
      const text = rows.map(({ row }) => row).join('\n');
      for (const secret of ['タカサキ', '1940'])
        expect(text.includes(secret), `${table} holds ${secret}`).to.equal(false);
    }
  });
});

describe('the morning page', () => {
  const world = useWorld();

  const morningFaxes = async () =>
    (
      await world.db.query<{ e164: string }>(
        `select e164 from fax join fax_destination d on d.id = destination_id where purpose = 'morning' order by fax.id`,
      )
    ).rows.map((row) => row.e164);
  const drawn = () => world.release.drawn.filter((page) => page.kind === 'morning');
  const run = () => sendMorningPages(world.ctx, sevenHour);

  /** A night's call that the deputy took; the attending doctor slept. */
  async function night(): Promise<{ attending: TownPerson; deputy: TownPerson }> {
    const attending = await world.town.doctor('眠る主治医');
    const deputy = await world.town.doctor('起きた副主治医');
    await world.phoneOf(attending).habit(neverPicksUp);
    await world.phoneOf(deputy).habit(answersAndPresses1);
    const patient = await world.town.patient({ attending, deputies: [deputy] });
    const nurse = await nurseRingsAbout(world, patient.card);
    await world.passes({ minutes: 1 });
    await nurse.hangUp();
    await world.passes({ minutes: 5 });
    return { attending, deputy };
  }

  /** To an instant of the next morning in Japan. */
  const until = async (clock: string) => {
    const to = Date.parse(`2026-11-17T${clock}:00+09:00`);
    await world.passes({ seconds: (to - world.now().getTime()) / 1000 });
  };

  it('comes at seven, once, to the attending doctor’s confirmed fax, and says who was rung and who took it', async () => {
    const { attending, deputy } = await night();
    await giveFax(world, attending, '+81450005678');
    await until('06:59');
    expect(await run()).to.deep.equal({ sent: 0, waiting: { doctors: 0, calls: 0 } });
    await until('07:00');
    expect(await run()).to.deep.equal({ sent: 1, waiting: { doctors: 0, calls: 0 } });
    expect(await morningFaxes()).to.deep.equal(['+81450005678']);
    const [page] = drawn();
    const [call] = page?.kind === 'morning' ? page.calls : [];
    expect(call?.log.map(({ fact }) => fact.type)).to.include.members(['case_opened', 'accepted', 'closed']);
    expect([...(call?.names ?? new Map())]).to.deep.include.members([
      [attending.id, '眠る主治医'],
      [deputy.id, '起きた副主治医'],
    ]);
    expect(await run()).to.deep.equal({ sent: 0, waiting: { doctors: 0, calls: 0 } });
    await world.passes({ minutes: 24 * 60 });
    expect((await run()).sent).to.equal(0);
  });

  it('is one, when two workers look at the same moment', async () => {
    const { attending } = await night();
    await giveFax(world, attending, '+81450005678');
    await until('07:00');
    await Promise.all([run(), run(), run()]);
    expect(await morningFaxes()).to.have.length(1);
    expect((await world.db.query('select 1 from morning_report')).rowCount).to.equal(1);
  });

  it('waits for the hub, counted, while there is no confirmed fax or nobody attends', async () => {
    const { attending } = await night();
    const patient = await world.town.patient({});
    const nurse = await nurseRingsAbout(world, patient.card, '+819000001002');
    await world.passes({ minutes: 1 });
    expect((await nurse.view()).state, 'nobody at all: she was asked for a message').to.equal('completed');
    await until('07:00');
    expect(await run()).to.deep.equal({ sent: 0, waiting: { doctors: 1, calls: 1 } });
    expect(await morningFaxes()).to.deep.equal([]);
    await giveFax(world, attending, '+81450005678');
    expect(await run()).to.deep.equal({ sent: 1, waiting: { doctors: 0, calls: 1 } });
  });

  it('carries the records that somebody else was given, and says so once', async () => {
    const attending = await world.town.doctor('主治医');
    const deputy = await world.town.doctor('副主治医');
    await giveFax(world, deputy, '+81450001235');
    await world.phoneOf(attending).habit(neverPicksUp);
    await world.phoneOf(deputy).habit(answersAndPresses1);
    const patient = await world.town.patient({ attending, deputies: [deputy] });
    giveRecord(world, patient.id);
    const nurse = await nurseRingsAbout(world, patient.card);
    await world.passes({ minutes: 1 });
    await nurse.hangUp();
    await giveFax(world, attending, '+81450005678');
    await until('07:01');
    await run();
    const [page] = drawn();
    expect(page?.kind === 'morning' && page.disclosures.map((one) => one.requester)).to.deep.equal(['副主治医']);
    const notices = await world.db.query<{ printed_at: Date | null }>('select printed_at from attending_notice');
    expect(notices.rows).to.deep.equal([{ printed_at: world.now() }]);
    expect((await run()).sent).to.equal(0);
  });

  it('is a real fax of a page for each call and one for the records, and names no patient', async () => {
    const maker = openPageMaker();
    const words = loadWords();
    const pages = releasePages({
      ...{ maker, words, caseKey: Buffer.alloc(32), unsealUrl: 'https://x.example/unseal' },
      random: (size) => randomBytes(size),
    });
    const { attending } = await night();
    await giveFax(world, attending, '+81450005678');
    world.release.tools.pages.morning = (about) =>
      pages.morning({
        ...about,
        disclosures: [
          {
            patientCode: 'P1',
            requester: '夜の医師',
            disclosure: { id: 'ds_1', reason: 'visit', form: 'full', isBreakGlass: false, at: world.now() },
          },
        ],
      });
    await until('07:00');
    expect((await run()).sent).to.equal(1);
    const fax = await world.db.query<{ pages: number }>(`select pages from fax where purpose = 'morning'`);
    expect(fax.rows).to.deep.equal([{ pages: 2 }]);
    maker.close();
  });
});
