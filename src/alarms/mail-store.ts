import type { Sql } from '../db.ts';
import type { ToldAlarm } from './mail.ts';

/** Associations with alarms that no message tells yet, and no message since then. */
export async function associationsToMail(sql: Sql, notSince: Date): Promise<{ id: string; code: string }[]> {
  const found = await sql.query<{ id: string; code: string }>(
    `select id, code
    from association
    where exists (
        select 1 from alarm
        where alarm.association_id = association.id and mail_id is null and settled_at is null)
      and not exists (
        select 1 from alarm_mail where alarm_mail.association_id = association.id and made_at > $1)`,
    [notSince],
  );
  return found.rows;
}

/** One message about all that is untold. @returns false when another worker was quicker, or nothing is left to tell. */
export async function makeMail(tx: Sql, id: string, associationId: string, at: Date): Promise<boolean> {
  const told = await tx.query(
    `update alarm set mail_id = $1 where association_id = $2 and mail_id is null and settled_at is null`,
    [id, associationId],
  );
  if (!told.rowCount) return false;
  await tx.query(
    `insert into alarm_mail (id, association_id, status, due_at, made_at) values ($1, $2, 'pending', $3, $3)`,
    [id, associationId, at],
  );
  return true;
}

export interface MailRow {
  id: string;
  associationId: string;
  code: string;
  name: string;
  attempts: number;
}

/** Takes the next message that is due; `untilAt` is when another worker may take it, should this one die. */
export async function takeMail(sql: Sql, at: Date, untilAt: Date): Promise<MailRow | null> {
  const taken = await sql.query<MailRow>(
    `with next as (
      select id from alarm_mail
      where due_at <= $1
      order by due_at, id
      limit 1
      for update skip locked
    )
    update alarm_mail
    set status = 'performing', attempts = attempts + 1, due_at = $2
    from next, association
    where alarm_mail.id = next.id and association.id = alarm_mail.association_id
    returning alarm_mail.id, alarm_mail.association_id as "associationId", code, name, attempts`,
    [at, untilAt],
  );
  return taken.rows[0] ?? null;
}

export async function toldBy(sql: Sql, mailId: string): Promise<ToldAlarm[]> {
  const found = await sql.query<ToldAlarm>(
    `select kind, raised_at as "raisedAt", settled_at is not null as "isSettled"
    from alarm
    where mail_id = $1
    order by raised_at, id`,
    [mailId],
  );
  return found.rows;
}

export async function endMail(sql: Sql, id: string, status: 'sent' | 'given_up', at: Date): Promise<void> {
  await sql.query(
    `update alarm_mail
    set status = $2, due_at = null, sent_at = case when $2 = 'sent' then $3::timestamptz end
    where id = $1`,
    [id, status, at],
  );
}

export async function postponeMail(sql: Sql, id: string, dueAt: Date): Promise<void> {
  await sql.query(`update alarm_mail set status = 'pending', due_at = $2 where id = $1`, [id, dueAt]);
}
