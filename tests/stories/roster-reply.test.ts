import { expect } from 'chai';
import { inTransaction } from '../../src/db.ts';
import type { BilevelPage } from '../../src/imaging/bilevel.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { instantOf } from '../../src/lib/japan-time.ts';
import { readers } from '../../src/paper/reader/pool.ts';
import { doctorsOnDuty } from '../../src/roster/actions.ts';
import { japanCalendar } from '../../src/roster/calendar.ts';
import { orderSheet } from '../../src/roster/sheets.ts';
import { sweepRoster } from '../../src/roster/sweep.ts';
import { fill } from '../support/card-copy.ts';
import { type ConsoleWorld, openConsoleWorld, type Person } from '../support/console.ts';
import { degrade, typical } from '../support/degrade.ts';
import { type FaxNight, openFaxNight } from '../support/fax-night.ts';
import { tickForm } from '../support/filled-form.ts';
import { giveFax } from '../support/record-scene.ts';
import type { TownPerson } from '../support/town.ts';
import { createWorld, type World } from '../support/world.ts';

const clinic = '+81450001234';
const stranger = '+81450005555';
const month = '2026-12';
const night = { from: 1080, to: 1980 };

describe('the month’s roster by fax, and the reply that comes back', function () {
  this.timeout(180_000);
  let world: World;
  let line: FaxNight;
  let desk: ConsoleWorld;
  let clerk: Person;
  let first: TownPerson;
  let second: TownPerson;
  /** What lies in the clinic's tray: the table, and a sheet for each of the two. */
  let sheets: BilevelPage[];

  beforeEach(async () => {
    // Monday 2026-11-30, noon in Japan.
    world = await createWorld({ start: new Date('2026-11-30T03:00:00Z') });
    [first, second] = [await world.town.doctor('甲　一郎'), await world.town.doctor('乙　二郎')];
    for (const [index, doctor] of [first, second].entries()) {
      await world.town.duty(doctor, index + 1, night);
      await giveFax(world, doctor, clinic);
    }
    line = await openFaxNight(world, [clinic, stranger]);
    desk = await openConsoleWorld({ db: world.db, clock: { now: () => world.now(), after: systemClock.after } });
    const { associationId, areas } = world.town;
    clerk = desk.person('clerk', { associationId, name: '事務 花子' });
    const edit = { associationId, areaId: areas.藤棚!, month, by: clerk.staff.id, cause: 'test' };
    await inTransaction(world.db, (tx) => orderSheet(tx, world.ctx, edit));
    await sweepRoster(world.ctx, 17);
    await line.passes(120);
    const [fax] = await line.tray(clinic);
    sheets = await line.paper(fax!);
  });
  afterEach(async () => {
    await desk.close();
    await line.close();
    expect(world.complaints).to.deep.equal([]);
    await world.close();
  });
  after(() => readers().close());

  const comesBack = async (page: BilevelPage, from = clinic): Promise<void> => {
    await line.faxes(from, degrade(page, { seed: 7, level: typical, resolution: 'fine' }));
    await line.passes(60);
  };
  const replies = async (of: TownPerson) => {
    const params = { areaId: world.town.areas.藤棚!, month };
    const { doctors } = await clerk.call('roster_replies', { params });
    return doctors.find(({ id }) => id === of.id)!.replies;
  };
  const onDuty = async (date: string): Promise<string[]> => {
    const duties = await doctorsOnDuty(world.db, world.town.areas.藤棚!, instantOf(date, 1200), japanCalendar);
    return duties.map(({ subjectId }) => subjectId);
  };
  const logged = async (chainId: string) => {
    const { rows } = await world.db.query('select kind, actor from audit_entry where chain_id = $1 order by seq', [
      chainId,
    ]);
    return rows.map(({ kind, actor }) => `${kind} ${actor}`);
  };

  it('takes “I cannot” as an absence, puts nobody in, and shows at the desk who replied, with the page', async () => {
    expect(sheets.length).to.equal(3);
    expect(await replies(first)).to.deep.equal([]);
    await comesBack(tickForm(sheets[1]!, 'roster', ['answer=agreed', 'day.8=cannot', 'day.9=cannot', 'day.24=cannot']));
    const cannot = ['2026-12-08', '2026-12-09', '2026-12-24'];
    const [reply] = await replies(first);
    expect(reply).to.deep.include({ status: 'done', isAgreed: true, cannot, taken: cannot });
    expect([await onDuty('2026-12-07'), await onDuty('2026-12-09')]).to.deep.equal([
      [first.id, second.id],
      [second.id],
    ]);
    const { absences } = await clerk.call('roster_absences', {});
    expect(absences.map(({ doctorId, from, until }) => [doctorId, from, until])).to.deep.equal([
      [first.id, '2026-12-08', '2026-12-09'],
      [first.id, '2026-12-24', '2026-12-24'],
    ]);
    expect(await logged(first.id)).to.deep.equal([
      ...['absence_noted gateway', 'absence_noted gateway', 'roster_reply_taken gateway'],
    ]);
    const { picture } = await clerk.call('roster_reply_page', { params: { itemId: reply!.itemId } });
    expect(picture!.boxes).to.have.property('day.8');
    expect((await logged(reply!.itemId)).at(-1)).to.equal(`page_opened operator:${clerk.staff.id}`);
    // The same page a second time changes nothing; nor does a later one that ticks less take anything back.
    await comesBack(tickForm(sheets[1]!, 'roster', ['answer=agreed', 'day.8=cannot']));
    expect((await clerk.call('roster_absences', {})).absences.length).to.equal(2);
    expect((await replies(first)).length).to.equal(2);
    const stranger = desk.person('clerk', { associationId: world.ctx.ids.next('as') });
    const params = { itemId: reply!.itemId };
    expect(await stranger.refused('roster_reply_page', { params })).to.include({ code: 'not_found' });
    expect(await stranger.refused('roster_reply', { params })).to.include({ code: 'not_found' });
  });

  it('leaves to a person what is written by hand, and what is for today or tomorrow', async () => {
    const page = tickForm(sheets[2]!, 'roster', ['day.1=cannot', 'day.20=cannot']);
    for (let stroke = 0; stroke < 12; stroke++) fill(page, 260 + stroke * 30, 1890 + (stroke % 3) * 14, 26, 5);
    await comesBack(page);
    const [reply] = await replies(second);
    expect(reply).to.deep.include({
      ...{ status: 'waiting', reason: 'written_by_hand', isAgreed: false },
      ...{ cannot: ['2026-12-01', '2026-12-20'], taken: ['2026-12-20'] },
    });
    expect([await onDuty('2026-12-01'), await onDuty('2026-12-20')]).to.deep.equal([[first.id, second.id], [first.id]]);
    const params = { itemId: reply!.itemId };
    const settle = (dates: string[]) => clerk.call('settle_roster_reply', { params, body: { dates } });
    const elsewhere = await clerk.refused('settle_roster_reply', { params, body: { dates: ['2027-01-05'] } });
    expect(elsewhere).to.include({ code: 'roster_wrong_span' });
    expect(await settle(['2026-12-01', '2026-12-20', '2026-12-21'])).to.deep.equal({ changed: 2 });
    expect([await onDuty('2026-12-01'), await onDuty('2026-12-21')]).to.deep.equal([[first.id], [first.id]]);
    expect((await replies(second))[0]).to.include({ status: 'settled' });
    expect(await clerk.refused('settle_roster_reply', { params, body: { dates: [] } })).to.include({
      code: 'item_settled',
    });
  });

  it('takes nothing from a machine that is not the doctor’s own, and says so at the desk', async () => {
    await comesBack(tickForm(sheets[1]!, 'roster', ['day.8=cannot']), stranger);
    const [reply] = await replies(first);
    expect(reply).to.deep.include({ status: 'waiting', reason: 'sender_unknown', cannot: ['2026-12-08'], taken: [] });
    expect(await onDuty('2026-12-08')).to.deep.equal([first.id, second.id]);
  });

  it('lets a sheet without any tick wait for a person', async () => {
    await comesBack(sheets[2]!);
    expect((await replies(second))[0]).to.include({ status: 'waiting', reason: 'nothing_ticked' });
  });
});
