import { expect } from 'chai';
import { openAlarms, withdrawAlarm } from '../../src/alarms/actions.ts';
import { sweepAlarmRings } from '../../src/alarms/ringing.ts';
import { inTransaction } from '../../src/db.ts';
import { answersAndPresses, neverPicksUp, voicemail } from '../support/habits.ts';
import { raise } from '../support/raise.ts';
import type { TownPerson } from '../support/town.ts';
import { createWorld, type World } from '../support/world.ts';

describe('an alarm that cannot wait for the day', () => {
  let world: World;
  let first: TownPerson;
  let second: TownPerson;
  beforeEach(async () => {
    world = await createWorld();
    first = await world.town.standby('待機　一');
    second = await world.town.standby('待機　二');
    await world.town.duty(second, 1);
    await world.phoneOf(first).habit(neverPicksUp);
    await world.phoneOf(second).habit(neverPicksUp);
  });
  afterEach(() => world.close());

  const passes = async (seconds: number): Promise<void> => {
    for (let gone = 0; gone < seconds; gone += 5) {
      await sweepAlarmRings(world.ctx);
      await world.passes({ seconds: 5 });
    }
  };
  const rings = async (who: TownPerson) => (await world.phoneOf(who).calls()).length;

  it('rings whoever is on standby, who hears what is wrong and keys that it was heard; nobody is rung again', async () => {
    await world.phoneOf(second).habit(answersAndPresses('1'));
    await raise(world, 'watch_failed');
    await passes(400);
    expect([await rings(second), await rings(first)]).to.deep.equal([1, 0]);
    expect(await world.phoneOf(second).heard()).to.match(
      /警報のお知らせ.*見回りが、二度続けて通りませんでした.*1を押して[\s\S]*承りました/,
    );
    const [alarm] = await openAlarms(world.db, world.town.associationId);
    expect(alarm?.heardAt, 'heard, and still to be seen to').to.be.instanceOf(Date);
    const { rows } = await world.db.query(`select actor from audit_entry where kind = 'alarm_heard'`);
    expect(rows).to.deep.equal([{ actor: `standby:${second.id}` }]);
  });

  it('goes from telephone to telephone until it is heard, six times at most; a voicemail keys nothing', async () => {
    await world.phoneOf(second).habit(voicemail);
    await raise(world, 'recipient_not_told');
    await passes(100);
    expect([await rings(second), await rings(first)]).to.deep.equal([1, 1]);
    await passes(900);
    expect([await rings(second), await rings(first)]).to.deep.equal([3, 3]);
    expect(world.complaints.join()).to.include('alarm_not_heard');
    world.complaints.length = 0;
  });

  it('is one call for many, and a storm rings no oftener', async () => {
    await world.phoneOf(second).habit(answersAndPresses('1'));
    for (let count = 0; count < 20; count++) await raise(world, count % 2 ? 'watch_failed' : 'recipient_not_told');
    await passes(100);
    for (let count = 0; count < 20; count++) await raise(world, 'recipient_not_told');
    await passes(100);
    expect(await rings(second)).to.equal(1);
    expect(await world.phoneOf(second).heard()).to.match(/記録のページが届かず.*見回りが/);
    await passes(200);
    expect(await rings(second)).to.equal(2);
    expect((await openAlarms(world.db, world.town.associationId)).every(({ heardAt }) => heardAt !== null)).to.equal(
      true,
    );
  });

  it('rings nobody about what can wait, nor about what has mended itself', async () => {
    await raise(world, 'break_glass');
    await raise(world, 'drill_due');
    const mended = await raise(world, 'watch_failed');
    await inTransaction(world.db, (tx) => withdrawAlarm(tx, 'watch_failed', mended, world.now()));
    await passes(60);
    expect([await rings(second), await rings(first)]).to.deep.equal([0, 0]);
  });

  it('goes behind patients: nothing rings while a call looks for somebody, and a ring in its way is called off', async () => {
    await raise(world, 'watch_failed');
    await passes(10);
    expect((await world.phoneOf(second).last()).state).to.equal('ringing');
    const nurse = await world.rings('+819000001001');
    await nurse.press('0');
    await passes(5);
    const [alarm] = await world.phoneOf(second).calls();
    expect(alarm?.state).to.equal('canceled');
    const alarmCalls = async () =>
      (await world.db.query(`select 1 from doctor_callback where purpose = 'alarm'`)).rowCount;
    await passes(60);
    expect((await world.theCase()).status).to.be.oneOf(['calling_standby', 'unanswered']);
    expect(await alarmCalls()).to.equal(1);
    await world.phoneOf(first).habit(answersAndPresses('1'));
    await passes(180);
    expect((await world.theCase()).status).to.equal('accepted');
    expect(await alarmCalls()).to.be.above(1);
    world.complaints.length = 0;
  });
});
