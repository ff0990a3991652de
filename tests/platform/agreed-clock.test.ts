import { expect } from 'chai';
import { type AgreedClock, agreedClock } from '../../src/agreed-clock.ts';
import type { Sql } from '../../src/db.ts';
import { createLog } from '../../src/log.ts';

const start = Date.parse('2026-11-22T02:00:00Z');

/** A machine whose clock can be set, and a database whose clock is right. */
function stand(wrongByMs: number) {
  const state = { wrongByMs, elapsedMs: 0, isAway: false, answerMs: 0 };
  const query = async () => {
    if (state.isAway) throw new Error('away');
    state.elapsedMs += state.answerMs;
    return { rows: [{ at: new Date(start + state.elapsedMs) }] };
  };
  const machine = { wall: () => start + state.elapsedMs + state.wrongByMs, elapsed: () => state.elapsedMs };
  const clock = agreedClock({ query } as unknown as Sql, createLog('silent'), machine);
  const error = (): number => clock.now().getTime() - (start + state.elapsedMs);
  return { state, clock, error };
}

describe('the clock that all processes agree on', () => {
  let clock: AgreedClock;
  const open = (wrongByMs: number) => {
    const made = stand(wrongByMs);
    clock = made.clock;
    return made;
  };
  afterEach(() => clock.close());

  for (const minutes of [5, -5])
    it(`a machine that is ${minutes} minutes off goes by the database's time`, async () => {
      const { error, state } = open(minutes * 60_000);
      await clock.agree();
      expect(error()).to.equal(0);
      state.elapsedMs += 60_000;
      expect(error()).to.equal(0);
    });

  it('a second is left to the machine', async () => {
    const { error } = open(1000);
    await clock.agree();
    expect(error()).to.equal(1000);
  });

  it('a clock that is set while the process runs changes nothing, also while the database is away', async () => {
    const { error, state } = open(0);
    await clock.agree();
    state.isAway = true;
    state.wrongByMs = -300_000;
    expect(error()).to.equal(0);
    state.isAway = false;
    await clock.agree();
    expect(error()).to.equal(0);
    state.wrongByMs = 0;
    expect(error()).to.equal(0);
    await clock.agree();
    expect(error()).to.equal(0);
  });

  it('an answer that took long says nothing', async () => {
    const { error, state } = open(300_000);
    state.answerMs = 5000;
    await clock.agree();
    expect(error()).to.equal(300_000);
  });
});
