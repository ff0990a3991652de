import { expect } from 'chai';
import { createMetrics, type Metrics } from '../../src/metrics.ts';
import { levelsStatement, watchLevels } from '../../workers/levels.ts';
import { happenings, LogWorld } from '../audit/log-builder.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';

describe('the levels that a worker tells', () => {
  let database: TestDatabase;
  let world: LogWorld;
  let metrics: Metrics;
  let read: () => Promise<void>;
  before(async () => {
    database = await freshDatabase();
    world = new LogWorld(database.pool);
    metrics = createMetrics();
    read = watchLevels({ db: database.pool, clock: world.clock }, metrics);
  });
  after(() => database.drop());

  const level = async (name: string): Promise<number> => {
    await read();
    const line = (await metrics.text()).body.split('\n').find((one) => one.startsWith(`${name} `));
    return Number(line?.split(' ')[1]);
  };

  it('are nothing in an empty house', async () => {
    for (const name of [
      'calls_open',
      'alarms_open',
      'effects_late_seconds',
      'faxes_late_seconds',
      'log_unsealed_seconds',
    ])
      expect(await level(`kamome_${name}`), name).to.equal(0);
  });

  it('count what is open, and say for how long the log has had no seal', async () => {
    const association = await world.association();
    await world.case(association, happenings.slice(0, 1));
    await world.clock.advanceTo(new Date(world.clock.now().getTime() + 60_000), async () => undefined);
    expect(await level('kamome_calls_open')).to.equal(1);
    expect(await level('kamome_log_unsealed_seconds')).to.equal(61);
    await world.seal(association);
    expect(await level('kamome_log_unsealed_seconds')).to.equal(0);
  });

  it('say how late the next act of a call is, and nothing of one that is due later', async () => {
    const { pool, clock } = world;
    const { rows } = await pool.query<{ id: string }>('select id from urgent_call');
    const at = clock.now().getTime();
    const put = (id: string, seconds: number) =>
      pool.query(
        `insert into effect (id, case_id, kind, status, due_at, created_at) values ($1, $2, 'announce', 'pending', $3, $4)`,
        [id, rows[0]!.id, new Date(at + seconds * 1000), clock.now()],
      );
    await put('ef_later', 30);
    expect(await level('kamome_effects_late_seconds')).to.equal(0);
    await put('ef_late', -12);
    expect(await level('kamome_effects_late_seconds')).to.equal(12);
  });

  it('are read off indexes', async () => {
    const client = await database.pool.connect();
    try {
      await client.query('begin; set local enable_seqscan = off');
      const { rows } = await client.query<Record<string, string>>(`explain ${levelsStatement}`);
      const plan = rows.map((row) => Object.values(row)[0]).join('\n');
      for (const index of ['urgent_call_open', 'effect_pending', 'fax_due']) expect(plan).to.include(index);
      expect(plan).to.not.match(/Seq Scan on (urgent_call|effect|fax|audit_entry)/);
    } finally {
      await client.query('rollback');
      client.release();
    }
  });
});
