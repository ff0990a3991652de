import { expect } from 'chai';
import { entriesStatement, kindsStatement, sealsStatement } from '../../src/console/audit/store.ts';
import { dueStatement, historyStatement, openingsStatement } from '../../src/console/patients/store.ts';
import { inOrderStatement } from '../../src/patients/search-store.ts';
import { PatientsWorld } from '../patients/support.ts';

/** The lists of the desks of patients and audit on a log and a ward that are too large to be read whole. */
describe('the lists of patients and of the log', () => {
  let world: PatientsWorld;
  let areaId: string;
  before('40,000 entries, 20,000 patients', async function () {
    this.timeout(180_000);
    world = await PatientsWorld.open();
    const { db } = world.ctx;
    const { associationId } = world;
    areaId = (await db.query('select id from area order by code limit 1')).rows[0].id;
    await db.query(
      `insert into patient (id, association_id, code, area_id)
      select 'pt_' || lpad(n::text, 26, '0'), $1, 'X' || lpad(n::text, 6, '0'), areas[1 + n % cardinality(areas)]
      from generate_series(1, 20000) n
      cross join (select array_agg(id order by code) as areas from area where association_id = $1) as every_area`,
      [associationId],
    );
    await db.query(
      `insert into record_life (patient_id, association_id, status, version, open_version, is_complete, confirmed_at, typed_by,
        changed_at)
      select id, association_id, 'active', 1, 1, true, now() - (right(code, 6)::integer || ' minutes')::interval, 'op_x', now()
      from patient
      where code like 'X%'`,
    );
    await db.query(
      `insert into audit_entry (chain_id, seq, association_id, at, actor, cause, kind, data, prev_hash, hash)
      select 'pt_' || lpad((n % 400)::text, 26, '0'), 1 + n / 400, $1, now() - (n || ' seconds')::interval,
        'operator:op_' || (n % 300), 'test', 'kind_' || (n % 200), '{}', sha256('a'), sha256('b')
      from generate_series(1, 40000) n`,
      [associationId],
    );
    await db.query(
      `insert into audit_head (association_id, tree_size, root, frontier, previous_size, settled_id, sealed_at, key_id, signature)
      select $1, n, sha256('a'), '{}', n - 1, n, now() - ((20000 - n) || ' minutes')::interval, 'key', 'x'
      from generate_series(1, 20000) n`,
      [associationId],
    );
    await db.query('analyze patient, record_life, audit_entry, audit_head');
  });
  after(() => world?.database.drop());

  const planOf = async (text: string, values: unknown[]): Promise<string> => {
    const { rows } = await world.ctx.db.query<Record<string, string>>(`explain ${text}`, values);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  };
  /** No table that grows is read whole, and the order comes from the index. */
  const expectIndexed = (plan: string, index: RegExp, isOrdered = true): void => {
    expect(plan).to.match(index);
    expect(plan).to.not.match(/Seq Scan on (patient|record_life|audit_entry|audit_head|disclosure)/);
    if (isOrdered) expect(plan).to.not.include('Sort');
  };

  it('read the log by time, by kind and by person', async () => {
    const none = { kind: null, actor: null, chainId: null, from: null, until: null };
    const after = { at: new Date(), id: 10 };
    const ways = [
      [none, /Index Scan using audit_entry_by_time/],
      [{ ...none, from: new Date(Date.now() - 3_600_000), until: new Date() }, /Index Scan using audit_entry_by_time/],
      [{ ...none, kind: 'kind_7' }, /Index Scan using audit_entry_by_kind/],
      [{ ...none, actor: 'operator:op_7' }, /Index Scan using audit_entry_by_actor/],
    ] as const;
    for (const [filter, index] of ways)
      for (const cursor of [null, after]) {
        const { text, values } = entriesStatement(world.associationId, filter, cursor, 50);
        expectIndexed(await planOf(text, values), index);
      }
    // The life of one patient is short: its entries may be sorted.
    const chain = { ...none, chainId: `pt_${'7'.padStart(26, '0')}` };
    const { text, values } = entriesStatement(world.associationId, chain, after, 50);
    expectIndexed(await planOf(text, values), /audit_entry_(pkey|by_time)/, false);
  });

  it('find the kinds of entries without reading the entries', async () => {
    expectIndexed(await planOf(kindsStatement, [world.associationId]), /audit_entry_by_kind/);
  });

  it('find the last seal of each day', async () => {
    const plan = await planOf(sealsStatement, [world.associationId, '2026-01-05', 31]);
    expectIndexed(plan, /Index Scan using audit_head_by_time/, false);
  });

  it('list whom to ask for news, and the patients of an area, in order', async () => {
    const before = new Date(Date.now() - 86_400_000);
    const due = await planOf(dueStatement, [world.associationId, before, before, 'pt_1', 21]);
    expectIndexed(due, /record_life_by_age/, false);
    expect(due).to.include('Incremental Sort'); // of those confirmed at one instant
    expectIndexed(
      await planOf(inOrderStatement(true), [world.associationId, 'X000100', 21, areaId]),
      /patient_(by_area_and_code|association_id_code_key)/, // both give the order; which is cheaper the planner weighs
    );
    expectIndexed(
      await planOf(inOrderStatement(false), [world.associationId, 'X000100', 21]),
      /patient_association_id_code_key/,
    );
  });

  it('read of the log what is one patient’s', async () => {
    const patientId = `pt_${'7'.padStart(26, '0')}`;
    const history = await planOf(historyStatement, [patientId, world.associationId, 2 ** 31 - 1, 30]);
    expectIndexed(history, /Index Scan.* using audit_entry_pkey/);
    const openings = await planOf(openingsStatement, [patientId, world.associationId, new Date(), 30]);
    expectIndexed(openings, /audit_entry_(pkey|by_kind)/, false);
  });
});
