import type { Sql } from '../db.ts';
import type { Alarm, AlarmKind } from './alarm.ts';

export type NewAlarm = Omit<Alarm, 'heardAt'>;

/** @returns false when it was raised before. */
export async function insertAlarm(tx: Sql, alarm: NewAlarm): Promise<boolean> {
  const { id, associationId, kind, subjectId, raisedAt } = alarm;
  const { rowCount } = await tx.query(
    `insert into alarm (id, association_id, kind, subject_id, raised_at)
    values ($1, $2, $3, $4, $5)
    on conflict (kind, subject_id) do nothing`,
    [id, associationId, kind, subjectId, raisedAt],
  );
  return rowCount === 1;
}

interface AlarmRow {
  id: string;
  association_id: string;
  kind: AlarmKind;
  subject_id: string;
  raised_at: Date;
  heard_at: Date | null;
}

const alarmFrom = (row: AlarmRow): Alarm => ({
  ...{ id: row.id, associationId: row.association_id, kind: row.kind, subjectId: row.subject_id },
  raisedAt: row.raised_at,
  heardAt: row.heard_at,
});

/** Not settled yet, oldest first. */
export async function openAlarms(sql: Sql, associationId: string): Promise<Alarm[]> {
  const { rows } = await sql.query<AlarmRow>(
    `select id, association_id, kind, subject_id, raised_at, heard_at
    from alarm
    where association_id = $1 and settled_at is null
    order by raised_at, id
    limit 500`,
    [associationId],
  );
  return rows.map(alarmFrom);
}

/** @returns false when there is none of this association that is open: unknown, or somebody was quicker. */
export async function settleAlarm(
  tx: Sql,
  alarm: { id: string; associationId: string },
  by: string,
  at: Date,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update alarm
    set settled_at = $3,
      settled_by = $4
    where id = $1 and association_id = $2 and settled_at is null`,
    [alarm.id, alarm.associationId, at, by],
  );
  return rowCount === 1;
}

/** The open alarm of this kind about this subject, locked. */
export async function lockOpenAlarm(tx: Sql, kind: AlarmKind, subjectId: string): Promise<Alarm | null> {
  const { rows } = await tx.query<AlarmRow>(
    `select id, association_id, kind, subject_id, raised_at, heard_at
    from alarm
    where kind = $1 and subject_id = $2 and settled_at is null
    for update`,
    [kind, subjectId],
  );
  return rows[0] ? alarmFrom(rows[0]) : null;
}
