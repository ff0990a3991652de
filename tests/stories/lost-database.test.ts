import { expect } from 'chai';
import type pg from 'pg';
import { randomIds } from '../../src/lib/ids.ts';
import { placeCalls } from '../../src/outbox/perform.ts';
import { ensurePace } from '../../src/outbox/store.ts';
import { type BareGateway, callParams, noteTaker, postSigned, startBareGateway } from '../support/bare-gateway.ts';
import { FakeClock } from '../support/clock.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { buildTown } from '../support/town.ts';

/** A worker hands calls to the carrier, and the database goes away between two of them. */
describe('a database that is lost while calls are placed', () => {
  let database: TestDatabase;
  let gateway: BareGateway;
  const clock = new FakeClock(new Date('2026-11-16T13:00:00Z'));
  const carrier = noteTaker();
  beforeEach(async () => {
    database = await freshDatabase();
    gateway = await startBareGateway({ db: database.pool, clock, telephone: carrier });
    await ensurePace(database.pool, clock.now());
    const town = await buildTown(database.pool, randomIds, clock.now());
    const { card } = await town.patient({ attending: await town.doctor('主治医') });
    const sid = `CA${'c'.repeat(32)}`;
    const caller = callParams({ sid, from: '+819000001001', to: town.number, isInbound: true });
    await postSigned(gateway.url, '/voice/card/0/n', { ...caller, Digits: card });
  });
  afterEach(async () => {
    await gateway.close();
    await database.drop();
  });

  it('ends the round with its error, and no call under way fails unheard: that would end the whole process', async () => {
    const unheard: unknown[] = [];
    const note = (reason: unknown): void => void unheard.push(reason);
    const listeners = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', note);
    try {
      const ctx = { ...gateway.ctx, db: lostAfterOne(database.pool) };
      const outcome = await placeCalls(ctx).then(
        () => null,
        (error: Error) => error.message,
      );
      expect(outcome).to.equal('the database is gone');
      await new Promise((resolve) => setImmediate(resolve));
      expect(unheard).to.deep.equal([]);
    } finally {
      process.removeAllListeners('unhandledRejection');
      for (const listener of listeners) process.on('unhandledRejection', listener);
    }
    // It is back: what was taken and not handed over is asked after, nothing is dialled twice.
    expect(carrier.orders.filter(({ kind }) => kind === 'place')).to.have.length(0);
  });
});

/** The first statement is answered; then there is nothing any more. */
function lostAfterOne(pool: pg.Pool): pg.Pool {
  let left = 1;
  const query = async (...asked: unknown[]): Promise<unknown> => {
    if (left-- > 0) return (pool.query as (...all: unknown[]) => Promise<unknown>)(...asked);
    await new Promise((resolve) => setImmediate(resolve));
    throw new Error('the database is gone');
  };
  return { query, connect: query } as unknown as pg.Pool;
}
