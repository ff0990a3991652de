/** SQL of the staff and their invitations. */
import type { Sql } from '../db.ts';
import type { Language, StaffRole } from './staff.ts';

export interface StaffRow {
  id: string;
  associationId: string;
  associationName: string;
  name: string;
  role: StaffRole;
  language: Language;
  isActive: boolean;
}

const columns = `s.id, s.association_id as "associationId", a.name as "associationName", s.name, s.role, s.language,
  s.is_active as "isActive"`;

export interface NewStaff {
  id: string;
  associationId: string;
  name: string;
  role: StaffRole;
  language: Language;
  at: Date;
}

export async function insertStaff(tx: Sql, staff: NewStaff): Promise<void> {
  const { id, associationId, name, role, language, at } = staff;
  await tx.query(
    `insert into staff (id, association_id, name, role, language, created_at)
    values ($1, $2, $3, $4, $5, $6)`,
    [id, associationId, name, role, language, at],
  );
}

export async function staffById(sql: Sql, id: string): Promise<StaffRow | null> {
  const { rows } = await sql.query<StaffRow>(
    `select ${columns}
    from staff s
    join association a on a.id = s.association_id
    where s.id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** The account, locked until the end of the transaction: whatever happens to it happens one after the other. */
export async function lockStaff(tx: Sql, id: string): Promise<StaffRow | null> {
  const { rows } = await tx.query<StaffRow>(
    `select ${columns}
    from staff s
    join association a on a.id = s.association_id
    where s.id = $1
    for update of s`,
    [id],
  );
  return rows[0] ?? null;
}

export interface ListedStaff extends StaffRow {
  passkeys: number;
  hasPassword: boolean;
  isInvited: boolean;
  seenAt: Date | null;
}

/** Everybody of one association, those in use first. */
export async function staffOf(sql: Sql, associationId: string, at: Date): Promise<ListedStaff[]> {
  const { rows } = await sql.query<ListedStaff>(
    `select ${columns},
      (select count(*)::int from staff_passkey p where p.staff_id = s.id) as passkeys,
      s.password_hash is not null as "hasPassword",
      exists (select from staff_invitation i where i.staff_id = s.id and i.ended_at is null and i.expires_at > $2) as "isInvited",
      (select max(seen_at) from staff_session e where e.staff_id = s.id and e.kind = 'person') as "seenAt"
    from staff s
    join association a on a.id = s.association_id
    where s.association_id = $1
    order by s.is_active desc, s.created_at, s.id`,
    [associationId, at],
  );
  return rows;
}

export async function updateStaff(
  tx: Sql,
  id: string,
  { name, role, language, isActive }: Pick<StaffRow, 'name' | 'role' | 'language' | 'isActive'>,
): Promise<void> {
  await tx.query('update staff set name = $2, role = $3, language = $4, is_active = $5 where id = $1', [
    ...[id, name, role, language, isActive],
  ]);
}

/** The ids of active administrators who can sign in, locked: the last one cannot be taken away. */
export async function lockAdministrators(tx: Sql, associationId: string): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `select id
    from staff s
    where association_id = $1 and role = 'administrator' and is_active
      and (password_hash is not null or exists (select from staff_passkey p where p.staff_id = s.id))
    order by id
    for update`,
    [associationId],
  );
  return rows.map(({ id }) => id);
}

/** Associations where nobody can sign in. */
export async function associationsWithoutStaff(sql: Sql): Promise<{ id: string; code: string; name: string }[]> {
  const { rows } = await sql.query<{ id: string; code: string; name: string }>(
    `select id, code, name
    from association a
    where not exists (
      select
      from staff s
      where s.association_id = a.id and s.is_active
        and (password_hash is not null or oidc_subject is not null or exists (select from staff_passkey p where p.staff_id = s.id)))
    order by code`,
  );
  return rows;
}

/** The administrator of the first start who has not enrolled yet. */
export async function firstAdministrator(tx: Sql, associationId: string): Promise<string | null> {
  const { rows } = await tx.query<{ id: string }>(
    `select id
    from staff s
    where association_id = $1 and role = 'administrator' and is_active
      and exists (select from staff_invitation i where i.staff_id = s.id and i.invited_by is null)
    order by created_at
    limit 1`,
    [associationId],
  );
  return rows[0]?.id ?? null;
}

// ---------------------------------------------------------------------------------------------------- invitations

export interface NewInvitation {
  tokenHash: Buffer;
  staffId: string;
  invitedBy: string | null;
  at: Date;
  expiresAt: Date;
}

/** Replaces what this person was invited with before. */
export async function insertInvitation(tx: Sql, invitation: NewInvitation): Promise<void> {
  const { tokenHash, staffId, invitedBy, at, expiresAt } = invitation;
  await endInvitations(tx, staffId, at);
  await tx.query(
    `insert into staff_invitation (token_hash, staff_id, invited_by, created_at, expires_at)
    values ($1, $2, $3, $4, $5)`,
    [tokenHash, staffId, invitedBy, at, expiresAt],
  );
}

export async function endInvitations(tx: Sql, staffId: string, at: Date): Promise<void> {
  await tx.query('update staff_invitation set ended_at = $2 where staff_id = $1 and ended_at is null', [staffId, at]);
}

/** Whom this token invites; null: nobody, or no more. */
export async function invitedStaff(sql: Sql, tokenHash: Buffer, at: Date): Promise<string | null> {
  const { rows } = await sql.query<{ staff_id: string }>(
    `select i.staff_id
    from staff_invitation i
    join staff s on s.id = i.staff_id
    where i.token_hash = $1 and i.ended_at is null and i.expires_at > $2 and s.is_active`,
    [tokenHash, at],
  );
  return rows[0]?.staff_id ?? null;
}

/** Uses it up. @returns whether it was still good. */
export async function takeInvitation(tx: Sql, tokenHash: Buffer, at: Date): Promise<boolean> {
  const { rowCount } = await tx.query(
    'update staff_invitation set ended_at = $2 where token_hash = $1 and ended_at is null and expires_at > $2',
    [tokenHash, at],
  );
  return rowCount === 1;
}
