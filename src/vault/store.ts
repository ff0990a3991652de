/** Sealed versions, and the wraps of their data keys. */
import type { Sql } from '../db.ts';

export interface PatientLock {
  associationId: string;
  shreddedAt: Date | null;
}

/** Locks the patient for what changes his records or cards; null when there is none. Everything below relies on it. */
export async function lockPatient(sql: Sql, patientId: string): Promise<PatientLock | null> {
  const found = await sql.query<PatientLock>(
    `select association_id as "associationId", shredded_at as "shreddedAt"
    from patient
    where id = $1
    for no key update`,
    [patientId],
  );
  return found.rows[0] ?? null;
}

export interface StoredVersion {
  id: string;
  associationId: string;
  patientId: string;
  version: number;
  nonce: Buffer;
  ciphertext: Buffer;
}

export async function lastVersion(sql: Sql, patientId: string): Promise<number> {
  const found = await sql.query<{ last: number }>(
    `select coalesce(max(version), 0) as last
    from record_version
    where patient_id = $1`,
    [patientId],
  );
  return found.rows[0]?.last ?? 0;
}

export async function insertVersion(sql: Sql, version: StoredVersion, at: Date): Promise<void> {
  const { id, associationId, patientId, nonce, ciphertext } = version;
  await sql.query(
    `insert into record_version (id, association_id, patient_id, version, nonce, ciphertext, sealed_at)
    values ($1, $2, $3, $4, $5, $6, $7)`,
    [id, associationId, patientId, version.version, nonce, ciphertext, at],
  );
}

/** Says also where there was one already: a hub key that changes replaces it. */
export async function saveHubWrap(sql: Sql, versionId: string, hubKeyId: string, wrap: Buffer): Promise<void> {
  await sql.query(
    `insert into record_hub_wrap (version_id, hub_key_id, wrap)
    values ($1, $2, $3)
    on conflict (version_id) do update set
      hub_key_id = excluded.hub_key_id,
      wrap = excluded.wrap`,
    [versionId, hubKeyId, wrap],
  );
}

export interface CardWrap {
  versionId: string;
  cardId: string;
  pepperId: string;
  wrap: Buffer;
}

export async function saveCardWrap(sql: Sql, { versionId, cardId, pepperId, wrap }: CardWrap): Promise<void> {
  await sql.query(
    `insert into record_card_wrap (version_id, card_id, pepper_id, wrap)
    values ($1, $2, $3, $4)
    on conflict (version_id, card_id, pepper_id) do update set
      wrap = excluded.wrap`,
    [versionId, cardId, pepperId, wrap],
  );
}

export interface WrappedVersion {
  id: string;
  associationId: string;
  patientId: string;
  version: number;
  hubWrap: Buffer;
}

/** Columns of a version that say which it is, and with what is sealed in it. */
const whichVersion = `record_version.id,
      record_version.association_id as "associationId",
      record_version.patient_id as "patientId",
      record_version.version`;
const storedVersion = `${whichVersion},
      record_version.nonce,
      record_version.ciphertext`;

/** Every version of a patient that can still be opened, the oldest first. */
export async function wrappedVersions(sql: Sql, patientId: string): Promise<WrappedVersion[]> {
  const found = await sql.query<WrappedVersion>(
    `select
      ${whichVersion},
      record_hub_wrap.wrap as "hubWrap"
    from record_version
    join record_hub_wrap on record_hub_wrap.version_id = record_version.id
    where record_version.patient_id = $1
    order by record_version.version`,
    [patientId],
  );
  return found.rows;
}

export async function cardWrapsOf(sql: Sql, patientId: string): Promise<CardWrap[]> {
  const found = await sql.query<CardWrap>(
    `select
      record_card_wrap.version_id as "versionId",
      record_card_wrap.card_id as "cardId",
      record_card_wrap.pepper_id as "pepperId",
      record_card_wrap.wrap
    from record_card_wrap
    join record_version on record_version.id = record_card_wrap.version_id
    where record_version.patient_id = $1`,
    [patientId],
  );
  return found.rows;
}

/** `version` null: the one that the card opens. hubWrap null: destroyed. */
export async function versionOf(
  sql: Sql,
  associationId: string,
  patientId: string,
  version: number | null,
): Promise<(StoredVersion & { hubWrap: Buffer | null }) | null> {
  const found = await sql.query<StoredVersion & { hubWrap: Buffer | null }>(
    `select
      ${storedVersion},
      record_hub_wrap.wrap as "hubWrap"
    from record_version
    left join record_hub_wrap on record_hub_wrap.version_id = record_version.id
    left join record_current on record_current.patient_id = record_version.patient_id
    where record_version.association_id = $1
      and record_version.patient_id = $2
      and record_version.version = coalesce($3, record_current.version)`,
    [associationId, patientId, version],
  );
  return found.rows[0] ?? null;
}

export type CurrentStatus = 'active' | 'suspended';

/** @returns false when there is no such version. */
export async function setCurrent(
  sql: Sql,
  current: { patientId: string; version: number; status: CurrentStatus; since: Date },
): Promise<boolean> {
  const { patientId, version, status, since } = current;
  const saved = await sql.query(
    `insert into record_current (patient_id, version, status, since)
    select patient_id, version, $3, $4
    from record_version
    where patient_id = $1 and version = $2
    on conflict (patient_id) do update set
      version = excluded.version,
      status = excluded.status,
      since = excluded.since`,
    [patientId, version, status, since],
  );
  return saved.rowCount === 1;
}

/** @returns the version concerned, or null when there is no current one. */
export async function setCurrentStatus(
  sql: Sql,
  patientId: string,
  status: CurrentStatus,
  since: Date,
): Promise<number | null> {
  const saved = await sql.query<{ version: number }>(
    `update record_current
    set status = $2, since = $3
    where patient_id = $1
    returning version`,
    [patientId, status, since],
  );
  return saved.rows[0]?.version ?? null;
}

export interface FoundByCard {
  cardId: string;
  cardStatus: 'active' | 'revoked';
  patientId: string;
  isActive: boolean;
  versionId: string | null;
  version: number | null;
  nonce: Buffer | null;
  ciphertext: Buffer | null;
  status: CurrentStatus | null;
  cardWrap: Buffer | null;
}

/** The card with this index, and the version that it opens: one statement for the doctor who waits on the line. */
export async function findByCard(
  sql: Sql,
  associationId: string,
  lookupIndex: Buffer,
  pepperId: string,
): Promise<FoundByCard | null> {
  const found = await sql.query<FoundByCard>({
    name: 'find-by-card',
    text: `select
      card.id as "cardId",
      card.status as "cardStatus",
      patient.id as "patientId",
      patient.is_active as "isActive",
      record_version.id as "versionId",
      record_version.version,
      record_version.nonce,
      record_version.ciphertext,
      record_current.status,
      record_card_wrap.wrap as "cardWrap"
    from card
    join patient on patient.id = card.patient_id
    left join record_current on record_current.patient_id = patient.id
    left join record_version
      on record_version.patient_id = record_current.patient_id
      and record_version.version = record_current.version
    left join record_card_wrap
      on record_card_wrap.version_id = record_version.id
      and record_card_wrap.card_id = card.id
      and record_card_wrap.pepper_id = $3
    where (card.lookup_index = $2 or card.next_lookup_index = $2)
      and patient.association_id = $1`,
    values: [associationId, lookupIndex, pepperId],
  });
  return found.rows[0] ?? null;
}

/** Destroys every way into a patient's records. @returns how many versions that closed for good. */
export async function shredWraps(sql: Sql, patientId: string): Promise<number> {
  const found = await sql.query<{ closed: number }>(
    `with
    versions as (select id from record_version where patient_id = $1),
    kept as (delete from case_key_wrap using versions where version_id = versions.id),
    carded as (delete from record_card_wrap using versions where version_id = versions.id),
    hubbed as (delete from record_hub_wrap using versions where version_id = versions.id returning 1),
    shown as (delete from record_current where patient_id = $1)
    select count(*) as closed from hubbed`,
    [patientId],
  );
  return found.rows[0]?.closed ?? 0;
}

export async function markShredded(sql: Sql, patientId: string, at: Date): Promise<void> {
  await sql.query(
    `update patient
    set shredded_at = $2, is_active = false
    where id = $1`,
    [patientId, at],
  );
}

/** @returns false when the case is not open: the key of a closed one is kept nowhere. */
export async function keepCaseKey(
  sql: Sql,
  kept: { caseId: string; versionId: string; wrap: Buffer; at: Date },
): Promise<boolean> {
  const { caseId, versionId, wrap, at } = kept;
  // The lock waits for a transaction that is just closing the case, and then sees it closed.
  const saved = await sql.query(
    `insert into case_key_wrap (case_id, version_id, wrap, kept_at)
    select open_case.id, $2, $3, $4
    from (select id from urgent_call where id = $1 and status <> 'closed' for no key update) as open_case
    on conflict (case_id) do update set
      version_id = excluded.version_id,
      wrap = excluded.wrap,
      kept_at = excluded.kept_at`,
    [caseId, versionId, wrap, at],
  );
  return saved.rowCount === 1;
}

export async function caseKey(sql: Sql, caseId: string): Promise<(StoredVersion & { wrap: Buffer }) | null> {
  const found = await sql.query<StoredVersion & { wrap: Buffer }>(
    `select
      ${storedVersion},
      case_key_wrap.wrap
    from case_key_wrap
    join record_version on record_version.id = case_key_wrap.version_id
    where case_key_wrap.case_id = $1`,
    [caseId],
  );
  return found.rows[0] ?? null;
}

export async function forgetCaseKey(sql: Sql, caseId: string): Promise<void> {
  await sql.query(
    `delete from case_key_wrap
    where case_id = $1`,
    [caseId],
  );
}
