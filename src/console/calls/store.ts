/** What the desk of the urgent calls reads. */
import type { Sql } from '../../db.ts';
import type { CaseKind, Outcome, Status, UrgentCall } from '../../escalations/urgent-call.ts';

export interface OpenRow {
  id: string;
  kind: CaseKind;
  status: Status;
  opened_at: Date;
  area: string | null;
  patient_code: string | null;
  state: UrgentCall;
}

/** Every open case, the oldest first: never many. */
export async function openCases(sql: Sql, associationId: string): Promise<OpenRow[]> {
  const found = await sql.query<OpenRow>({
    name: 'console-open-calls',
    text: `select urgent_call.id, urgent_call.kind, urgent_call.status, opened_at, area.name as area, patient.code as patient_code,
      state
    from urgent_call
    left join area on area.id = urgent_call.area_id
    left join patient on patient.id = urgent_call.patient_id
    where urgent_call.association_id = $1 and urgent_call.status <> 'closed'
    order by opened_at
    limit 200`,
    values: [associationId],
  });
  return found.rows;
}

export interface ClosedRow {
  id: string;
  kind: CaseKind;
  outcome: Outcome;
  opened_at: Date;
  closed_at: number;
  accepted_by: string | null;
  area: string | null;
  patient_code: string | null;
}

/** Parameters: association, instant and id of the last row shown, area, outcome, how many. */
export const closedCasesText = `select page.id, page.kind, page.outcome, page.opened_at, page.accepted_by,
      (page.state ->> 'closedAt')::float8 as closed_at, area.name as area, patient.code as patient_code
    from (
      select id, kind, outcome, opened_at, accepted_by, state, area_id, patient_id
      from urgent_call
      where association_id = $1
        and status = 'closed'
        and (opened_at, id) < (coalesce($2::timestamptz, 'infinity'), coalesce($3, ''))
        and ($4::text is null or area_id = $4)
        and ($5::text is null or outcome = $5)
      order by opened_at desc, id desc
      limit $6
    ) as page
    left join area on area.id = page.area_id
    left join patient on patient.id = page.patient_id
    order by page.opened_at desc, page.id desc`;

export async function closedCases(
  sql: Sql,
  asked: {
    associationId: string;
    after: { at: Date; id: string } | null;
    areaId: string | null;
    outcome: Outcome | null;
    limit: number;
  },
): Promise<ClosedRow[]> {
  const { associationId, after, areaId, outcome, limit } = asked;
  const values = [associationId, after?.at ?? null, after?.id ?? null, areaId, outcome, limit];
  return (await sql.query<ClosedRow>({ name: 'console-closed-calls', text: closedCasesText, values })).rows;
}

export interface CaseRow {
  id: string;
  kind: CaseKind;
  status: Status;
  opened_at: Date;
  closed_at: number | null;
  area: string | null;
  area_id: string | null;
  patient_id: string | null;
  patient_code: string | null;
  retry_at: number | null;
}

export async function caseById(sql: Sql, associationId: string, id: string): Promise<CaseRow | null> {
  const found = await sql.query<CaseRow>({
    name: 'console-call',
    text: `select urgent_call.id, urgent_call.kind, urgent_call.status, opened_at, area.name as area, urgent_call.area_id,
      urgent_call.patient_id, patient.code as patient_code,
      (state ->> 'closedAt')::float8 as closed_at, (state ->> 'retryAt')::float8 as retry_at
    from urgent_call
    left join area on area.id = urgent_call.area_id
    left join patient on patient.id = urgent_call.patient_id
    where urgent_call.id = $1 and urgent_call.association_id = $2`,
    values: [id, associationId],
  });
  return found.rows[0] ?? null;
}

export async function areasOf(sql: Sql, associationId: string): Promise<{ id: string; name: string }[]> {
  const found = await sql.query<{ id: string; name: string }>(
    'select id, name from area where association_id = $1 order by key',
    [associationId],
  );
  return found.rows;
}

export interface PageRow {
  disclosure_id: string;
  form: string;
  recipient_id: string;
  fax_id: string | null;
  fax_status: string | null;
  page_status: string | null;
}

/** The record pages of a case, each with how far it has come. */
export async function pagesOfCase(sql: Sql, caseId: string): Promise<PageRow[]> {
  const found = await sql.query<PageRow>({
    name: 'console-pages-of-call',
    text: `select disclosure.id as disclosure_id, disclosure.form, coalesce(disclosure.doctor_id, disclosure.hospital_id) as recipient_id,
      release_page.fax_id, fax.status as fax_status, release_page.status as page_status
    from disclosure
    left join release_page on release_page.disclosure_id = disclosure.id and release_page.kind = 'record'
    left join fax on fax.id = release_page.fax_id
    where disclosure.case_id = $1
    order by disclosure.disclosed_at, disclosure.id`,
    values: [caseId],
  });
  return found.rows;
}
