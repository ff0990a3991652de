import { expect } from 'chai';
import { type ConsoleWorld, openConsoleWorld } from '../support/console.ts';

describe('the settings of hunts', () => {
  let world: ConsoleWorld;
  let areaId: string;
  before(async () => {
    world = await openConsoleWorld();
    areaId = (await world.person('administrator').call('list_plans', {})).areas[0]!.id;
  });
  after(() => world?.close());

  const change = (own: Record<string, number>, before: Record<string, number>) => ({
    params: { areaId },
    body: { own, before },
  });

  it('are changed with an entry in the log, and the value before is shown', async () => {
    const admin = world.person('administrator');
    expect(await admin.call('change_plan', change({ stepSeconds: 15 }, {}))).to.deep.equal({ status: 'changed' });
    const [area] = (await admin.call('list_plans', {})).areas;
    expect(area!.own).to.deep.equal({ stepSeconds: 15 });
    expect(area!.changes[0]).to.deep.include({
      by: `operator:${admin.staff.id}`,
      before: {},
      after: { stepSeconds: 15 },
    });
  });

  it('are not changed over somebody else’s change, by a wrong value, or out of order', async () => {
    const admin = world.person('administrator');
    expect(await admin.refused('change_plan', change({ stepSeconds: 20 }, {}))).to.include({
      status: 409,
      code: 'overtaken',
    });
    const wrong = await admin.refused('change_plan', change({ stepSeconds: 0 }, { stepSeconds: 15 }));
    expect(wrong).to.include({ status: 400, code: 'does_not_fit' });
    const disordered = await admin.refused('change_plan', change({ standbyAfterSeconds: 30 }, { stepSeconds: 15 }));
    expect(disordered).to.include({ status: 422, code: 'standby_before_beds' });
  });

  it('are changed by hub doctors and administrators of this association only', async () => {
    const clerk = await world.person('clerk').refused('change_plan', change({}, { stepSeconds: 15 }));
    expect(clerk).to.include({ status: 403, code: 'not_permitted' });
    const foreign = world.person('administrator', { associationId: 'as_other' });
    expect(await foreign.refused('change_plan', change({}, { stepSeconds: 15 }))).to.include({ code: 'not_found' });
    expect((await foreign.call('list_plans', {})).areas).to.deep.equal([]);
  });

  it('are rehearsed for an area: the doctors of that night in their order, nothing is written', async () => {
    const rows = async () => (await world.ctx.db.query('select count(*)::int as n from audit_entry')).rows[0].n;
    const before = await rows();
    const about = { kind: 'area' as const, areaId };
    const night = await world
      .person('auditor')
      .call('rehearse_hunt', { body: { about, date: '1月3日', time: '02:10' } });
    expect(night.openedAt).to.match(/-01-02T17:10:00.000Z$/);
    const doctors = night.people.filter(({ role }) => role === 'doctor');
    expect(doctors.length).to.be.at.least(2);
    // The second 15 s after the first; the third when the first has rung 25 s in vain.
    expect(doctors.slice(0, 3).map(({ rings }) => rings[0]!.fromSeconds)).to.deep.equal([0, 15, 25]);
    expect(doctors.every(({ name, relation }) => name && relation === 'duty')).to.equal(true);
    expect(await rows()).to.equal(before);
  });

  it('are rehearsed with the hospital last that usually takes nobody at that hour', async () => {
    const about = { kind: 'area' as const, areaId };
    const hospitals = async () => {
      const night = await world
        .person('auditor')
        .call('rehearse_hunt', { body: { about, date: '1月3日', time: '02:10' } });
      return night.people.filter(({ role }) => role === 'hospital').map(({ id, isPutLast }) => ({ id, isPutLast }));
    };
    const [first, second] = await hospitals();
    expect([first?.isPutLast, second?.isPutLast]).to.deep.equal([false, false]);
    await world.ctx.db.query(
      `insert into bed_pattern (hospital_id, place, bed_type, days, from_minute, to_minute, acceptance)
      values ($1, 1, 'general', array['sat', 'sun', 'holiday'], 0, 1440, 'closed')`,
      [first!.id],
    );
    const after = await hospitals();
    expect(after[0]).to.deep.equal(second);
    expect(after.at(-1)).to.deep.equal({ id: first!.id, isPutLast: true });
  });

  it('are rehearsed for a patient: the attending first, and the look stands in the patient’s log', async () => {
    const nurse = world.person('nurse');
    const { rows } = await world.ctx.db.query<{ id: string; code: string; attending_id: string }>(
      'select id, code, attending_id from patient where attending_id is not null order by code limit 1',
    );
    const [patient] = rows;
    const about = { kind: 'patient_code' as const, code: patient!.code };
    const night = await nurse.call('rehearse_hunt', { body: { about, date: '', time: '2:10' } });
    expect(night.people[0]).to.include({ id: patient!.attending_id, relation: 'attending' });
    expect(await world.patients.kindsInLog(patient!.id)).to.include('record_viewed');
  });

  it('are rehearsed for a patient only by whoever may see patients, and of this association', async () => {
    const body = { about: { kind: 'patient_code' as const, code: 'P001' }, date: '', time: '2:10' };
    expect(await world.person('administrator').refused('rehearse_hunt', { body })).to.include({
      code: 'not_permitted',
    });
    const foreign = world.person('nurse', { associationId: 'as_other' });
    expect(await foreign.refused('rehearse_hunt', { body })).to.include({ code: 'not_found' });
    const badTime = { body: { ...body, time: '25:99' } };
    expect(await world.person('nurse').refused('rehearse_hunt', badTime)).to.include({ code: 'time_unreadable' });
  });
});
