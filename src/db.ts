/**
 * The door to PostgreSQL. Stores take a `Sql` (a pool client inside a transaction) and write plain SQL; actions open
 * the transaction with `inTransaction`.
 */
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';

/** What a store needs: a connection that can run one statement. A `pg.Pool` fits too, for a single read. */
export type Sql = Pick<pg.ClientBase, 'query'>;

export interface PoolOptions {
  /** Most connections this process may hold. */
  max: number;
  /** Shown in pg_stat_activity, so that an operator can see which process holds a lock. */
  applicationName: string;
  /** Longest single statement; a webhook is useless to the caller long before this. */
  statementTimeoutMs?: number;
  /** Longest wait for somebody else's lock; within it a webhook can still be answered in time. */
  lockTimeoutMs?: number;
  /** Longest a transaction may sit idle: a stuck process must not keep a case row locked. */
  idleInTransactionTimeoutMs?: number;
  /** Told about connections that broke while idle; the pool replaces them by itself. */
  onIdleError?: (error: Error) => void;
}

const typeIds = { int8: 20, date: 1082 } as const;

/** int8 arrives as text; a number is what every counter wants, and a silent loss of digits is what nobody wants. */
function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`int8 ${text} does not fit a JavaScript number exactly`);
  return value;
}

/** `date` stays 'YYYY-MM-DD': the driver's default would turn a roster day into midnight of the server's own zone. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((id: number, format?: 'text' | 'binary') => {
    if (format === 'binary') return pg.types.getTypeParser(id, 'binary');
    if (id === typeIds.int8) return parseInt8;
    if (id === typeIds.date) return (text: string) => text;
    return pg.types.getTypeParser(id, 'text');
  }) as pg.CustomTypesConfig['getTypeParser'],
};

/**
 * Opens a pool of connections. Nothing is connected until the first query.
 * `timestamptz` comes back as Date, `int8` as number (an error beyond 2^53), `date` as 'YYYY-MM-DD'.
 */
export function openPool(url: string, options: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max,
    application_name: options.applicationName,
    statement_timeout: options.statementTimeoutMs ?? 10_000,
    idle_in_transaction_session_timeout: options.idleInTransactionTimeoutMs ?? 15_000,
    lock_timeout: options.lockTimeoutMs ?? 5_000,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    pipeline: true, // statements that do not wait for each other travel together: see `once` and `wordsFor`
    types,
  });
  // Without a listener a connection lost while idle would end the process.
  pool.on('error', (error) => options.onIdleError?.(error));
  return pool;
}

/** serialization_failure and deadlock_detected: PostgreSQL rolled everything back and asks for another try. */
const retryable = new Set(['40001', '40P01']);
const attempts = 4; // pauses of 10+20+40 ms: a deadlock partner has committed long before

/**
 * Runs `work` in one transaction: commits when it returns, rolls back when it throws.
 * `work` may run up to four times (serialization failure, deadlock), so it may do nothing but SQL.
 *
 * @throws what `work` threw, or an error when the commit itself failed (its outcome is then unknown if the connection broke).
 */
export async function inTransaction<T>(pool: pg.Pool, work: (tx: Sql) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once(pool, work);
    } catch (error) {
      if (attempt >= attempts || !retryable.has(sqlState(error) ?? '')) throw error;
      await wait(10 * 2 ** (attempt - 1));
    }
  }
}

async function once<T>(pool: pg.Pool, work: (tx: Sql) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onBreak = (error: Error): void => {
    broken = error;
  };
  client.on('error', onBreak);
  try {
    // Travels with the first statement: a round trip less while a case is locked. It fails only together with its connection,
    // and then so does everything after it.
    const begun = client.query('begin');
    begun.catch(() => undefined);
    const result = await work(client);
    await begun;
    const commit = await client.query('commit');
    // After an error that `work` swallowed PostgreSQL answers COMMIT with ROLLBACK; to return then would be a lie.
    if (commit.command === 'ROLLBACK')
      throw new Error('the transaction was rolled back: a failed statement was ignored');
    return result;
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      broken ??= failure;
    });
    throw error;
  } finally {
    client.off('error', onBreak);
    client.release(broken);
  }
}

/**
 * Two pieces of work in one transaction whose statements travel together. Waits for both, so that nothing is sent after a
 * rollback; throws what the earlier one threw, because the later one then fails only for that.
 */
export async function inOrder<One, Other>(one: Promise<One>, other: Promise<Other>): Promise<[One, Other]> {
  await Promise.allSettled([one, other]);
  return [await one, await other];
}

/** The five-character SQLSTATE of a PostgreSQL error, or undefined for anything else. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return /^[0-9A-Z]{5}$/.test(error.code) ? error.code : undefined;
}
