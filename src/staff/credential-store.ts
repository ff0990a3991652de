/** SQL of what people prove themselves with: passkeys, password with one-time codes, recovery codes, and ceremonies under way. */
import type { Sql } from '../db.ts';

// ---------------------------------------------------------------------------------------------------- passkeys

export interface Passkey {
  id: string;
  staffId: string;
  publicKey: Buffer;
  counter: number;
  transports: string[];
  isSynced: boolean;
  label: string;
  createdAt: Date;
  usedAt: Date | null;
}

const passkeyColumns = `id, staff_id as "staffId", public_key as "publicKey", counter, transports, is_synced as "isSynced", label,
  created_at as "createdAt", used_at as "usedAt"`;

/** @returns false when this authenticator's credential is known already. */
export async function insertPasskey(tx: Sql, passkey: Omit<Passkey, 'usedAt'>): Promise<boolean> {
  const { id, staffId, publicKey, counter, transports, isSynced, label, createdAt } = passkey;
  const { rowCount } = await tx.query(
    `insert into staff_passkey (id, staff_id, public_key, counter, transports, is_synced, label, created_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    on conflict (id) do nothing`,
    [id, staffId, publicKey, counter, transports, isSynced, label, createdAt],
  );
  return rowCount === 1;
}

export async function passkeyById(sql: Sql, id: string): Promise<Passkey | null> {
  const { rows } = await sql.query<Passkey>(`select ${passkeyColumns} from staff_passkey where id = $1`, [id]);
  return rows[0] ?? null;
}

export async function passkeysOf(sql: Sql, staffId: string): Promise<Passkey[]> {
  const { rows } = await sql.query<Passkey>(
    `select ${passkeyColumns} from staff_passkey where staff_id = $1 order by created_at, id`,
    [staffId],
  );
  return rows;
}

/**
 * Writes down that it was used. @returns false when its counter did not go on, which a copy of an authenticator would cause
 * (0 and 0: it has no counter), or when it was taken away meanwhile.
 */
export async function passkeyUsed(tx: Sql, id: string, counter: number, at: Date): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update staff_passkey
    set counter = $2, used_at = $3
    where id = $1 and (counter < $2 or (counter = 0 and $2 = 0))`,
    [id, counter, at],
  );
  return rowCount === 1;
}

export async function deletePasskey(tx: Sql, staffId: string, id: string): Promise<boolean> {
  const { rowCount } = await tx.query('delete from staff_passkey where staff_id = $1 and id = $2', [staffId, id]);
  return rowCount === 1;
}

// ---------------------------------------------------------------------------------------------------- password and codes

export interface PasswordAccount {
  staffId: string;
  signInName: string;
  passwordHash: string;
  totpSecret: Buffer;
}

const passwordColumns = `id as "staffId", sign_in_name as "signInName", password_hash as "passwordHash",
  totp_secret as "totpSecret"`;

export async function passwordByName(sql: Sql, signInName: string): Promise<PasswordAccount | null> {
  const { rows } = await sql.query<PasswordAccount>(
    `select ${passwordColumns} from staff where sign_in_name = $1 and is_active`,
    [signInName],
  );
  return rows[0] ?? null;
}

export async function passwordOf(sql: Sql, staffId: string): Promise<PasswordAccount | null> {
  const { rows } = await sql.query<PasswordAccount>(
    `select ${passwordColumns} from staff where id = $1 and password_hash is not null`,
    [staffId],
  );
  return rows[0] ?? null;
}

export const isNameTaken = async (sql: Sql, signInName: string, exceptStaffId: string): Promise<boolean> =>
  (await sql.query('select from staff where sign_in_name = $1 and id <> $2', [signInName, exceptStaffId])).rowCount ===
  1;

/** `step`: the code that proved the new secret is used up with it. */
export async function setPassword(tx: Sql, account: PasswordAccount & { step: number }): Promise<void> {
  const { staffId, signInName, passwordHash, totpSecret, step } = account;
  await tx.query(
    `update staff
    set sign_in_name = $2, password_hash = $3, totp_secret = $4, totp_last_step = $5
    where id = $1`,
    [staffId, signInName, passwordHash, totpSecret, step],
  );
}

/** Takes the code of this time step. @returns false when it, or a later one, was used before. */
export async function takeTotpStep(tx: Sql, staffId: string, step: number): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update staff
    set totp_last_step = $2
    where id = $1 and (totp_last_step is null or totp_last_step < $2)`,
    [staffId, step],
  );
  return rowCount === 1;
}

export async function replaceRecoveryCodes(tx: Sql, staffId: string, hashes: readonly Buffer[]): Promise<void> {
  await tx.query('delete from staff_recovery_code where staff_id = $1', [staffId]);
  await tx.query('insert into staff_recovery_code (staff_id, code_hash) select $1, unnest($2::bytea[])', [
    ...[staffId, hashes],
  ]);
}

export async function takeRecoveryCode(tx: Sql, staffId: string, hash: Buffer, at: Date): Promise<boolean> {
  const { rowCount } = await tx.query(
    'update staff_recovery_code set used_at = $3 where staff_id = $1 and code_hash = $2 and used_at is null',
    [staffId, hash, at],
  );
  return rowCount === 1;
}

export async function recoveryCodesLeft(sql: Sql, staffId: string): Promise<number> {
  const { rows } = await sql.query<{ left: number }>(
    'select count(*)::int as left from staff_recovery_code where staff_id = $1 and used_at is null',
    [staffId],
  );
  return rows[0]?.left ?? 0;
}

/** Everything this person could sign in with. */
export async function forgetCredentials(tx: Sql, staffId: string): Promise<void> {
  await tx.query('delete from staff_passkey where staff_id = $1', [staffId]);
  await tx.query('delete from staff_recovery_code where staff_id = $1', [staffId]);
  await tx.query('delete from staff_challenge where staff_id = $1', [staffId]);
  await tx.query(
    `update staff
    set sign_in_name = null, password_hash = null, totp_secret = null, totp_last_step = null, oidc_issuer = null,
      oidc_subject = null
    where id = $1`,
    [staffId],
  );
}

// ---------------------------------------------------------------------------------------------------- OpenID Connect

/** Another account of this console that is linked already breaks the unique constraint. */
export async function setOidc(tx: Sql, staffId: string, issuer: string, subject: string): Promise<void> {
  await tx.query('update staff set oidc_issuer = $2, oidc_subject = $3 where id = $1', [staffId, issuer, subject]);
}

export async function staffByOidc(sql: Sql, issuer: string, subject: string): Promise<string | null> {
  const { rows } = await sql.query<{ id: string }>(
    'select id from staff where oidc_issuer = $1 and oidc_subject = $2 and is_active',
    [issuer, subject],
  );
  return rows[0]?.id ?? null;
}

export const hasOidc = async (sql: Sql, staffId: string): Promise<boolean> =>
  (await sql.query('select from staff where id = $1 and oidc_subject is not null', [staffId])).rowCount === 1;

// ---------------------------------------------------------------------------------------------------- ceremonies

export type ChallengeKind =
  | 'add_passkey'
  | 'use_passkey'
  | 'prove_passkey'
  | 'set_password'
  | 'oidc'
  | 'oidc_second_factor';

export interface Challenge {
  handleHash: Buffer;
  kind: ChallengeKind;
  /** null: whoever answers. */
  staffId: string | null;
  sealed: Buffer;
  expiresAt: Date;
}

/** Those that are over go on the way, so that no sweep is needed. */
export async function insertChallenge(sql: Sql, challenge: Challenge, at: Date): Promise<void> {
  const { handleHash, kind, staffId, sealed, expiresAt } = challenge;
  await sql.query('delete from staff_challenge where expires_at <= $1', [at]);
  await sql.query(
    `insert into staff_challenge (handle_hash, kind, staff_id, sealed, expires_at)
    values ($1, $2, $3, $4, $5)`,
    [handleHash, kind, staffId, sealed, expiresAt],
  );
}

/** Takes it out: an answer counts once. null: there is none, it is over, or it is for something else. */
export async function takeChallenge(
  sql: Sql,
  handleHash: Buffer,
  kind: ChallengeKind,
  at: Date,
): Promise<Pick<Challenge, 'staffId' | 'sealed'> | null> {
  const { rows } = await sql.query<Pick<Challenge, 'staffId' | 'sealed'>>(
    `delete from staff_challenge
    where handle_hash = $1 and kind = $2 and expires_at > $3
    returning staff_id as "staffId", sealed`,
    [handleHash, kind, at],
  );
  return rows[0] ?? null;
}
