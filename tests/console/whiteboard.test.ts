import { expect } from 'chai';
import { sealAssociation, unsealedSince } from '../../src/audit/actions.ts';
import { lookText } from '../../src/console/whiteboard/store.ts';
import { peopleOf } from '../../src/console/whiteboard/view.ts';
import type { Leg } from '../../src/escalations/urgent-call.ts';
import { type ConsoleWorld, openBrowser, openConsoleWorld } from '../support/console.ts';

describe('the whiteboard', () => {
  let world: ConsoleWorld;
  before(async () => {
    world = await openConsoleWorld();
  });
  after(() => world?.close());

  const board = () => world.person('nurse').call('whiteboard', {});
  const query = (text: string, values: unknown[] = []) => world.ctx.db.query(text, values);

  it('names each area with whoever is on duty now and two deputies', async () => {
    const { areas } = await board();
    expect(areas.map(({ name }) => name)).to.deep.equal(['藤棚', '浅間台', '戸部本町', '宮崎']);
    for (const { shifts } of areas) {
      expect(shifts[0]!.from).to.equal(null);
      expect(shifts[0]!.people.length).to.be.at.most(3);
    }
    expect(areas.flatMap(({ shifts }) => shifts.flatMap(({ people }) => people)).every(({ name }) => name)).to.equal(
      true,
    );
  });

  it('calls a bed free only while its news is fresh, and says how old it is', async () => {
    const now = world.ctx.clock.now().getTime();
    const { rows } = await world.ctx.db.query<{ id: string }>('select id from hospital order by code limit 1');
    const tell = (hours: number) =>
      query(
        `insert into bed_offer (hospital_id, bed_type, free_count, acceptance, as_of, source)
        values ($1, 'general', 2, 'open', $2, 'phone')
        on conflict (hospital_id, bed_type) do update set as_of = excluded.as_of`,
        [rows[0]!.id, new Date(now - hours * 3_600_000)],
      );
    const general = async () =>
      (await board()).hospitals[0]!.beds.map(({ type, standing, free }) => ({ type, standing, free })).find(
        ({ type }) => type === 'general',
      );
    await tell(1);
    expect(await general()).to.deep.equal({ type: 'general', standing: 'free', free: 2 });
    await tell(13);
    expect((await general())?.standing).to.equal('to_ask');
  });

  it('sounds the alarm when nobody is on duty tonight, when a number is frozen, and when the log is not sealed', async () => {
    const before = (await board()).alarms.map(({ kind }) => kind);
    expect(before).to.not.include('gap').and.not.include('frozen_numbers');
    const { rows } = await world.ctx.db.query<{ id: string }>('select id from area order by key limit 1');
    await query('delete from duty_rule where area_id = $1', [rows[0]!.id]);
    await query(`insert into frozen_fax_number (e164, frozen_at) select '+81450000499', now()`);
    await query(
      `insert into fax_destination (id, association_id, facility_id, position, e164, form, status, registered_at)
      select 'fd_frozen', $1, id, 3, '+81450000499', 'full', 'frozen', now() from facility order by code limit 1`,
      [world.associationId],
    );
    await query(
      `insert into audit_entry (chain_id, seq, association_id, at, actor, cause, kind, data, prev_hash, hash)
      values ('board', 1, $1, now() - interval '5 minutes', 'x', 'x', 'x', '{}', decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex'))`,
      [world.associationId],
    );
    const { alarms } = await board();
    expect(alarms.find(({ kind }) => kind === 'gap')).to.include({ areaId: rows[0]!.id });
    expect(alarms).to.deep.include({ kind: 'frozen_numbers', count: 1 });
    expect(alarms.map(({ kind }) => kind)).to.include('stale_seal');
  });

  it('does not call the log unsealed for an entry that came while the last seal was made, and is in it', async () => {
    const isStale = async () => (await board()).alarms.some(({ kind }) => kind === 'stale_seal');
    const { db, clock } = world.ctx;
    await sealAssociation({ db, clock, signer: world.signer }, world.associationId);
    expect(await isStale()).to.equal(false);
    await query(
      `insert into audit_entry (chain_id, seq, association_id, at, actor, cause, kind, data, prev_hash, hash)
      values ('between', 1, $1, now() - interval '5 minutes', 'x', 'x', 'x', '{}', decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex'))`,
      [world.associationId],
    );
    expect(await isStale()).to.equal(true);
    await query(
      `insert into audit_leaf (association_id, leaf_index, entry_id, chain_id, seq, leaf_hash)
      select $1, (select max(leaf_index) + 1 from audit_leaf), id, chain_id, seq, decode(repeat('00', 32), 'hex')
      from audit_entry
      where chain_id = 'between'`,
      [world.associationId],
    );
    expect(await isStale()).to.equal(false);
  });

  it('shows nothing of another association', async () => {
    await query(`insert into association (id, code, name, spoken_name, caller_number, created_at)
      values ('as_other', 'other', '別の医師会', 'べつ', '+81450009999', now())`);
    const other = await world.person('nurse', { associationId: 'as_other' }).call('whiteboard', {});
    expect(other).to.deep.include({
      areas: [],
      calls: [],
      hospitals: [],
      alarms: [],
      callsOpen: 0,
      standby: [{ from: null, until: other.standby[0]!.until, people: [], isGap: other.standby[0]!.isGap }],
    });
  });

  it('reads what is open through indexes: nothing that is over is looked at', async () => {
    const client = await world.ctx.db.connect();
    try {
      await client.query('begin; set local enable_seqscan = off');
      const { rows } = await client.query<Record<string, string>>(`explain ${lookText(unsealedSince('$1'))}`, [
        world.associationId,
        new Date(),
      ]);
      const plan = rows.map((row) => Object.values(row)[0]).join('\n');
      for (const index of [
        'urgent_call_open',
        'fax_under_way',
        'fax_failed',
        'inbox_item_waiting',
        'leg_of_case',
        'audit_entry_of_association',
      ])
        expect(plan).to.include(index);
      expect(plan).to.not.match(/Seq Scan on (urgent_call|fax|inbox_item|leg|audit_entry|bed_hold)\b/);
    } finally {
      await client.query('rollback');
      client.release();
    }
  });

  it('speaks for a doctor by the telephone that is furthest, in the latest round', () => {
    const leg = (given: Partial<Leg>): Leg => ({
      ...{
        id: 'lg',
        role: 'doctor',
        subjectId: 'dr',
        phoneId: 'ph',
        ring: 1,
        round: 0,
        requestId: null,
        isReturn: false,
      },
      ...{ status: 'ringing', outcome: null, callId: null, requestedAt: 0, answeredAt: null, endedAt: null },
      ...{ isDown: false, prompts: 0, inConference: false, checkAt: 0, ...given },
    });
    const stateOf = (...legs: Partial<Leg>[]) =>
      peopleOf(legs.map(leg), { dr: '佐藤' }).map(({ name, state, rings }) => [name, state, rings]);
    expect(stateOf({ status: 'dialing' }, { status: 'answered' })).to.deep.equal([['佐藤', 'answered', 1]]);
    expect(stateOf({ status: 'answered', prompts: 1 })).to.deep.equal([['佐藤', 'voicemail', 1]]);
    expect(stateOf({ status: 'ended', outcome: 'declined' }, { status: 'ringing' })).to.deep.equal([
      ['佐藤', 'declined', 1],
    ]);
    expect(stateOf({ status: 'ended', outcome: 'declined' }, { round: 1, ring: 2 })).to.deep.equal([
      ['佐藤', 'ringing', 2],
    ]);
    expect(
      stateOf({ status: 'ended', outcome: 'no_answer' }, { status: 'ended', outcome: 'busy', requestedAt: 5 }),
    ).to.deep.equal([['佐藤', 'busy', 1]]);
    expect(stateOf({ role: 'outcome' }, { role: 'caller' })).to.deep.equal([]);
  });

  it('fits the wall without scrolling, and turns red as a whole when it is not live', async function () {
    this.timeout(120_000);
    const chromium = await openBrowser(world);
    try {
      const page = await chromium.pageOf(world.person('clerk'), { width: 1920, height: 1080 });
      await page.goto(`${world.url}/wall`);
      await page.getByRole('heading', { name: /進行中の緊急呼/ }).waitFor();
      expect(await page.evaluate('document.documentElement.scrollHeight')).to.equal(1080);
      await query('alter table area rename to area_away');
      const alert = page.getByRole('alert');
      await alert.waitFor();
      expect(await alert.boundingBox()).to.include({ width: 1920, height: 1080 });
      await query('alter table area_away rename to area');
      await alert.waitFor({ state: 'detached' });
      expect(chromium.problems).to.deep.equal([]);
    } finally {
      await chromium.close();
    }
  });
});
