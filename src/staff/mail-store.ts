/** SQL of the messages about changed means to sign in. */
import type { Sql } from '../db.ts';

export type About = 'passkey_added' | 'passkey_removed' | 'password_set' | 'credentials_reset' | 'oidc_linked';

export async function insertMail(
  tx: Sql,
  { id, staffId, about, address, at }: { id: string; staffId: string; about: About; address: string; at: Date },
): Promise<void> {
  await tx.query(
    'insert into staff_mail (id, staff_id, about, address, due_at, made_at) values ($1, $2, $3, $4, $5, $5)',
    [id, staffId, about, address, at],
  );
}

export interface StaffMail {
  id: string;
  about: About;
  address: string;
  association: string;
  attempts: number;
  madeAt: Date;
}

/** Takes the next message that is due; `untilAt` is when another worker may take it, should this one die. */
export async function takeMail(sql: Sql, at: Date, untilAt: Date): Promise<StaffMail | null> {
  const taken = await sql.query<StaffMail>(
    `with next as (
      select id from staff_mail
      where due_at <= $1
      order by due_at, id
      limit 1
      for update skip locked
    )
    update staff_mail
    set attempts = attempts + 1, due_at = $2
    from next, staff, association
    where staff_mail.id = next.id and staff.id = staff_mail.staff_id and association.id = staff.association_id
    returning staff_mail.id, about, address, association.name as association, attempts, made_at as "madeAt"`,
    [at, untilAt],
  );
  return taken.rows[0] ?? null;
}

/** Nothing more is done about it, and the address is forgotten. `sentAt` null: it was never sent. */
export async function endMail(sql: Sql, id: string, sentAt: Date | null): Promise<void> {
  await sql.query('update staff_mail set address = null, due_at = null, sent_at = $2 where id = $1', [id, sentAt]);
}

export async function postponeMail(sql: Sql, id: string, dueAt: Date): Promise<void> {
  await sql.query('update staff_mail set due_at = $2 where id = $1', [id, dueAt]);
}
