/** The watch line beside the alarms. */
import type pg from 'pg';
import type { Clock } from '../../lib/clock.ts';
import { lastRounds, readPing, standings } from '../../watch/actions.ts';
import { stepsOf } from '../../watch/round.ts';

/** A worker looks every two seconds, and the longest round takes three minutes. */
const overdueMs = 240_000;

export async function watchAtDesk({ db, clock }: { db: pg.Pool; clock: Pick<Clock, 'now'> }, associationId: string) {
  const at = clock.now().getTime();
  const [rounds, stand, ping] = await Promise.all([
    lastRounds(db, associationId),
    standings(db, associationId),
    readPing(db),
  ]);
  return {
    rounds: rounds.map((round) => {
      const { extent, status, because, begunAt } = round;
      const { passedAt = null, dueAt = null } = stand.find((one) => one.extent === extent) ?? {};
      const isOpen = status !== 'passed' && status !== 'failed';
      return {
        ...{ extent, because, steps: stepsOf(round) },
        status: isOpen ? ('open' as const) : status,
        begunAt: begunAt.toISOString(),
        isOverdue: dueAt !== null && at - dueAt.getTime() > overdueMs,
        passedAt: passedAt?.toISOString() ?? null,
      };
    }),
    outside: ping && { pingedAt: ping.pingedAt?.toISOString() ?? null, isHeld: ping.withheld !== null },
  };
}
