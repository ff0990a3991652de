/** Settings of the hunts, and what a dry run asks of the directory. */
import type { Sql } from '../db.ts';

export interface AreaPlanRow {
  id: string;
  code: string;
  name: string;
  plan: Record<string, unknown>;
}

export async function areaPlans(sql: Sql): Promise<AreaPlanRow[]> {
  const found = await sql.query<AreaPlanRow>('select id, code, name, plan from area order by association_id, key');
  return found.rows;
}

export async function setAreaPlan(sql: Sql, areaId: string, plan: Readonly<Record<string, unknown>>): Promise<void> {
  await sql.query('update area set plan = $2 where id = $1', [areaId, JSON.stringify(plan)]);
}

export async function areaPlansOf(sql: Sql, associationId: string): Promise<AreaPlanRow[]> {
  const found = await sql.query<AreaPlanRow>(
    'select id, code, name, plan from area where association_id = $1 order by key',
    [associationId],
  );
  return found.rows;
}

export async function lockAreaPlan(sql: Sql, associationId: string, areaId: string): Promise<AreaPlanRow | null> {
  const found = await sql.query<AreaPlanRow>(
    `select id, code, name, plan
    from area
    where id = $1 and association_id = $2
    for no key update`,
    [areaId, associationId],
  );
  return found.rows[0] ?? null;
}

export interface PlanDraftRow {
  area_id: string;
  own: Record<string, unknown>;
  saved_by: string;
  saved_at: Date;
}

export async function planDraftsOf(sql: Sql, associationId: string): Promise<PlanDraftRow[]> {
  const found = await sql.query<PlanDraftRow>(
    `select area_id, own, saved_by, saved_at
    from plan_draft
    join area on area.id = area_id
    where association_id = $1`,
    [associationId],
  );
  return found.rows;
}

/** In the place of the one before. */
export async function savePlanDraft(sql: Sql, { area_id, own, saved_by, saved_at }: PlanDraftRow): Promise<void> {
  await sql.query(
    `insert into plan_draft (area_id, own, saved_by, saved_at)
    values ($1, $2, $3, $4)
    on conflict (area_id) do update
    set own = excluded.own,
      saved_by = excluded.saved_by,
      saved_at = excluded.saved_at`,
    [area_id, JSON.stringify(own), saved_by, saved_at],
  );
}

/** @param only this draft, should another have been saved meanwhile; absent: whatever lies there. @returns whether one did. */
export async function deletePlanDraft(
  sql: Sql,
  areaId: string,
  only?: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  const { rowCount } = await sql.query(
    'delete from plan_draft where area_id = $1 and ($2::jsonb is null or own = $2)',
    [areaId, only ? JSON.stringify(only) : null],
  );
  return rowCount === 1;
}

export interface PlanChangeRow {
  area_id: string;
  at: Date;
  actor: string;
  data: { before: Record<string, unknown>; after: Record<string, unknown> };
}

/** The last changes of each area's plan, newest first. */
export async function areaPlanChanges(sql: Sql, associationId: string): Promise<PlanChangeRow[]> {
  const found = await sql.query<PlanChangeRow>(
    `select area.id as area_id, entry.at, entry.actor, entry.data
    from area
    cross join lateral (
      select seq, at, actor, data
      from audit_entry
      where chain_id = area.id and kind = 'plan_changed'
      order by seq desc
      limit 5
    ) as entry
    where area.association_id = $1
    order by area.key, entry.seq desc`,
    [associationId],
  );
  return found.rows;
}

/** By id or by the hub's running number; both are unique. */
export async function routedPatient(
  sql: Sql,
  associationId: string,
  by: { patientId: string } | { code: string },
): Promise<{ id: string; area_id: string; attending_id: string | null; deputy_ids: string[] } | null> {
  const found = await sql.query<{ id: string; area_id: string; attending_id: string | null; deputy_ids: string[] }>(
    `select id, area_id, attending_id, deputy_ids
    from patient
    where association_id = $1 and is_active and ${'code' in by ? 'code' : 'id'} = $2`,
    [associationId, 'code' in by ? by.code : by.patientId],
  );
  return found.rows[0] ?? null;
}

export async function lockPatientRow(sql: Sql, associationId: string, patientId: string): Promise<void> {
  await sql.query('select from patient where id = $1 and association_id = $2 for no key update', [
    patientId,
    associationId,
  ]);
}
