import type { Sql } from '../db.ts';

export interface SheetRow {
  id: string;
  association_id: string;
  area_id: string;
  month: string;
  ordered_at: Date;
  sent_at: Date | null;
  fax_count: number | null;
  without_fax: number | null;
}

const columns = 'id, association_id, area_id, month, ordered_at, sent_at, fax_count, without_fax';

export async function insertSheet(
  tx: Sql,
  sheet: Pick<SheetRow, 'id' | 'association_id' | 'area_id' | 'month' | 'ordered_at'> & { by: string },
): Promise<void> {
  await tx.query(
    `insert into roster_sheet (id, association_id, area_id, month, ordered_by, ordered_at)
    values ($1, $2, $3, $4, $5, $6)`,
    [sheet.id, sheet.association_id, sheet.area_id, sheet.month, sheet.by, sheet.ordered_at],
  );
}

export async function sheetsWaiting(sql: Sql, limit: number): Promise<SheetRow[]> {
  const found = await sql.query<SheetRow>(
    `select ${columns} from roster_sheet where sent_at is null order by ordered_at limit $1`,
    [limit],
  );
  return found.rows;
}

/** @returns false when it has been sent meanwhile. */
export async function claimSheet(tx: Sql, id: string): Promise<boolean> {
  const found = await tx.query('select 1 from roster_sheet where id = $1 and sent_at is null for update', [id]);
  return found.rowCount === 1;
}

export async function sheetSent(
  tx: Sql,
  id: string,
  sent: { at: Date; faxCount: number; withoutFax: number },
): Promise<void> {
  await tx.query('update roster_sheet set sent_at = $2, fax_count = $3, without_fax = $4 where id = $1', [
    id,
    sent.at,
    sent.faxCount,
    sent.withoutFax,
  ]);
}

/** The last orders of an area, newest first. */
export async function sheetsOf(sql: Sql, areaId: string, limit: number): Promise<SheetRow[]> {
  const found = await sql.query<SheetRow>(
    `select ${columns} from roster_sheet where area_id = $1 order by ordered_at desc, id desc limit $2`,
    [areaId, limit],
  );
  return found.rows;
}

export interface SheetDoctor {
  id: string;
  code: string;
  name: string;
}

export async function doctorsOfArea(sql: Sql, areaId: string): Promise<SheetDoctor[]> {
  const found = await sql.query<SheetDoctor>(
    'select id, code, name from doctor where area_id = $1 and is_active order by code',
    [areaId],
  );
  return found.rows;
}

export interface SheetHead {
  association: string;
  phone: string;
  area: string;
}

export async function headOf(sql: Sql, areaId: string): Promise<SheetHead | null> {
  const found = await sql.query<SheetHead>(
    `select association.name as association, coalesce(hub_phone, caller_number) as phone, area.name as area
    from area
    join association on association.id = area.association_id
    where area.id = $1`,
    [areaId],
  );
  return found.rows[0] ?? null;
}
