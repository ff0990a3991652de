/** What the bed desk reads. */
import type { Acceptance, BedType } from '../../beds/beds.ts';
import type { Sql } from '../../db.ts';

export interface BoardRow {
  hospital_id: string;
  code: string;
  name: string;
  takes_by_day: boolean;
  night_from: number;
  night_to: number;
  accepts_needs: string[];
  bed_type: BedType;
  staffed: number;
  free_count: number | null;
  acceptance: Acceptance | null;
  as_of: Date | null;
  holds_until: Date | null;
  source: 'phone' | 'answer' | 'form' | 'web' | null;
  held: number;
}

/** Every kind of bed of the active hospitals with its last news, in one question. */
export async function board(sql: Sql, associationId: string, at: Date): Promise<BoardRow[]> {
  const found = await sql.query<BoardRow>({
    name: 'console-bed-board',
    text: `select
      hospital.id as hospital_id, hospital.code, hospital.name, takes_by_day, night_from, night_to, accepts_needs,
      kind.bed_type, kind.staffed,
      offer.free_count, offer.acceptance, offer.as_of, offer.holds_until, offer.source,
      (select count(*)::int
        from bed_hold
        where bed_hold.hospital_id = hospital.id
          and bed_hold.bed_type = kind.bed_type
          and status = 'held'
          and is_counted
          and expires_at > $2) as held
    from hospital
    join hospital_bed_type as kind on kind.hospital_id = hospital.id
    left join bed_offer as offer on offer.hospital_id = hospital.id and offer.bed_type = kind.bed_type
    where hospital.association_id = $1 and hospital.is_active
    order by hospital.code, kind.bed_type`,
    values: [associationId, at],
  });
  return found.rows;
}

export interface HistoryRow {
  bed_type: BedType;
  free_count: number | null;
  acceptance: Acceptance;
  as_of: Date;
  source: 'phone' | 'answer' | 'form' | 'web' | 'admission';
  known_from: Date;
}

/** The last news of one hospital, the newest first. Null: no hospital of this association. */
export async function historyOf(sql: Sql, associationId: string, hospitalId: string): Promise<HistoryRow[] | null> {
  const owned = await sql.query('select from hospital where id = $1 and association_id = $2', [
    hospitalId,
    associationId,
  ]);
  if (owned.rowCount !== 1) return null;
  // One walk along the index for each kind of bed.
  const found = await sql.query<HistoryRow>(
    `select kind.bed_type, history.free_count, history.acceptance, history.as_of, history.source, history.known_from
    from hospital_bed_type as kind
    cross join lateral (
      select free_count, acceptance, as_of, source, known_from, id
      from bed_offer_history as history
      where history.hospital_id = kind.hospital_id and history.bed_type = kind.bed_type
      order by history.known_from desc, history.id desc
      limit 20
    ) as history
    where kind.hospital_id = $1
    order by history.known_from desc, history.id desc
    limit 40`,
    [hospitalId],
  );
  return found.rows;
}

/** Names by id, those of hospitals that have left too: an old month may name them. */
export async function hospitalNames(sql: Sql, associationId: string): Promise<Map<string, string>> {
  const found = await sql.query<{ id: string; name: string }>(
    'select id, name from hospital where association_id = $1',
    [associationId],
  );
  return new Map(found.rows.map(({ id, name }) => [id, name]));
}
