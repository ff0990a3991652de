import { expect } from 'chai';
import { inTransaction } from '../../src/db.ts';
import { doctorsOnDuty } from '../../src/roster/actions.ts';
import { japanCalendar } from '../../src/roster/calendar.ts';
import { answersOf, rollCallOn } from '../../src/roster/calling.ts';
import { orderSheet, sheetsOf } from '../../src/roster/sheets.ts';
import { askForSwap, swapsOf } from '../../src/roster/swaps.ts';
import { sweepRoster } from '../../src/roster/sweep.ts';
import { answersAndPresses, neverPicksUp, voicemail } from '../support/habits.ts';
import { giveFax } from '../support/record-scene.ts';
import type { TownPerson } from '../support/town.ts';
import { createWorld, type World } from '../support/world.ts';

/** Monday 2026-11-16, 16:59 in Japan. */
const beforeFive = new Date('2026-11-16T07:59:00Z');
const date = '2026-11-16';
const night = { from: 1080, to: 1980 };

describe('the roll-call of the evening', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld({ start: beforeFive });
  });
  afterEach(() => world.close());

  /** Time goes on, and the workers look every few seconds. */
  const passes = async (seconds: number): Promise<void> => {
    for (let gone = 0; gone < seconds; gone += 10) {
      await sweepRoster(world.ctx, 17);
      await world.passes({ seconds: 10 });
    }
  };
  const onDuty = async (name: string, position: number, phones = 1): Promise<TownPerson> => {
    const doctor = await world.town.doctor(name, { phones });
    await world.town.duty(doctor, position, night);
    return doctor;
  };
  const called = async () => {
    const call = await rollCallOn(world.db, world.town.associationId, date);
    const answers = call ? await answersOf(world.db, call.id) : [];
    return { call, of: (who: TownPerson) => answers.find((one) => one.doctor_id === who.id) };
  };
  const inOtherArea = async (): Promise<TownPerson> => {
    const doctor = await world.town.doctor('浅間台の当番', { area: '浅間台' });
    await world.town.duty(doctor, 1, night);
    await world.db.query('update duty_rule set area_id = $1 where doctor_id = $2', [
      world.town.areas.浅間台,
      doctor.id,
    ]);
    await world.phoneOf(doctor).habit(answersAndPresses('1'));
    return doctor;
  };

  it('rings tonight’s doctors at five: a yes is a yes, a wish for a swap is known, and without a gap nobody is alarmed', async () => {
    const [first, second] = [await onDuty('一番', 1), await onDuty('二番', 2)];
    const other = await inOtherArea();
    await world.phoneOf(first).habit(answersAndPresses('1'));
    await world.phoneOf(second).habit(answersAndPresses('2'));
    await passes(30);
    expect((await world.phoneOf(first).calls()).length).to.equal(0);
    await passes(120);
    expect(await world.phoneOf(first).heard()).to.match(/今夜の藤棚の当番の確認です.*担当するときは1/);
    const { call, of } = await called();
    expect([of(first)?.status, of(second)?.status, of(other)?.status]).to.deep.equal(['on', 'needs_swap', 'on']);
    expect(call).to.deep.include({ status: 'done', gaps: [], alarmed_at: null });
    await passes(600);
    expect((await world.phoneOf(first).calls()).length).to.equal(1);
    const { rows } = await world.db.query('select kind from audit_entry where chain_id = $1 order by seq', [call!.id]);
    expect(rows.map(({ kind }) => kind)).to.deep.equal([
      ...['roll_call_begun', 'roll_call_answered', 'roll_call_answered', 'roll_call_answered', 'roll_call_ended'],
    ]);
    expect(world.complaints).to.deep.equal([]);
  });

  it('rings again who does not answer, on his other telephone too; a voicemail is no yes; a gap rings the standby person', async () => {
    const silent = await onDuty('黙る医師', 1, 2);
    await inOtherArea();
    const standby = await world.town.standby('待機者');
    await world.town.duty(standby, 1, { from: 0, to: 1440 });
    await world.phoneOf(silent, 0).habit(voicemail);
    await world.phoneOf(silent, 1).habit(neverPicksUp);
    await world.phoneOf(standby).habit(answersAndPresses('1'));
    await passes(25 * 60);
    expect((await world.phoneOf(silent, 0).calls()).length).to.equal(2);
    expect((await world.phoneOf(silent, 1).calls()).length).to.equal(1);
    const { call, of } = await called();
    expect(of(silent)).to.include({ status: 'unanswered', rounds: 3 });
    const rings = [...(await world.phoneOf(silent, 0).calls()), ...(await world.phoneOf(silent, 1).calls())]
      .map(({ createdAt }) => Date.parse(createdAt))
      .sort((a, b) => a - b);
    for (const [index, at] of rings.slice(1).entries()) expect(at - rings[index]!).to.be.at.least(300_000);
    expect(call!.gaps).to.deep.equal([{ areaId: world.town.areas.藤棚, ...night }]);
    expect(call!.alarmed_at).to.be.an.instanceOf(Date);
    expect(await world.phoneOf(standby).heard()).to.match(/今夜の藤棚の当番が確認できていません/);
    expect(world.complaints.join()).to.include('roll_call_gap');
  });

  it('does not ring a doctor who is away, and finds the gap that he leaves', async () => {
    const away = await onDuty('不在の医師', 1);
    await inOtherArea();
    await world.db.query(
      `insert into doctor_absence (id, association_id, doctor_id, from_date, until_date, noted_by, noted_at)
      values ($1, $2, $3, $4, $4, 'op_test', $5)`,
      [world.ctx.ids.next('ab'), world.town.associationId, away.id, date, world.now()],
    );
    await passes(180);
    expect((await world.phoneOf(away).calls()).length).to.equal(0);
    expect((await called()).call!.gaps).to.deep.equal([{ areaId: world.town.areas.藤棚, ...night }]);
  });

  it('swaps a duty by telephone: each of the two hears the request at menu 4 and presses 1', async () => {
    const [giver, taker] = [await onDuty('渡す医師', 1), await world.town.doctor('受ける医師')];
    const { associationId, areas } = world.town;
    const terms = { areaId: areas.藤棚!, date, band: night, position: 1, giverId: giver.id, takerId: taker.id };
    const asked = await inTransaction(world.db, (tx) =>
      askForSwap(tx, world.ctx, { associationId, by: 'op_test', cause: 'test', ...terms }),
    );
    expect(asked).to.have.property('swapId');
    const rings = async (who: TownPerson, from = who.phones[0]!) => {
      const line = await world.rings(from);
      await line.press('4');
      await line.press(who.code);
      return line;
    };
    // The code alone, from a stranger's telephone, changes nothing.
    const stranger = await rings(taker, '+819000009999');
    expect(await stranger.heard()).to.match(/ご登録の電話からおかけ直しください/);
    await stranger.hangUp();
    const first = await rings(taker);
    expect(await first.heard()).to.match(/11月16日の当番を、渡す医師先生から受ける医師先生へ/);
    await first.press('1');
    expect(await first.heard()).to.match(/相手の先生の承知を待ちます/);
    const second = await rings(giver);
    await second.press('1');
    expect(await second.heard()).to.match(/交代が決まりました/);
    const at = new Date('2026-11-16T13:00:00Z');
    const [duty] = await doctorsOnDuty(world.db, areas.藤棚!, at, japanCalendar);
    expect(duty?.subjectId).to.equal(taker.id);
    expect((await swapsOf(world.db, associationId, null, 5))[0]).to.include({ status: 'agreed' });
    const third = await rings(giver);
    expect(await third.heard()).to.not.match(/交代のお願い/);
    expect(world.complaints).to.deep.equal([]);
  });

  it('rings the doctor who is asked for a swap by day, and the giver once he has said yes; nobody at night', async () => {
    const [giver, taker] = [await onDuty('渡す医師', 1), await world.town.doctor('受ける医師', { phones: 2 })];
    const { associationId, areas } = world.town;
    const terms = { areaId: areas.藤棚!, date: '2026-11-20', band: night, position: 1 };
    const edit = { associationId, by: 'op_test', cause: 'test' };
    // 20:30: too late for today.
    await world.passes({ seconds: 3.5 * 3600 });
    await inTransaction(world.db, (tx) =>
      askForSwap(tx, world.ctx, { ...edit, ...terms, giverId: giver.id, takerId: taker.id }),
    );
    await world.phoneOf(taker, 0).habit(voicemail);
    await world.phoneOf(taker, 1).habit(answersAndPresses('1', 12));
    await world.phoneOf(giver).habit(answersAndPresses('1', 12));
    await passes(60);
    expect((await world.phoneOf(taker, 0).calls()).length).to.equal(0);
    await world.passes({ seconds: 11.5 * 3600 });
    await passes(90);
    expect((await world.phoneOf(taker, 0).calls()).length).to.equal(1);
    expect((await swapsOf(world.db, associationId, null, 5))[0]).to.include({ status: 'waiting', ring_rounds: 1 });
    // An hour later, on his other telephone.
    await world.passes({ seconds: 3600 });
    await passes(120);
    expect(await world.phoneOf(taker, 1).heard()).to.match(
      /当番表のこと.*11月20日の当番を、渡す医師先生から受ける医師先生へ/s,
    );
    expect(await world.phoneOf(giver).heard()).to.match(/11月20日の当番を.*交代が決まりました/s);
    expect((await swapsOf(world.db, associationId, null, 5))[0]).to.include({ status: 'agreed', ring_due_at: null });
    const [duty] = await doctorsOnDuty(world.db, areas.藤棚!, new Date('2026-11-20T13:00:00Z'), japanCalendar);
    expect(duty?.subjectId).to.equal(taker.id);
    expect(world.complaints).to.deep.equal([]);
  });

  it('gives up after three rings, and the hub sees it', async () => {
    const [giver, taker] = [await onDuty('渡す医師', 1), await world.town.doctor('出ない医師')];
    const { associationId, areas } = world.town;
    const terms = { areaId: areas.藤棚!, date: '2026-11-20', band: night, position: 1 };
    await world.phoneOf(taker).habit(neverPicksUp);
    await world.passes({ seconds: 15.5 * 3600 });
    const asked = await inTransaction(world.db, (tx) =>
      askForSwap(tx, world.ctx, {
        ...{ ...terms, associationId, by: 'op_test', cause: 'test', giverId: giver.id, takerId: taker.id },
      }),
    );
    for (let hour = 0; hour < 4; hour++) {
      await passes(60);
      await world.passes({ seconds: 3600 });
    }
    expect((await world.phoneOf(taker).calls()).length).to.equal(3);
    const [swap] = await swapsOf(world.db, associationId, null, 5);
    expect(swap).to.include({ status: 'waiting', ring_due_at: null, ring_rounds: 3 });
    const { rows } = await world.db.query('select kind from audit_entry where chain_id = $1 order by seq', [
      'swapId' in asked ? asked.swapId : '',
    ]);
    expect(rows.map(({ kind }) => kind)).to.deep.equal(['swap_asked', 'swap_not_reached']);
  });

  it('sends the month’s sheet to each confirmed machine of the area once, and counts who has none', async () => {
    const [first, second, third] = [await onDuty('甲医師', 1), await onDuty('乙医師', 2), await onDuty('丙医師', 3)];
    await giveFax(world, first, '+81450001234');
    await giveFax(world, second, '+81450001234');
    await giveFax(world, third, '+81450009999', { status: 'frozen' });
    const { associationId, areas } = world.town;
    const edit = { associationId, areaId: areas.藤棚!, month: '2026-12', by: 'op_test', cause: 'test' };
    await inTransaction(world.db, (tx) => orderSheet(tx, world.ctx, edit));
    await passes(10);
    const [sheet] = await sheetsOf(world.db, areas.藤棚!, 5);
    expect(sheet).to.include({ month: '2026-12', fax_count: 1, without_fax: 1 });
    const { rows } = await world.db.query('select purpose, subject_id from fax');
    expect(rows).to.deep.equal([{ purpose: 'form', subject_id: sheet!.id }]);
    const page = world.release.drawn.find((one) => one.kind === 'roster');
    if (page?.kind !== 'roster') throw new Error('no roster was drawn');
    expect(page.days[0]).to.deep.equal({ date: '2026-12-01', names: [['甲医師', '乙医師', '丙医師']] });
    expect(page.replies.map(({ doctorName }) => doctorName)).to.deep.equal(['甲医師', '乙医師']);
    await passes(20);
    expect((await world.db.query('select 1 from fax')).rowCount).to.equal(1);
    expect(world.complaints).to.deep.equal([]);
  });
});
