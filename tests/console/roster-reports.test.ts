import { expect } from 'chai';
import { useRosterDesk } from './roster-support.ts';

describe('what leaves the desk of the roster', () => {
  const desk = useRosterDesk();

  it('gives out a calendar by a secret address, told once, kept as a hash, and dead once revoked', async () => {
    const { path } = await desk.clerk.call('make_feed', { body: { areaId: desk.areaId, doctorId: null } });
    const response = await fetch(`${desk.world.url}${path}`);
    expect(response.headers.get('content-type')).to.match(/^text\/calendar/);
    const text = (await response.text()).replace(/\r\n /g, '');
    expect(text.match(/BEGIN:VEVENT/g)!.length).to.be.above(300);
    const [first] = await desk.nightOf('2026-12-07');
    expect(text).to.include('DTSTART:20261207T090000Z\r\nDTEND:20261208T000000Z');
    expect(text).to.include(`当番 藤棚 1番 ${first!.name}`);
    const { rows } = await desk.world.ctx.db.query('select to_jsonb(roster_feed)::text as row from roster_feed');
    expect(rows[0].row).to.not.include(path.split('/').at(-1));
    const { feeds, doctors } = await desk.clerk.call('roster_feeds', {});
    const own = await desk.clerk.call('make_feed', { body: { doctorId: doctors[0]!.id, areaId: null } });
    const mine = await (await fetch(`${desk.world.url}${own.path}`)).text();
    expect(mine).to.include('当番 藤棚');
    expect(mine).to.not.include(doctors[1]!.name);
    await desk.clerk.call('revoke_feed', { params: { feedId: feeds[0]!.id } });
    expect((await fetch(`${desk.world.url}${path}`)).status).to.equal(404);
    const foreign = desk.world.person('clerk', { associationId: desk.world.ctx.ids.next('as') });
    const refused = await foreign.refused('make_feed', { body: { areaId: desk.areaId, doctorId: null } });
    expect(refused).to.include({ code: 'not_found' });
  });

  it('reports the burden of a month: duties from the rules, rings and the night from the legs', async () => {
    const { doctors } = await desk.clerk.call('roster_fairness', { params: { month: '2026-10' } });
    const most = doctors.reduce((a, b) => (a.points > b.points ? a : b));
    expect([most.nights > 3, most.rung, most.awakeMinutes]).to.deep.equal([true, 0, 0]);
    const [caseId, lineId, at] = [desk.world.ctx.ids.next('uc'), desk.world.ctx.ids.next('cl'), '2026-10-05T14:00:00Z'];
    const { db } = desk.world.ctx;
    await db.query('insert into caller_line (id, association_id, created_at) values ($1, $2, $3)', [
      ...[lineId, desk.world.associationId, at],
    ]);
    await db.query(
      `insert into urgent_call (id, association_id, kind, area_id, caller_line_id, status, state, opened_at, audit_seq, audit_hash)
      values ($1, $2, 'area', $3, $4, 'closed', '{}', $5, 1, '')`,
      [caseId, desk.world.associationId, desk.areaId, lineId, at],
    );
    const leg = (outcome: string, from: string, until: string) =>
      db.query(
        `insert into leg (id, case_id, role, subject_id, phone_id, e164, status, outcome, is_live, requested_at, ended_at)
        values ($1, $2, 'doctor', $3, 'ph', '+819000000000', 'ended', $4, false, $5, $6)`,
        [desk.world.ctx.ids.next('lg'), caseId, most.id, outcome, from, until],
      );
    await leg('no_answer', '2026-10-05T14:00:00Z', '2026-10-05T14:00:25Z');
    await leg('no_key', '2026-10-05T14:01:00Z', '2026-10-05T14:01:30Z');
    await leg('finished', '2026-10-05T15:00:00Z', '2026-10-05T15:10:00Z');
    const after = await desk.clerk.call('roster_fairness', { params: { month: '2026-10' } });
    const own = after.doctors.find(({ id }) => id === most.id);
    expect(own).to.include({ rung: 3, answered: 1, accepted: 1, awakeMinutes: 40 });
  });

  it('prints the month’s sheet, and takes the order to fax it', async () => {
    const params = { areaId: desk.areaId, month: '2026-12' };
    const response = await desk.clerk.fetch(`/api/roster/areas/${desk.areaId}/months/2026-12/sheet`);
    expect([response.status, response.headers.get('content-type')]).to.deep.equal([200, 'application/pdf']);
    expect(
      Buffer.from(await response.arrayBuffer())
        .subarray(0, 5)
        .toString(),
    ).to.equal('%PDF-');
    await desk.clerk.call('send_roster_sheet', { params: { areaId: desk.areaId }, body: { month: params.month } });
    const { sheets } = await desk.clerk.call('roster_sheets', { params: { areaId: desk.areaId } });
    expect(sheets[0]).to.include({ month: '2026-12', sentAt: null });
    const foreign = desk.world.person('clerk', { associationId: desk.world.ctx.ids.next('as') });
    expect(await foreign.refused('roster_sheets', { params: { areaId: desk.areaId } })).to.include({
      code: 'not_found',
    });
    expect((await foreign.fetch(`/api/roster/areas/${desk.areaId}/months/2026-12/sheet`)).status).to.equal(404);
  });
});
