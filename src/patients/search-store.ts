/** By what the hub finds patients, and the names that its lists show. */
import type { Sql } from '../db.ts';
import type { SearchToken } from './search-tokens.ts';
import type { PatientRow } from './store.ts';

export async function forgetTokens(sql: Sql, patientId: string): Promise<void> {
  await sql.query(`delete from search_token where patient_id = $1`, [patientId]);
}

export async function replaceTokens(
  sql: Sql,
  associationId: string,
  patientId: string,
  tokens: readonly SearchToken[],
): Promise<void> {
  await forgetTokens(sql, patientId);
  await sql.query(
    `insert into search_token (association_id, kind, token, patient_id, code)
    select $1, kind, token, patient.id, patient.code
    from unnest($3::text[], $4::bytea[]) as wanted (kind, token)
    join patient on patient.id = $2`,
    [associationId, patientId, tokens.map(({ kind }) => kind), tokens.map(({ token }) => token)],
  );
}

/**
 * Walks along one token's patients in the order of the list and asks of each whether he has the others: the first page of a
 * frequent name costs no more than that of a rare one. Public so that a test can ask PostgreSQL how it goes about it.
 */
export const searchStatement = `select patient.id, patient.code, patient.area_id as "areaId"
    from search_token
    join patient on patient.id = search_token.patient_id
    where search_token.association_id = $1
      and search_token.kind = $2
      and search_token.token = $3
      and search_token.code > $8
      and patient.is_active
      and ($6::text is null or patient.area_id = $6)
      and not exists (
        select from unnest($4::text[], $5::bytea[]) as wanted (kind, token)
        where not exists (
          select from search_token other
          where other.association_id = $1
            and other.kind = wanted.kind
            and other.token = wanted.token
            and other.code = search_token.code
        )
      )
    order by search_token.code
    limit $7`;

/** How many patients share one, the fewest first. */
const byRarity: readonly SearchToken['kind'][] = ['phone', 'phone_end', 'birth', 'kana', 'loose_kana'];

/** Patients who have every one of the tokens, in the order of their numbers. */
export async function patientsWithTokens(
  sql: Sql,
  associationId: string,
  tokens: readonly SearchToken[],
  options: { areaId: string | null; limit: number; after: string | null },
): Promise<PatientRow[]> {
  const [first, ...others] = tokens.toSorted((one, other) => byRarity.indexOf(one.kind) - byRarity.indexOf(other.kind));
  if (!first) return [];
  const found = await sql.query<PatientRow>(searchStatement, [
    ...[associationId, first.kind, first.token, others.map(({ kind }) => kind), others.map(({ token }) => token)],
    ...[options.areaId, options.limit, options.after ?? ''],
  ]);
  return found.rows;
}

/** Public for its plan. */
export const inOrderStatement = (isOfArea: boolean): string => `select id, code, area_id as "areaId"
    from patient
    where association_id = $1 and is_active and code > $2 ${isOfArea ? 'and area_id = $4' : ''}
    order by code
    limit $3`;

/** By the hub's own number, from after the one given: those of one area, or all. */
export async function patientsInOrder(
  sql: Sql,
  associationId: string,
  { areaId, limit, after }: { areaId: string | null; limit: number; after: string | null },
): Promise<PatientRow[]> {
  const values = [associationId, after ?? '', limit, ...(areaId === null ? [] : [areaId])];
  const found = await sql.query<PatientRow>(inOrderStatement(areaId !== null), values);
  return found.rows;
}

/** Whose card this is or was: a lost one is found by its number, too. */
export async function patientsByCardToken(sql: Sql, associationId: string, token: Buffer): Promise<PatientRow[]> {
  const found = await sql.query<PatientRow>(
    `select patient.id, patient.code, patient.area_id as "areaId"
    from card
    join patient on patient.id = card.patient_id
    where card.search_token = $2 and patient.association_id = $1 and patient.is_active`,
    [associationId, token],
  );
  return found.rows;
}

// ---------------------------------------------------------------------------------------------------- names for lists

export async function saveNameLine(sql: Sql, associationId: string, patientId: string, sealed: Buffer): Promise<void> {
  await sql.query(
    `insert into patient_name_line (patient_id, association_id, sealed)
    values ($1, $2, $3)
    on conflict (patient_id) do update set
      sealed = excluded.sealed`,
    [patientId, associationId, sealed],
  );
}

export async function nameLines(
  sql: Sql,
  associationId: string,
  patientIds: readonly string[],
): Promise<{ patientId: string; sealed: Buffer }[]> {
  const found = await sql.query<{ patientId: string; sealed: Buffer }>(
    `select patient_id as "patientId", sealed
    from patient_name_line
    where association_id = $1 and patient_id = any($2)`,
    [associationId, patientIds],
  );
  return found.rows;
}

/** Patients whose record was sealed before there were name lines. */
export async function withoutNameLine(
  sql: Sql,
  limit: number,
): Promise<{ patientId: string; associationId: string }[]> {
  const found = await sql.query<{ patientId: string; associationId: string }>(
    `select record_life.patient_id as "patientId", record_life.association_id as "associationId"
    from record_life
    left join patient_name_line on patient_name_line.patient_id = record_life.patient_id
    where record_life.status <> 'closed' and patient_name_line.patient_id is null
    limit $1`,
    [limit],
  );
  return found.rows;
}

/** Of how many patients this person opened the record since then. */
export async function patientsViewed(sql: Sql, actor: string, since: Date): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(
    `select count(distinct chain_id)::int as count
    from audit_entry
    where actor = $1 and at > $2 and kind = 'record_viewed'`,
    [actor, since],
  );
  return rows[0]?.count ?? 0;
}
