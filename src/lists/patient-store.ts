/** What the import reads and writes of patients: routing and the look-up index of the card, nothing else. */
import type { Sql } from '../db.ts';
import type { Saved } from './store.ts';

export interface SavedPatient {
  code: string;
  areaId: string;
  attendingId: string | null;
  deputyIds: string[];
  hospitalId: string | null;
  needs: string[];
  bedType: string;
  isActive: boolean;
}

export interface SavedCard {
  id: string;
  patientId: string;
  lookupIndex: Buffer;
  status: 'active' | 'revoked';
}

export async function patientsOf(sql: Sql, associationId: string): Promise<Saved<SavedPatient>[]> {
  const found = await sql.query<Saved<SavedPatient>>(
    `select
      id,
      code,
      area_id as "areaId",
      attending_id as "attendingId",
      deputy_ids as "deputyIds",
      hospital_id as "hospitalId",
      needs,
      bed_type as "bedType",
      is_active as "isActive"
    from patient
    where association_id = $1`,
    [associationId],
  );
  return found.rows;
}

export async function savePatient(sql: Sql, associationId: string, row: Saved<SavedPatient>): Promise<void> {
  await sql.query(
    `insert into patient (id, association_id, code, area_id, attending_id, deputy_ids,
      hospital_id, needs, bed_type, is_active)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    on conflict (id) do update set
      area_id = excluded.area_id,
      attending_id = excluded.attending_id,
      deputy_ids = excluded.deputy_ids,
      hospital_id = excluded.hospital_id,
      needs = excluded.needs,
      bed_type = excluded.bed_type,
      is_active = excluded.is_active`,
    [
      ...[row.id, associationId, row.code, row.areaId, row.attendingId, row.deputyIds],
      ...[row.hospitalId, row.needs, row.bedType, row.isActive],
    ],
  );
}

/** The association's cards in use, and whoever's card has one of the wanted indexes. */
export async function cardsAmong(sql: Sql, associationId: string, wanted: readonly Buffer[]): Promise<SavedCard[]> {
  const found = await sql.query<SavedCard>(
    `select card.id, card.patient_id as "patientId", card.lookup_index as "lookupIndex", card.status
    from card
    join patient on patient.id = card.patient_id
    where (patient.association_id = $1 and card.status = 'active')
      or card.lookup_index = any($2)`,
    [associationId, wanted],
  );
  return found.rows;
}

export async function revokeCard(sql: Sql, id: string): Promise<void> {
  await sql.query(`update card set status = 'revoked' where id = $1`, [id]);
}

export async function addCard(
  sql: Sql,
  card: { id: string; patientId: string; lookupIndex: Buffer },
  at: Date,
): Promise<void> {
  await sql.query(
    `insert into card (id, patient_id, lookup_index, status, issued_at)
    values ($1, $2, $3, 'active', $4)`,
    [card.id, card.patientId, card.lookupIndex, at],
  );
}
