import type { Sql } from '../db.ts';
import type { Disclosure } from './disclosure.ts';
import type { Reason, ReleaseForm } from './request.ts';

/** Whoever appends to a disclosure's log holds its row, so that two appends cannot meet. */
export async function lockDisclosure(tx: Sql, id: string): Promise<void> {
  await tx.query({ name: 'lock-disclosure', text: 'select from disclosure where id = $1 for update', values: [id] });
}

export async function insertDisclosure(sql: Sql, disclosure: Disclosure): Promise<void> {
  const { origin, recipient, destination } = disclosure;
  await sql.query(
    `insert into disclosure (
      id, association_id, request_id, case_id, patient_id, card_id, version, doctor_id, hospital_id, relation,
      is_break_glass, reason, consent, form, destination_id, phone_id, disclosed_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
    [
      ...[disclosure.id, disclosure.associationId],
      ...['requestId' in origin ? origin.requestId : null, 'caseId' in origin ? origin.caseId : null],
      ...[disclosure.patientId, disclosure.cardId, disclosure.version],
      ...['doctorId' in recipient ? recipient.doctorId : null],
      ...['hospitalId' in recipient ? recipient.hospitalId : null, recipient.relation],
      ...[disclosure.isBreakGlass, disclosure.reason, disclosure.consent, disclosure.form],
      ...['destinationId' in destination ? destination.destinationId : null],
      ...['phoneId' in destination ? destination.phoneId : null, disclosure.at],
    ],
  );
}

export interface DisclosureRow {
  id: string;
  association_id: string;
  /** null: of a request. */
  case_id: string | null;
  patient_id: string;
  version: number;
  doctor_id: string | null;
  hospital_id: string | null;
  relation: string;
  is_break_glass: boolean;
  reason: Reason;
  form: ReleaseForm;
  destination_id: string | null;
  phone_id: string | null;
  disclosed_at: Date;
}

const disclosureColumns = `id, association_id, case_id, patient_id, version, doctor_id, hospital_id, relation, is_break_glass, reason,
  form, destination_id, phone_id, disclosed_at`;

export async function readDisclosure(sql: Sql, id: string): Promise<DisclosureRow | null> {
  const found = await sql.query<DisclosureRow>(`select ${disclosureColumns} from disclosure where id = $1`, [id]);
  return found.rows[0] ?? null;
}

/** Who opened this patient's record, newest first. */
export async function disclosuresOfPatient(sql: Sql, patientId: string, limit: number): Promise<DisclosureRow[]> {
  const found = await sql.query<DisclosureRow>(
    `select ${disclosureColumns} from disclosure where patient_id = $1 order by disclosed_at desc, id limit $2`,
    [patientId, limit],
  );
  return found.rows;
}

export type PageKind = 'record' | 'notice' | 'refusal';
export type PageStatus = 'pending' | 'queued' | 'delivered' | 'failed' | 'spoken' | 'dropped';

export interface PageRow {
  id: string;
  association_id: string;
  kind: PageKind;
  disclosure_id: string | null;
  request_id: string | null;
  refusal: string | null;
  destination_id: string | null;
  is_alarmed: boolean;
  sealed_key: Buffer | null;
  sealed_secret: Buffer | null;
  status: PageStatus;
  attempts: number;
}

const pageColumns = `id, association_id, kind, disclosure_id, request_id, refusal, destination_id, is_alarmed, sealed_key,
  sealed_secret, status, attempts`;

export interface NewPage {
  id: string;
  associationId: string;
  kind: PageKind;
  disclosureId: string | null;
  requestId: string | null;
  refusal: string | null;
  destinationId: string | null;
  isAlarmed: boolean;
  sealedKey: Buffer | null;
  secret: { sealed: Buffer; until: Date } | null;
  dueAt: Date;
  at: Date;
}

export async function insertPage(sql: Sql, page: NewPage): Promise<void> {
  await sql.query(
    `insert into release_page (
      id, association_id, kind, disclosure_id, request_id, refusal, destination_id, is_alarmed, sealed_key, status, due_at,
      created_at, sealed_secret, secret_until)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'pending', $10, $11, $12, $13)`,
    [
      ...[page.id, page.associationId, page.kind, page.disclosureId, page.requestId, page.refusal],
      ...[page.destinationId, page.isAlarmed, page.sealedKey, page.dueAt, page.at],
      ...[page.secret?.sealed ?? null, page.secret?.until ?? null],
    ],
  );
}

/** Takes a waiting page for this process for a while: the next look at it is at `until`, should this one die. */
export async function takePage(sql: Sql, id: string, at: Date, until: Date): Promise<PageRow | null> {
  const taken = await sql.query<PageRow>(
    `update release_page set due_at = $3, attempts = attempts + 1
    where id = $1 and status = 'pending' and due_at <= $2 and not (kind = 'record' and destination_id is null)
    returning ${pageColumns}`,
    [id, at, until],
  );
  return taken.rows[0] ?? null;
}

export async function readPage(sql: Sql, id: string): Promise<PageRow | null> {
  const found = await sql.query<PageRow>(`select ${pageColumns} from release_page where id = $1`, [id]);
  return found.rows[0] ?? null;
}

/** The page of the record itself: faxed, or read out when it has no destination. */
export async function recordPageOf(sql: Sql, disclosureId: string): Promise<PageRow | null> {
  const found = await sql.query<PageRow>(
    `select ${pageColumns} from release_page where disclosure_id = $1 and kind = 'record'`,
    [disclosureId],
  );
  return found.rows[0] ?? null;
}

/** Pages to be made, and spoken ones whose time is over. */
export async function duePages(sql: Sql, at: Date, limit: number): Promise<{ id: string; is_spoken: boolean }[]> {
  const found = await sql.query<{ id: string; is_spoken: boolean }>(
    `select id, (kind = 'record' and destination_id is null) as is_spoken
    from release_page
    where status = 'pending' and due_at <= $1
    order by due_at
    limit $2`,
    [at, limit],
  );
  return found.rows;
}

/** Handed to the fax line; the key goes in the same statement. @returns false when somebody else was quicker. */
export async function pageQueued(sql: Sql, id: string, faxId: string): Promise<boolean> {
  const saved = await sql.query(
    `update release_page set status = 'queued', fax_id = $2, sealed_key = null, due_at = null
    where id = $1 and status = 'pending'`,
    [id, faxId],
  );
  return saved.rowCount === 1;
}

/** Over without a fax: spoken, dropped, or failed before it was one. The key goes with it. */
export async function pageEnded(sql: Sql, id: string, status: 'spoken' | 'dropped' | 'failed'): Promise<boolean> {
  const saved = await sql.query(
    `update release_page set status = $2, sealed_key = null, due_at = null where id = $1 and status = 'pending'`,
    [id, status],
  );
  return saved.rowCount === 1;
}

export async function postponePage(sql: Sql, id: string, dueAt: Date): Promise<void> {
  await sql.query(`update release_page set due_at = $2 where id = $1 and status = 'pending'`, [id, dueAt]);
}

export interface SettledPage {
  id: string;
  kind: PageKind;
  association_id: string;
  disclosure_id: string | null;
}

/** What became of a page of ours on the fax line. @returns null when it is none of ours, or nothing changed. */
export async function settlePage(sql: Sql, faxId: string, status: 'delivered' | 'failed'): Promise<SettledPage | null> {
  const saved = await sql.query<SettledPage>(
    `update release_page set status = $2
    where fax_id = $1 and status in ('queued', 'failed') and status <> $2
    returning id, kind, association_id, disclosure_id`,
    [faxId, status],
  );
  return saved.rows[0] ?? null;
}

/** What a doctor could have heard by now. @returns how many secrets went. */
export async function forgetSecrets(sql: Sql, at: Date): Promise<number> {
  const gone = await sql.query(
    'update release_page set sealed_secret = null, secret_until = null where secret_until <= $1',
    [at],
  );
  return gone.rowCount ?? 0;
}

export async function insertNotice(sql: Sql, disclosureId: string, doctorId: string, at: Date): Promise<void> {
  await sql.query('insert into attending_notice (disclosure_id, doctor_id, created_at) values ($1, $2, $3)', [
    disclosureId,
    doctorId,
    at,
  ]);
}

export interface NoticeRow extends DisclosureRow {
  requester: string;
  patient_code: string;
}

/** What the attending doctor has not been told on paper yet, oldest first. */
export async function waitingNotices(sql: Sql, attendingId: string): Promise<NoticeRow[]> {
  const found = await sql.query<NoticeRow>(
    `select ${disclosureColumns
      .split(',')
      .map((column) => `disclosure.${column.trim()}`)
      .join(', ')},
      coalesce(doctor.name, hospital.name) as requester, patient.code as patient_code
    from attending_notice
    join disclosure on disclosure.id = attending_notice.disclosure_id
    join patient on patient.id = disclosure.patient_id
    left join doctor on doctor.id = disclosure.doctor_id
    left join hospital on hospital.id = disclosure.hospital_id
    where attending_notice.doctor_id = $1 and attending_notice.printed_at is null
    order by attending_notice.created_at, disclosure.id`,
    [attendingId],
  );
  return found.rows;
}

export async function noticesPrinted(sql: Sql, disclosureIds: readonly string[], at: Date): Promise<void> {
  await sql.query('update attending_notice set printed_at = $2 where disclosure_id = any($1) and printed_at is null', [
    disclosureIds,
    at,
  ]);
}

/** Has this doctor or hospital had the page of this case? The index refuses a second one in any event. */
export async function disclosureInCase(sql: Sql, caseId: string, recipientId: string): Promise<string | null> {
  const found = await sql.query<{ id: string }>(
    'select id from disclosure where case_id = $1 and coalesce(doctor_id, hospital_id) = $2',
    [caseId, recipientId],
  );
  return found.rows[0]?.id ?? null;
}
