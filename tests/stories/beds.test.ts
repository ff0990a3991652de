import { expect } from 'chai';
import { answersAndPresses, answersAndPresses1, neverPicksUp, nurseRingsAbout } from '../support/habits.ts';
import { useWorld } from '../support/use-world.ts';
import { createWorld } from '../support/world.ts';

const hour = 3_600_000;

describe('the bed stage', () => {
  const world = useWorld();

  const fresh = () => new Date(world.now().getTime() - hour);
  const offer = async (hospitalId: string) =>
    (
      await world.db.query('select free_count, acceptance, holds_until from bed_offer where hospital_id = $1', [
        hospitalId,
      ])
    ).rows[0];
  const requests = async () =>
    (await world.db.query('select hospital_id, status, refusal from bed_request order by asked_at, id')).rows;

  it('asks the registered hospital by 120 s when no doctor said yes, and joins its desk with the caller', async () => {
    const { town } = world;
    const doctor = await town.doctor('出ない医師');
    const doctors = [doctor];
    for (const name of ['二', '三', '四', '五', '六', '七', '八', '九', '十']) doctors.push(await town.doctor(name));
    for (const each of doctors) await world.phoneOf(each).habit(neverPicksUp);
    const hospital = await town.hospital('みなと病院');
    await town.beds(hospital, 2, fresh());
    await world.phoneOf(hospital).habit(answersAndPresses('1', 5));
    const patient = await town.patient({ attending: doctor, deputies: doctors.slice(1), hospital });
    const nurse = await nurseRingsAbout(world, patient.card);
    const opened = (await world.theCase()).openedAt;
    await world.passes({ seconds: 119 });
    expect(await world.phoneOf(hospital).calls()).to.have.length(0);
    await world.passes({ seconds: 20 });
    const asked = await world.phoneOf(hospital).last();
    expect(Math.round((Date.parse(asked.createdAt) - opened) / 1000)).to.equal(120);
    expect((await nurse.view()).bridgedWith).to.deep.equal(hospital.phones);
    expect(await offer(hospital.id)).to.include({ free_count: 1 });
    const call = await world.theCase();
    expect(call.acceptance?.role).to.equal('hospital');
    await nurse.hangUp();
    await world.passes({ minutes: 3 });
    const ended = await world.theCase();
    expect(ended.status === 'closed' && ended.outcome).to.equal('bed');
  });

  it('keeps each refusal: full until morning sets the count to none, ask again rings later, the next is asked at once', async () => {
    const { town } = world;
    const doctor = await town.doctor('佐藤医師');
    await world.phoneOf(doctor).habit(answersAndPresses1);
    const registered = await town.hospital('登録病院');
    const rotation = await town.hospital('輪番一');
    const second = await town.hospital('輪番二');
    await town.duty(rotation, 1);
    await town.duty(second, 2);
    for (const hospital of [registered, rotation, second]) await town.beds(hospital, 3, fresh());
    await world.phoneOf(registered).habit(answersAndPresses('2', 6));
    await world.phoneOf(rotation).habit([
      {
        behaviour: 'answer',
        answerAfterSeconds: 3,
        keys: [
          { afterSeconds: 6, digits: '3' },
          { afterSeconds: 10, digits: '2#' },
        ],
      },
      answersAndPresses('1', 6),
    ]);
    await world.phoneOf(second).habit({ behaviour: 'busy' });
    const patient = await town.patient({ attending: doctor, hospital: registered });
    const nurse = await nurseRingsAbout(world, patient.card);
    await world.passes({ seconds: 20 });
    const { id } = await world.phoneOf(doctor).last();
    await world.control('POST', `/exchange/calls/${id}/digits`, { digits: '*' });
    await world.passes({ seconds: 2 });
    await world.control('POST', `/exchange/calls/${id}/digits`, { digits: '1' });
    await world.passes({ seconds: 60 });
    expect(await offer(registered.id)).to.deep.include({
      free_count: 0,
      acceptance: 'closed',
      holds_until: new Date('2026-11-16T23:30:00Z'),
    });
    const refusals = (await requests()).map((row) => row.refusal);
    expect(refusals.slice(0, 3)).to.deep.equal(['full', 'ask_again', 'no_answer']);
    await world.passes({ seconds: 120 });
    expect((await requests()).at(-1)).to.include({ hospital_id: rotation.id, status: 'accepted' });
    expect(await offer(rotation.id)).to.include({ free_count: 2 });
    // The doctor and the caller hear which hospital, and the desk joins them.
    expect(await nurse.heard()).to.match(/輪番一が受け入れます/);
    expect((await nurse.view()).bridgedWith).to.have.members([...doctor.phones, ...rotation.phones]);
  });

  it('never promises the last bed twice: a second case that wants it at the same time asks elsewhere', async () => {
    const { town } = world;
    const hospital = await town.hospital('一床だけの病院');
    await town.duty(hospital, 1);
    await town.beds(hospital, 1, fresh());
    await world.phoneOf(hospital).habit(answersAndPresses('1', 8));
    const standby = await town.standby('当直者');
    await world.phoneOf(standby).habit(neverPicksUp);
    const [first, second] = [await town.patient({}), await town.patient({})];
    await nurseRingsAbout(world, first.card, '+819000001011');
    await nurseRingsAbout(world, second.card, '+819000001012');
    await world.passes({ seconds: 60 });
    const accepted = (await requests()).filter((row) => row.status === 'accepted');
    expect(accepted).to.have.length(1);
    expect(await offer(hospital.id)).to.include({ free_count: 0 });
    expect(await world.phoneOf(hospital).calls()).to.have.length(1);
  });

  for (const [says, told, first] of [
    ['asks a hospital last that usually takes nobody at this hour, and leaves nobody out', false, '輪番二'],
    ['believes a hospital that has just said yes, whatever it usually does', true, '輪番一'],
  ] as const)
    it(says, async () => {
      const { town } = world;
      const hospitals = [await town.hospital('輪番一'), await town.hospital('輪番二')];
      for (const [index, hospital] of hospitals.entries()) await town.duty(hospital, index + 1);
      await world.db.query(
        `insert into bed_pattern (hospital_id, place, bed_type, days, from_minute, to_minute, acceptance)
        values ($1, 1, 'general', array['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], 0, 1440, 'closed')`,
        [hospitals[0]!.id],
      );
      if (told) await town.beds(hospitals[0]!, 1, fresh());
      for (const hospital of hospitals) await world.phoneOf(hospital).habit(answersAndPresses('2', 6));
      const patient = await town.patient({});
      await nurseRingsAbout(world, patient.card);
      await world.passes({ seconds: 60 });
      const asked = (await requests()).map(({ hospital_id: id }) => hospitals.find((one) => one.id === id)?.name);
      expect([asked[0], asked.length]).to.deep.equal([first, 2]);
    });

  it('rings a hospital with old news, but never counts its beds as free', async () => {
    const { town } = world;
    const hospital = await town.hospital('古い知らせの病院');
    await town.duty(hospital, 1);
    await town.beds(hospital, 5, new Date(world.now().getTime() - 13 * hour));
    await world.phoneOf(hospital).habit(answersAndPresses('1', 6));
    const patient = await town.patient({});
    await nurseRingsAbout(world, patient.card);
    await world.passes({ seconds: 5 });
    const holds = (await world.db.query('select is_counted from bed_hold')).rows;
    expect(holds).to.deep.equal([{ is_counted: false }]);
    await world.passes({ seconds: 30 });
    expect((await world.theCase()).acceptance?.subjectId).to.equal(hospital.id);
  });

  it('asks only hospitals that can meet the patient’s needs, by day those of temporary admission', async () => {
    await world.close();
    Object.assign(world, await createWorld({ start: new Date('2026-11-17T02:00:00Z') })); // Tuesday 11:00
    const { town } = world;
    const without = await town.hospital('呼吸器なし', { byDay: true });
    const able = await town.hospital('呼吸器あり', { byDay: true, needs: ['ventilator'] });
    const night = await town.hospital('夜の輪番', { needs: ['ventilator'] });
    await town.duty(night, 1, { from: 17 * 60, to: 33 * 60 });
    await world.phoneOf(able).habit(answersAndPresses('1', 8));
    const patient = await town.patient({ needs: ['ventilator'] });
    await nurseRingsAbout(world, patient.card);
    await world.passes({ seconds: 40 });
    expect(await world.phoneOf(without).calls()).to.have.length(0);
    expect(await world.phoneOf(night).calls()).to.have.length(0);
    expect((await world.theCase()).acceptance?.subjectId).to.equal(able.id);
    expect(await world.phoneOf(able).heard()).to.match(/人工呼吸器あり/);
  });

  it('lets a hospital tell its beds by phone: code, PIN, type, count, acceptance, read-back, 1', async () => {
    const hospital = await world.town.hospital('みなと病院');
    const desk = await world.rings('+819000001021');
    const started = world.now().getTime();
    for (const digits of ['3', `${hospital.code}#`, `${hospital.pin}#`, '1', '4#', '2']) {
      await world.passes({ seconds: 2 });
      await desk.press(digits);
    }
    await world.passes({ seconds: 2 });
    expect(await desk.heard()).to.match(/一般病床、空き4、要相談/);
    await desk.press('1');
    expect(await offer(hospital.id)).to.include({ free_count: 4, acceptance: 'consult' });
    expect((world.now().getTime() - started) / 1000).to.be.at.most(20);
  });

  it('locks a desk after five wrong PINs, but still brings it to a person', async () => {
    const { town } = world;
    const hospital = await town.hospital('みなと病院');
    const standby = await town.standby('当直者');
    await world.phoneOf(standby).habit(answersAndPresses1);
    for (let call = 0; call < 2; call++) {
      const desk = await world.rings('+819000001022');
      await desk.press('3');
      for (let turn = 0; turn < 3; turn++) {
        await desk.press(`${hospital.code}#`);
        await desk.press('111111#');
      }
      await desk.hangUp();
      await world.passes({ minutes: 4 });
    }
    const desk = await world.rings('+819000001022');
    await desk.press('3');
    await desk.press(`${hospital.code}#`);
    await desk.press(`${hospital.pin}#`);
    await world.passes({ seconds: 30 });
    expect(await offer(hospital.id)).to.equal(undefined);
    expect((await desk.view()).bridgedWith).to.deep.equal(standby.phones);
    world.complaints.length = 0; // the lock is logged as a warning
  });
});

describe('when nobody can be reached', () => {
  const world = useWorld();

  it('rings the standby person by 150 s and offers the caller a choice before 180 s', async () => {
    await world.close();
    Object.assign(world, await createWorld({ plan: { ringSeconds: 110 } }));
    const { town } = world;
    const doctors = [];
    for (let n = 0; n < 14; n++) doctors.push(await town.doctor(`医師${n}`));
    for (const doctor of doctors) await world.phoneOf(doctor).habit(neverPicksUp);
    const standby = await town.standby('当直者');
    await world.phoneOf(standby).habit(neverPicksUp);
    const patient = await town.patient({ attending: doctors[0]!, deputies: doctors.slice(1) });
    const nurse = await nurseRingsAbout(world, patient.card);
    const opened = (await world.theCase()).openedAt;
    await world.passes({ seconds: 178 });
    const rung = (Date.parse((await world.phoneOf(standby).calls())[0]!.createdAt) - opened) / 1000;
    expect(rung).to.be.at.most(150);
    expect(await nurse.heard()).to.match(/折り返しは1、伝言の録音は2/);
  });

  it('records a message, keeps the case open, tells the standby persons, and hunts again until someone says yes', async () => {
    const { town } = world;
    const doctor = await town.doctor('あとで出る医師');
    await world.phoneOf(doctor).habit([neverPicksUp, neverPicksUp, answersAndPresses1]);
    const standby = await town.standby('当直者');
    await world.phoneOf(standby).habit(neverPicksUp);
    const patient = await town.patient({ attending: doctor });
    await world.phone('+819000001031').habit(answersAndPresses1);
    const nurse = await nurseRingsAbout(world, patient.card, '+819000001031');
    await world.passes({ seconds: 130 });
    expect(await world.phoneOf(standby).calls()).to.have.length(2);
    expect(await nurse.heard()).to.match(/お名前と、ご用件を録音/);
    await nurse.press('#');
    await world.passes({ seconds: 10 });
    const waiting = await world.theCase();
    expect(waiting.status).to.equal('unanswered');
    expect(waiting.messageLeft).to.equal(true);
    const messages = (await world.control('GET', '/exchange/messages')) as { to: string }[];
    expect(messages.map((message) => message.to)).to.deep.equal(standby.phones);
    await world.passes({ minutes: 4 });
    expect((await world.phone('+819000001031').last()).bridgedWith).to.deep.equal(doctor.phones);
  });

  it('reaches a person with 0 at any time, by night the standby person', async () => {
    const { town } = world;
    const standby = await town.standby('当直者');
    await world.phoneOf(standby).habit(answersAndPresses1);
    const caller = await world.rings('+819000001041');
    await caller.press('0');
    await world.passes({ seconds: 30 });
    expect((await caller.view()).bridgedWith).to.deep.equal(standby.phones);
  });

  it('rings the standby person once more who was busy for a moment', async () => {
    const standby = await world.town.standby('当直者');
    await world.phoneOf(standby).habit([{ behaviour: 'busy' }, answersAndPresses1]);
    const caller = await world.rings('+819000001044');
    await caller.press('0');
    await world.passes({ seconds: 30 });
    expect((await caller.view()).bridgedWith).to.deep.equal(standby.phones);
  });

  it('takes three silences or wrong keys in the menu for someone who needs a person', async () => {
    const standby = await world.town.standby('当直者');
    await world.phoneOf(standby).habit(answersAndPresses1);
    const caller = await world.rings('+819000001042');
    await world.passes({ seconds: 120 });
    expect((await caller.view()).bridgedWith).to.deep.equal(standby.phones);
  });

  it('asks for the area after two wrong card numbers', async () => {
    const doctor = await world.town.doctor('当番医');
    await world.town.duty(doctor, 1);
    await world.phoneOf(doctor).habit(answersAndPresses1);
    const caller = await world.rings('+819000001043');
    await caller.press('1');
    await caller.press('123456789012');
    await caller.press('512345678901');
    expect(await caller.heard()).to.match(/お住まいの地区/);
    await caller.press('1');
    await world.passes({ seconds: 30 });
    expect((await caller.view()).bridgedWith).to.deep.equal(doctor.phones);
    expect(await world.phoneOf(doctor).heard()).to.match(/カードのない方の急変/);
  });
});
