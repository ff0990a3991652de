import { expect } from 'chai';
import { answersAndPresses1, neverPicksUp, nurseRingsAbout } from '../support/habits.ts';
import { buildTown } from '../support/town.ts';
import { useWorld } from '../support/use-world.ts';
import { createWorld, type World } from '../support/world.ts';

describe('the menus', () => {
  const world = useWorld();

  it('says 119 before anything else, repeats with *, and takes a key during the words', async () => {
    const caller = await world.rings('+819000001001');
    expect((await caller.heard()).split('\n')[0]).to.match(/119番/);
    await world.passes({ seconds: 15 });
    await caller.press('*');
    await world.passes({ seconds: 2 });
    await caller.press('4');
    expect(await caller.heard()).to.match(/登録医コード/);
    expect((await caller.view()).transcript.filter((line) => line.text.includes('急変は1'))).to.have.length(2);
  });

  it('asks again for a wrong key and says that it is not in use', async () => {
    const caller = await world.rings('+819000001001');
    await caller.press('7');
    expect(await caller.heard()).to.match(/その番号はお使いになれません/);
    await caller.press('1');
    expect(await caller.heard()).to.match(/12けたの番号/);
  });

  it('tells a member who is on duty in his area now, and nobody else', async () => {
    const { town } = world;
    const asking = await town.doctor('尋ねる医師');
    const duty = await town.doctor('今夜の当番');
    await town.duty(duty, 1);
    const caller = await world.rings('+819000001001');
    await caller.press('4');
    await caller.press('999999');
    expect(await caller.heard()).to.match(/登録医コードが確認できませんでした/);
    await caller.press(asking.code);
    expect(await caller.heard()).to.match(/藤棚の、ただいまの当番は、今夜の当番です/);
  });

  it('leads a doctor who wants a record to people by 0 at any question', async () => {
    const standby = await world.town.standby('当直者');
    await world.phoneOf(standby).habit(answersAndPresses1);
    const caller = await world.rings('+819000001001');
    await caller.press('2');
    expect(await caller.heard()).to.match(/登録医コード6けた/);
    await caller.press('0#');
    await world.passes({ seconds: 20 });
    expect((await caller.view()).bridgedWith).to.deep.equal(standby.phones);
  });

  it('rings the hub’s desk for 0 by day', async () => {
    await world.close();
    Object.assign(world, await createWorld({ start: new Date('2026-11-17T02:00:00Z') })); // Tuesday 11:00
    const hub = (await world.db.query<{ hub_phone: string }>('select hub_phone from association')).rows[0]!.hub_phone;
    await world.phone(hub).habit(answersAndPresses1);
    const caller = await world.rings('+819000001001');
    await caller.press('0');
    await world.passes({ seconds: 20 });
    expect((await caller.view()).bridgedWith).to.deep.equal([hub]);
  });

  it('brings the standby person at once to a waiting caller who presses * and 0, while doctors go on being rung', async () => {
    const { town } = world;
    const doctor = await town.doctor('出ない医師');
    await world.phoneOf(doctor).habit(neverPicksUp);
    const standby = await town.standby('当直者');
    await world.phoneOf(standby).habit(answersAndPresses1);
    const patient = await town.patient({ attending: doctor });
    const nurse = await nurseRingsAbout(world, patient.card);
    await world.passes({ seconds: 12 });
    await nurse.press('*');
    await nurse.press('0');
    await world.passes({ seconds: 10 });
    expect((await nurse.view()).bridgedWith).to.deep.equal(standby.phones);
  });

  it('lets a doctor who is rung press 0 to reach a person, and rings the next doctor at once', async () => {
    const { town } = world;
    const [first, second] = [await town.doctor('困った医師'), await town.doctor('次の医師')];
    const standby = await town.standby('当直者');
    await world.phoneOf(standby).habit(answersAndPresses1);
    await world
      .phoneOf(first)
      .habit({ behaviour: 'answer', answerAfterSeconds: 3, keys: [{ afterSeconds: 2, digits: '0' }] });
    await world.phoneOf(second).habit(answersAndPresses1);
    const patient = await town.patient({ attending: first, deputies: [second] });
    const nurse = await nurseRingsAbout(world, patient.card);
    await world.passes({ seconds: 30 });
    expect((await nurse.view()).bridgedWith).to.deep.equal(second.phones);
    expect((await world.phoneOf(first).last()).bridgedWith).to.deep.equal(standby.phones);
  });

  it('takes the association from the number dialled, and refuses a number of nobody in words', async () => {
    const other = await buildTown(world.db, world.ctx.ids, world.now(), { number: '+815000000200' });
    await world.control('PUT', `/exchange/numbers/${encodeURIComponent(other.number)}`, {
      voiceUrl: `${world.gatewayUrl}/voice/inbound`,
    });
    await world.control('PUT', `/exchange/numbers/${encodeURIComponent('+815000000300')}`, {
      voiceUrl: `${world.gatewayUrl}/voice/inbound`,
    });
    const doctor = await other.doctor('隣の区の医師');
    await world.phoneOf(doctor).habit(answersAndPresses1);
    const foreign = await other.patient({ attending: doctor });
    // A card of the other association is unknown under our number …
    const here = await nurseRingsAbout(world, foreign.card);
    expect(await here.heard()).to.match(/番号が確認できませんでした/);
    // … and known under theirs.
    const there = await world.rings('+819000001002', other.number);
    await there.press('1');
    await there.press(foreign.card);
    await world.passes({ seconds: 20 });
    expect((await there.view()).bridgedWith).to.deep.equal(doctor.phones);
    const lost = await world.rings('+819000001003', '+815000000300');
    expect(await lost.heard()).to.match(/どの医師会にも登録されていません/);
  });

  it('cannot call back a withheld number, says so, and keeps the caller', async () => {
    const { town } = world;
    const doctor = await town.doctor('佐藤医師');
    await world
      .phoneOf(doctor)
      .habit({ behaviour: 'answer', answerAfterSeconds: 20, keys: [{ afterSeconds: 3, digits: '1' }] });
    const patient = await town.patient({ attending: doctor });
    const caller = await nurseRingsAbout(world, patient.card, 'anonymous');
    await world.passes({ seconds: 4 });
    await caller.press('1');
    expect(await caller.heard()).to.match(/番号が通知されていないため/);
    await world.passes({ seconds: 30 });
    expect((await caller.view()).bridgedWith).to.deep.equal(doctor.phones);
  });
});

describe('the plan and the carrier’s pace', () => {
  let world: World;
  afterEach(async () => {
    expect(world.complaints).to.deep.equal([]);
    await world.close();
  });

  it('follows an area’s own plan from the next case on, and the default when the override is wrong', async () => {
    world = await createWorld();
    const { town } = world;
    const [first, second] = [await town.doctor('一'), await town.doctor('二')];
    for (const doctor of [first, second]) await world.phoneOf(doctor).habit(neverPicksUp);
    const patient = await town.patient({ attending: first, deputies: [second] });
    await world.db.query('update area set plan = $1', [{ stepSeconds: 5 }]);
    await nurseRingsAbout(world, patient.card);
    await world.passes({ seconds: 6 });
    const calls = await world.phoneOf(second).calls();
    const opened = (await world.theCase()).openedAt;
    expect(Math.round((Date.parse(calls[0]!.createdAt) - opened) / 1000)).to.equal(5);
    await world.db.query('update area set plan = $1', [{ stepSeconds: 5000 }]);
    await nurseRingsAbout(world, (await town.patient({ attending: first })).card, '+819000001077');
    expect((await world.cases()).at(-1)!.plan.stepSeconds).to.equal(12);
    expect(world.complaints.splice(0).join()).to.match(/area_plan_refused/);
  });

  it('takes one call a second if the carrier allows no more, and the first leg of a new case goes first', async () => {
    world = await createWorld({ callsPerSecond: 1 });
    const { town } = world;
    const many = await town.doctor('四つの電話', { phones: 4 });
    const one = await town.doctor('一つの電話');
    for (const phone of [0, 1, 2, 3]) await world.phoneOf(many, phone).habit(neverPicksUp);
    await world.phoneOf(one).habit(neverPicksUp);
    const [a, b] = [await town.patient({ attending: many }), await town.patient({ attending: one })];
    // B's caller has reached the card question before A's case opens.
    const waiting = await world.rings('+819000001051');
    await waiting.press('1');
    await nurseRingsAbout(world, a.card, '+819000001052');
    await world.passes({ seconds: 1 });
    await waiting.press(b.card);
    await world.passes({ seconds: 6 });
    const starts = async (doctor: typeof many, index = 0) =>
      Date.parse((await world.phoneOf(doctor, index).calls())[0]!.createdAt);
    const all = [];
    for (const index of [0, 1, 2, 3]) all.push(await starts(many, index));
    const first = await starts(one);
    const order = [...all, first].sort((x, y) => x - y);
    for (const [index, at] of order.slice(1).entries()) expect(at - order[index]!).to.be.at.least(1000);
    // Two of A's four phones had gone out when B's case opened; B's first leg overtook the other two.
    expect(all.filter((at) => at > first)).to.have.length.of.at.least(2);
  });

  it('dials the standby persons when our webhook cannot answer', async () => {
    world = await createWorld();
    const standby = await world.town.standby('当直者');
    await world.phoneOf(standby).habit({ behaviour: 'answer', answerAfterSeconds: 3 });
    await world.lastResort.refresh();
    await world.control('PUT', `/exchange/numbers/${encodeURIComponent(world.town.number)}`, {
      voiceUrl: `${world.gatewayUrl}/no-such-page`,
      fallbackUrl: `${world.gatewayUrl}/voice/fallback`,
    });
    const caller = await world.rings('+819000001061');
    await world.passes({ seconds: 15 });
    expect(await caller.heard()).to.match(/システムに不具合/);
    expect((await caller.view()).bridgedWith).to.deep.equal(standby.phones);
    expect(world.complaints.splice(0).join()).to.match(/fallback_asked/);
  });

  it('leads a caller on by his area when so many wait that his card cannot be derived in time', async () => {
    let asked = (): void => undefined;
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const never = <T>(): Promise<T> => {
      asked();
      return new Promise<T>(() => undefined);
    };
    world = await createWorld({ cards: { lookupIndex: never, derive: never, warmUp: () => undefined } });
    const doctor = await world.town.doctor('佐藤医師');
    const { card } = await world.town.patient({ attending: doctor });
    const caller = await world.rings('+819000001071');
    await caller.press('1');
    const pressed = caller.press(card);
    await isAsked;
    await world.clock.advanceTo(new Date(world.now().getTime() + 12_000), async () => undefined);
    await pressed;
    await world.passes({ seconds: 12 });
    expect(await caller.heard()).to.match(/確認に時間がかかっています[\s\S]*お住まいの地区の番号/);
    expect(world.complaints.splice(0).join()).to.match(/card_derivation_late/);
  });
});
