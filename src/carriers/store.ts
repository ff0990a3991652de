import type { Sql } from '../db.ts';
import type { Circuit } from './circuit.ts';

interface CircuitRow {
  state: Circuit['state'];
  failed_at: Date[];
  left_at: Date | null;
  good_looks: number;
  alarm_subject: string | null;
}

export interface LockedCircuit {
  circuit: Circuit;
  /** What the open alarms are about; null while calls go by the first. */
  alarmSubject: string | null;
}

export async function lockCircuit(tx: Sql): Promise<LockedCircuit> {
  const { rows } = await tx.query<CircuitRow>(
    `select state, failed_at, left_at, good_looks, alarm_subject
    from carrier_circuit
    where carrier = 'first'
    for update`,
  );
  const row = rows[0];
  if (!row) throw new Error('the row of the first carrier’s circuit is gone: it is made by a migration');
  return { circuit: circuitFrom(row), alarmSubject: row.alarm_subject };
}

function circuitFrom({ state, failed_at, left_at, good_looks }: CircuitRow): Circuit {
  if (state === 'closed' || left_at === null) return { state: 'closed', failedAt: failed_at };
  return { state, since: left_at, goodLooks: good_looks };
}

/** `lookAt`: when the first is looked at next; null: only after a failure. */
export async function saveCircuit(
  tx: Sql,
  circuit: Circuit,
  alarmSubject: string | null,
  lookAt: Date | null,
): Promise<void> {
  const isClosed = circuit.state === 'closed';
  await tx.query(
    `update carrier_circuit
    set state = $1,
      failed_at = $2,
      left_at = $3,
      good_looks = $4,
      alarm_subject = $5,
      look_at = $6,
      trial_until = null
    where carrier = 'first'`,
    [
      circuit.state,
      isClosed ? circuit.failedAt : [],
      isClosed ? null : circuit.since,
      isClosed ? 0 : circuit.goodLooks,
      alarmSubject,
      lookAt,
    ],
  );
}

/** Takes the look that is due, for one worker. @returns false when none is, or another was quicker. */
export async function takeLook(sql: Sql, at: Date, nextAt: Date): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update carrier_circuit
    set look_at = $2
    where carrier = 'first' and look_at <= $1`,
    [at, nextAt],
  );
  return rowCount === 1;
}
