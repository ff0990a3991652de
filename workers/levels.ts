/** Levels that have to be asked for, for whoever watches the machine: every worker tells the same ones. Index reads only. */
import type pg from 'pg';
import { unsealedSince } from '../src/audit/actions.ts';
import type { Clock } from '../src/lib/clock.ts';
import type { Metrics } from '../src/metrics.ts';

interface Levels {
  calls: number;
  alarms: number;
  /** The earliest due instant of what nobody has begun; null: nothing is due. */
  effects: Date | null;
  faxes: Date | null;
  /** The oldest entry that no seal covers. */
  unsealed: Date | null;
}

/** Public so that a test can ask PostgreSQL how it goes about it. */
export const levelsStatement = `select
    (select count(*)::int from urgent_call where status <> 'closed') as calls,
    (select count(*)::int from alarm where settled_at is null) as alarms,
    (select min(due_at) from effect where status = 'pending') as effects,
    (select min(due_at) from fax where due_at is not null) as faxes,
    (select min(${unsealedSince('association.id')}) from association) as unsealed`;

/** @returns reads them once; what is told is what the last reading found. */
export function watchLevels(
  { db, clock }: { db: pg.Pool; clock: Pick<Clock, 'now'> },
  metrics: Metrics,
): () => Promise<void> {
  const calls = metrics.gauge('kamome_calls_open', 'Urgent calls that are not over');
  const alarms = metrics.gauge('kamome_alarms_open', 'Alarms that wait for a person of the hub');
  const effects = metrics.gauge(
    'kamome_effects_late_seconds',
    'How late the next act of an urgent call is; 0: none is due',
  );
  const faxes = metrics.gauge('kamome_faxes_late_seconds', 'How late the next act of a fax is; 0: none is due');
  const unsealed = metrics.gauge('kamome_log_unsealed_seconds', 'Age of the oldest entry of the log without a seal');
  return async () => {
    const { rows } = await db.query<Levels>(levelsStatement);
    const at = clock.now().getTime();
    const since = (then: Date | null | undefined): number => (then ? Math.max(0, at - then.getTime()) / 1000 : 0);
    const [found] = rows;
    calls.set(found?.calls ?? 0);
    alarms.set(found?.alarms ?? 0);
    effects.set(since(found?.effects));
    faxes.set(since(found?.faxes));
    unsealed.set(since(found?.unsealed));
  };
}
