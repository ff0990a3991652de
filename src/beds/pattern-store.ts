/** SQL of a hospital's patterns, and of what its news was worth. */
import type { Sql } from '../db.ts';
import type { Acceptance, BedType } from './beds.ts';
import type { BedPattern, PatternDay } from './patterns.ts';
import type { AnsweredRequest } from './truth.ts';

/** One person at a time tells of a hospital, and its chain grows by one entry at a time. @returns false when it is not one of the association's. */
export async function lockHospital(tx: Sql, associationId: string, hospitalId: string): Promise<boolean> {
  const found = await tx.query(
    'select from hospital where id = $1 and association_id = $2 and is_active for no key update',
    [hospitalId, associationId],
  );
  return found.rowCount === 1;
}

/** In the order in which they were written down. */
export async function patternsOf(
  sql: Sql,
  hospitalIds: readonly string[],
): Promise<(BedPattern & { hospitalId: string })[]> {
  const found = await sql.query<{
    hospital_id: string;
    bed_type: BedType;
    days: PatternDay[];
    from_minute: number;
    to_minute: number;
    acceptance: Acceptance;
  }>(
    `select hospital_id, bed_type, days, from_minute, to_minute, acceptance
    from bed_pattern
    where hospital_id = any($1)
    order by hospital_id, place`,
    [hospitalIds],
  );
  return found.rows.map((row) => ({
    ...{ hospitalId: row.hospital_id, bedType: row.bed_type, days: row.days },
    ...{ from: row.from_minute, to: row.to_minute, acceptance: row.acceptance },
  }));
}

export async function writePatterns(tx: Sql, hospitalId: string, patterns: readonly BedPattern[]): Promise<void> {
  await tx.query('delete from bed_pattern where hospital_id = $1', [hospitalId]);
  for (const [index, { bedType, days, from, to, acceptance }] of patterns.entries())
    await tx.query(
      `insert into bed_pattern (hospital_id, place, bed_type, days, from_minute, to_minute, acceptance)
      values ($1, $2, $3, $4, $5, $6, $7)`,
      [hospitalId, index + 1, bedType, days, from, to, acceptance],
    );
}

/** Questions that were answered since then, each with what was known when it was asked. */
export async function answeredRequests(sql: Sql, associationId: string, since: Date): Promise<AnsweredRequest[]> {
  const found = await sql.query<{
    hospital_id: string;
    asked_at: Date;
    answer: AnsweredRequest['answer'];
    free_count: number | null;
    acceptance: Acceptance | null;
    as_of: Date | null;
    holds_until: Date | null;
  }>(
    `select request.hospital_id, request.asked_at, coalesce(request.refusal, 'accepted') as answer,
      known.free_count, known.acceptance, known.as_of, known.holds_until
    from hospital
    join bed_request as request on request.hospital_id = hospital.id and request.asked_at >= $2
    left join lateral (
      select free_count, acceptance, as_of, holds_until
      from bed_offer_history as history
      where history.hospital_id = request.hospital_id
        and history.bed_type = request.bed_type
        and history.known_from <= request.asked_at
      order by history.known_from desc, history.id desc
      limit 1
    ) as known on true
    where hospital.association_id = $1
      and (request.status = 'accepted' or request.refusal in ('full', 'ask_again'))`,
    [associationId, since],
  );
  return found.rows.map((row) => ({
    ...{ hospitalId: row.hospital_id, askedAt: row.asked_at, answer: row.answer },
    known:
      row.as_of === null || row.acceptance === null
        ? null
        : { freeCount: row.free_count, acceptance: row.acceptance, asOf: row.as_of, holdsUntil: row.holds_until },
  }));
}
