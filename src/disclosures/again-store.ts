/** SQL of record pages that are sent once more (again.ts). */
import type { Sql } from '../db.ts';
import type { PageStatus } from './page-store.ts';

/** The page behind a fax that failed, and what a further try of it depends on. */
export interface FailedPage {
  id: string;
  disclosure_id: string;
  status: PageStatus;
  /** The newest fax of the page; null while another one is being made. */
  fax_id: string | null;
  is_asked: boolean;
  case_id: string | null;
  doctor_id: string | null;
  hospital_id: string | null;
  /** The case is open and keeps the key of just the version that was disclosed. */
  has_key: boolean;
  is_destination_confirmed: boolean;
}

/** null: no record page of this association, or its fax did not fail. @param lock until the end of the transaction. */
export async function failedPage(
  sql: Sql,
  { associationId, faxId, at }: { associationId: string; faxId: string; at: Date },
  lock: '' | 'for update of page' = '',
): Promise<FailedPage | null> {
  const { rows } = await sql.query<FailedPage>(
    `select page.id, page.disclosure_id, page.status, page.fax_id, page.again_due_at is not null as is_asked,
      disclosure.case_id, disclosure.doctor_id, disclosure.hospital_id,
      exists (
        select from case_key_wrap as kept
        join record_version as version on version.id = kept.version_id
        where kept.case_id = disclosure.case_id and version.version = disclosure.version
      ) as has_key,
      destination.status = 'confirmed' and destination.confirm_due_at > $3 as is_destination_confirmed
    from fax
    join release_page as page on page.disclosure_id = fax.subject_id and page.kind = 'record'
    join disclosure on disclosure.id = page.disclosure_id
    join fax_destination as destination on destination.id = page.destination_id
    where fax.id = $2 and fax.association_id = $1 and fax.status = 'failed' and fax.purpose = 'record'
    ${lock}`,
    [associationId, faxId, at],
  );
  return rows[0] ?? null;
}

export async function askPageAgain(tx: Sql, id: string, by: string, at: Date): Promise<void> {
  await tx.query('update release_page set again_due_at = $3, again_by = $2 where id = $1', [id, by, at]);
}

export async function pagesAskedAgain(sql: Sql, at: Date, limit: number): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    'select id from release_page where again_due_at <= $1 order by again_due_at limit $2',
    [at, limit],
  );
  return rows.map(({ id }) => id);
}

export interface AskedPage {
  id: string;
  disclosure_id: string;
}

/** Takes a page that was asked for, for so long; null: made meanwhile, or somebody else has it. */
export async function takeAsked(sql: Sql, id: string, at: Date, until: Date): Promise<AskedPage | null> {
  const { rows } = await sql.query<AskedPage>(
    `update release_page
    set again_due_at = $3
    where id = $1 and again_due_at <= $2
    returning id, disclosure_id`,
    [id, at, until],
  );
  return rows[0] ?? null;
}

export interface Renewal {
  sealedKey: Buffer;
  secret: { sealed: Buffer; until: Date } | null;
  at: Date;
}

/** Waits to be rendered as it did the first time. @returns false when somebody was quicker. */
export async function renewPage(tx: Sql, id: string, { sealedKey, secret, at }: Renewal): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update release_page
    set status = 'pending',
      fax_id = null,
      attempts = 0,
      sealed_key = $2,
      sealed_secret = $3,
      secret_until = $4,
      due_at = $5,
      again_due_at = null
    where id = $1 and again_due_at is not null`,
    [id, sealedKey, secret?.sealed ?? null, secret?.until ?? null, at],
  );
  return rowCount === 1;
}

/** It cannot be made any more. */
export async function dropAsked(tx: Sql, id: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    'update release_page set again_due_at = null where id = $1 and again_due_at is not null',
    [id],
  );
  return rowCount === 1;
}
