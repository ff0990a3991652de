import { expect } from 'chai';
import { inTransaction, sqlState } from '../../src/db.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';

describe('the database door', () => {
  let database: TestDatabase;

  before(async function () {
    this.timeout(30_000);
    database = await freshDatabase();
    await database.pool.query('create table count_of (id text primary key, value bigint not null)');
  });
  after(() => database.drop());
  beforeEach(() => database.pool.query("truncate count_of; insert into count_of values ('a', 0), ('b', 0)"));

  const countOf = async (id: string): Promise<unknown> =>
    (await database.pool.query('select value from count_of where id = $1', [id])).rows[0]?.value;

  it('returns instants as Date, counts as number and days as text', async () => {
    const { rows } = await database.pool.query(
      "select timestamptz '2026-01-02 03:04:05+09' as at, bigint '9007199254740991' as count, date '2026-01-02' as day",
    );
    expect(rows[0]).to.deep.equal({ at: new Date('2026-01-01T18:04:05Z'), count: 9007199254740991, day: '2026-01-02' });
  });

  it('refuses a count that a number cannot hold exactly', async () => {
    const failure = await database.pool.query("select bigint '9007199254740993'").catch((error: Error) => error);
    expect(failure).to.be.instanceOf(RangeError);
  });

  it('commits what returned', async () => {
    const answer = await inTransaction(database.pool, async (tx) => {
      await tx.query("update count_of set value = 1 where id = 'a'");
      return 'done';
    });
    expect(answer).to.equal('done');
    expect(await countOf('a')).to.equal(1);
  });

  it('rolls back what threw, and throws the same error', async () => {
    const ours = new Error('no');
    const failure = await inTransaction(database.pool, async (tx) => {
      await tx.query("update count_of set value = 1 where id = 'a'");
      throw ours;
    }).catch((error: Error) => error);
    expect(failure).to.equal(ours);
    expect(await countOf('a')).to.equal(0);
  });

  it('does not report success when a failed statement was ignored', async () => {
    const failure = await inTransaction(database.pool, async (tx) => {
      await tx.query("update count_of set value = 1 where id = 'a'");
      await tx.query("insert into count_of values ('a', 5)").catch(() => undefined);
    }).catch((error: Error) => error);
    expect(failure)
      .to.be.instanceOf(Error)
      .with.property('message')
      .that.matches(/rolled back/);
    expect(await countOf('a')).to.equal(0);
  });

  it('runs both partners of a deadlock to their end', async () => {
    let arrived = 0;
    let open: () => void = () => undefined;
    const both = new Promise<void>((resolve) => {
      open = resolve;
    });
    const work = (first: string, second: string) =>
      inTransaction(database.pool, async (tx) => {
        await tx.query('update count_of set value = value + 1 where id = $1', [first]);
        if (++arrived === 2) open();
        await both;
        await tx.query('update count_of set value = value + 1 where id = $1', [second]);
      });
    await Promise.all([work('a', 'b'), work('b', 'a')]);
    expect(arrived).to.equal(3); // the third is the repeated one
    expect([await countOf('a'), await countOf('b')]).to.deep.equal([2, 2]);
  });

  it('gives up on a transaction that never stops failing', async () => {
    let tries = 0;
    const failure = await inTransaction(database.pool, async (tx) => {
      tries++;
      await tx.query("do $$ begin raise exception 'again' using errcode = '40001'; end $$");
    }).catch((error: Error) => error);
    expect(sqlState(failure)).to.equal('40001');
    expect(tries).to.equal(4);
  });

  it('throws away a connection that broke inside a transaction', async () => {
    const failure = await inTransaction(database.pool, async (tx) => {
      await tx.query('select pg_terminate_backend(pg_backend_pid())');
    }).catch((error: Error) => error);
    expect(failure).to.be.instanceOf(Error);
    expect(await countOf('a')).to.equal(0);
  });

  it('ends a statement and an idle transaction that take too long', async () => {
    const { rows } = await database.pool.query(
      "select name from pg_settings where name in ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout') and setting = '0'",
    );
    expect(rows).to.deep.equal([]);
  });
});
