/** SQL of the pages that we send. Destinations and received pages have stores of their own. */
import type { Sql } from '../db.ts';
import type { DestinationStatus } from './destination.ts';
import type { Fax, FaxPurpose, FaxStatus } from './fax.ts';
import type { FaxFailure } from './fax-line.ts';

export interface FaxRow {
  id: string;
  association_id: string;
  destination_id: string;
  purpose: FaxPurpose;
  subject_id: string | null;
  status: FaxStatus;
  attempt: number;
  provider_fax_id: string | null;
  attempted_at: Date | null;
  due_at: Date | null;
  retries: Fax['retries'];
  searches: number;
  pages: number;
  pages_done: number;
  is_resend: boolean;
  is_unwanted: boolean;
  failure: FaxFailure | null;
}

const columns = `id, association_id, destination_id, purpose, subject_id, status, attempt, provider_fax_id, attempted_at,
  due_at, retries, searches, pages, pages_done, is_resend, is_unwanted, failure`;

export interface NewFax {
  id: string;
  associationId: string;
  destinationId: string;
  purpose: FaxPurpose;
  subjectId: string | null;
  pages: number;
  /** Sealed for transit. */
  document: Buffer;
  at: Date;
}

export async function insertFax(tx: Sql, fax: NewFax): Promise<void> {
  const { id, associationId, destinationId, purpose, subjectId, pages, document, at } = fax;
  await tx.query({
    name: 'insert-fax',
    text: `insert into fax (id, association_id, destination_id, purpose, subject_id, status, pages, document, due_at, queued_at)
    values ($1, $2, $3, $4, $5, 'queued', $6, $7, $8, $8)`,
    values: [id, associationId, destinationId, purpose, subjectId, pages, document, at],
  });
}

/** Locks the row until the end of the transaction. */
export async function lockFax(tx: Sql, id: string): Promise<FaxRow | null> {
  const { rows } = await tx.query<FaxRow>({
    name: 'lock-fax',
    text: `select ${columns}
    from fax
    where id = $1
    for update`,
    values: [id],
  });
  return rows[0] ?? null;
}

export async function faxById(sql: Sql, id: string): Promise<FaxRow | null> {
  const { rows } = await sql.query<FaxRow>(`select ${columns} from fax where id = $1`, [id]);
  return rows[0] ?? null;
}

/** The state, and with a fax that is over, the end of its page. */
export async function saveFax(tx: Sql, fax: Fax, at: Date): Promise<void> {
  const { id, status, attempt, providerFaxId, attemptedAt, dueAt, searches, pagesDone, isResend, isUnwanted } = fax;
  await tx.query({
    name: 'save-fax',
    text: `update fax
    set status = $2,
      attempt = $3,
      provider_fax_id = $4,
      attempted_at = $5,
      due_at = $6,
      retries = $7,
      searches = $8,
      pages_done = $9,
      is_resend = $10,
      is_unwanted = $11,
      failure = $12,
      document = case when $6::timestamptz is null then null else document end,
      settled_at = case when $6::timestamptz is null then coalesce(settled_at, $13) end
    where id = $1`,
    values: [
      ...[id, status, attempt, providerFaxId, attemptedAt, dueAt, JSON.stringify(fax.retries), searches, pagesDone],
      ...[isResend, isUnwanted, fax.failure && JSON.stringify(fax.failure), at],
    ],
  });
}

export interface Target {
  e164: string;
  status: DestinationStatus;
  confirm_due_at: Date | null;
  /** The association's own fax number, or null when it has none. */
  own_number: string | null;
  document: Buffer;
}

/** Where a queued fax goes and what it shows. Holds the destination, so that a freeze comes before or after, never between. */
export async function lockTarget(tx: Sql, id: string): Promise<Target | null> {
  const { rows } = await tx.query<Target>({
    name: 'lock-fax-target',
    text: `select d.e164, d.status, d.confirm_due_at, f.document,
      (select min(n.e164) from inbound_fax_number n where n.association_id = f.association_id) as own_number
    from fax f
    join fax_destination d on d.id = f.destination_id
    where f.id = $1 and f.document is not null
    for share of d`,
    values: [id],
  });
  return rows[0] ?? null;
}

/** The number a fax was dialled to and when: by what a lost attempt is looked for. */
export async function dialledNumber(sql: Sql, id: string): Promise<string | null> {
  const { rows } = await sql.query<{ e164: string }>(
    `select d.e164
    from fax f
    join fax_destination d on d.id = f.destination_id
    where f.id = $1`,
    [id],
  );
  return rows[0]?.e164 ?? null;
}

/** The page of an attempt that is under way, for a provider that fetches it. */
export async function documentUnderWay(
  sql: Sql,
  id: string,
  attempt: number,
): Promise<(FaxRow & { document: Buffer }) | null> {
  const { rows } = await sql.query<FaxRow & { document: Buffer }>(
    `select ${columns}, document
    from fax
    where id = $1 and attempt = $2 and status in ('dialing', 'unknown', 'sending') and document is not null`,
    [id, attempt],
  );
  return rows[0] ?? null;
}

export interface AttemptRow {
  fax_id: string;
  attempt: number;
}

/** Twice is once. */
export async function insertAttempt(
  tx: Sql,
  { fax_id, attempt }: AttemptRow,
  provider: string,
  providerFaxId: string,
  at: Date,
): Promise<void> {
  await tx.query({
    name: 'insert-fax-attempt',
    text: `insert into fax_attempt (fax_id, attempt, provider, provider_fax_id, accepted_at)
    values ($1, $2, $3, $4, $5)
    on conflict (fax_id, attempt) do nothing`,
    values: [fax_id, attempt, provider, providerFaxId, at],
  });
}

export async function attemptOf(sql: Sql, provider: string, providerFaxId: string): Promise<AttemptRow | null> {
  const { rows } = await sql.query<AttemptRow>(
    `select fax_id, attempt
    from fax_attempt
    where provider = $1 and provider_fax_id = $2
    order by accepted_at desc
    limit 1`,
    [provider, providerFaxId],
  );
  return rows[0] ?? null;
}

/** Faxes whose time has come, the oldest first. */
export async function dueFaxes(sql: Sql, at: Date, limit: number): Promise<{ id: string; status: FaxStatus }[]> {
  const { rows } = await sql.query<{ id: string; status: FaxStatus }>({
    name: 'due-faxes',
    text: `select id, status
    from fax
    where due_at <= $1
    order by due_at
    limit $2`,
    values: [at, limit],
  });
  return rows;
}

/** Takes a due fax for asking after, for so long; null: not due, or somebody else asks. */
export async function leaseFax(sql: Sql, id: string, at: Date, until: Date): Promise<FaxRow | null> {
  const { rows } = await sql.query<FaxRow>({
    name: 'lease-fax',
    text: `update fax
    set due_at = $3
    where id = $1 and due_at <= $2 and status in ('dialing', 'unknown', 'sending')
    returning ${columns}`,
    values: [id, at, until],
  });
  return rows[0] ?? null;
}

/** Something seems to have happened to a fax under way: it is asked after now. */
export async function hastenFax(sql: Sql, id: string, at: Date): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update fax
    set due_at = $2
    where id = $1 and status = 'sending' and due_at > $2`,
    [id, at],
  );
  return rowCount === 1;
}

/** Whatever is not over and goes to this number, whichever destination it stands under; locked. */
export async function lockFaxesTo(tx: Sql, e164: string): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `select f.id
    from fax f
    join fax_destination d on d.id = f.destination_id
    where d.e164 = $1 and f.due_at is not null
    order by f.id
    for update of f`,
    [e164],
  );
  return rows.map((row) => row.id);
}

/** Claims a piece of news; false: it has been heard before. */
export async function claimNotice(
  tx: Sql,
  notice: { key: string; provider: string; kind: string; raw: Buffer | null; at: Date },
): Promise<boolean> {
  const { key, provider, kind, raw, at } = notice;
  const { rowCount } = await tx.query({
    name: 'claim-fax-notice',
    text: `insert into fax_notice (dedupe_key, provider, kind, raw, received_at)
    values ($1, $2, $3, $4, $5)
    on conflict (dedupe_key) do nothing`,
    values: [key, provider, kind, raw, at],
  });
  return rowCount === 1;
}

/** Notices outlive every provider's retries. @returns how many went. */
export async function forgetNotices(sql: Sql, before: Date): Promise<number> {
  return (await sql.query('delete from fax_notice where received_at < $1', [before])).rowCount ?? 0;
}

/** Takes the turn to ask the provider for news; false: it was asked too recently, by whichever process. */
export async function takePoll(sql: Sql, provider: string, at: Date, leastSeconds: number): Promise<boolean> {
  const { rowCount } = await sql.query(
    `insert into fax_poll (provider, polled_at)
    values ($1, $2)
    on conflict (provider) do update
    set polled_at = excluded.polled_at
    where fax_poll.polled_at <= excluded.polled_at - make_interval(secs => $3)`,
    [provider, at, leastSeconds],
  );
  return rowCount === 1;
}
