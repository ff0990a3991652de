/**
 * What the import reads and writes. `…Of` gives the registered rows in the very shape the lists have them, so that the
 * two can be compared; `save…` inserts or overwrites by id; nothing here deletes what other rows may refer to.
 */
import type { Sql } from '../db.ts';

export interface SavedAssociation {
  code: string;
  name: string;
  spokenName: string;
  callerNumber: string;
  hubPhone: string | null;
  hubOpens: number;
  hubCloses: number;
}

export interface SavedArea {
  code: string;
  key: number;
  name: string;
  spokenName: string;
}

export interface SavedFacility {
  code: string;
  kind: string;
  name: string;
  spokenName: string;
  areaId: string | null;
  phone: string | null;
  fax: string | null;
  isActive: boolean;
}

export interface SavedDoctor {
  code: string;
  name: string;
  spokenName: string;
  areaId: string;
  facilityId: string | null;
  isActive: boolean;
}

export interface SavedHospital {
  code: string;
  name: string;
  spokenName: string;
  pinHash: string;
  takesByDay: boolean;
  nightFrom: number;
  nightTo: number;
  acceptsNeeds: string[];
  isActive: boolean;
}

export interface SavedBedType {
  hospitalId: string;
  bedType: string;
  staffed: number;
}

export interface SavedStandby {
  code: string;
  position: number;
  name: string;
  spokenName: string;
  isActive: boolean;
}

export type Owner = 'doctor' | 'hospital' | 'standby';

export interface SavedPhone {
  id: string;
  ownerId: string;
  position: number;
  e164: string;
  kind: string;
  isActive: boolean;
}

export type Saved<T> = T & { id: string };

/** One import of an association at a time; the lock goes with the transaction. */
export async function lockImport(sql: Sql, associationCode: string): Promise<void> {
  await sql.query(`select pg_advisory_xact_lock(hashtextextended('lists ' || $1, 0))`, [associationCode]);
}

/** Two areas may exchange their keys: the rule that a key is unique is looked at when the transaction ends. */
export async function deferAreaKeys(sql: Sql): Promise<void> {
  await sql.query('set constraints area_association_id_key_key deferred');
}

export async function associationOfCode(sql: Sql, code: string): Promise<Saved<SavedAssociation> | null> {
  const found = await sql.query<Saved<SavedAssociation>>(
    `select
      id,
      code,
      name,
      spoken_name as "spokenName",
      caller_number as "callerNumber",
      hub_phone as "hubPhone",
      hub_opens as "hubOpens",
      hub_closes as "hubCloses"
    from association
    where code = $1`,
    [code],
  );
  return found.rows[0] ?? null;
}

export async function saveAssociation(sql: Sql, row: Saved<SavedAssociation>, at: Date): Promise<void> {
  await sql.query(
    `insert into association (id, code, name, spoken_name, caller_number, hub_phone, hub_opens, hub_closes, created_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    on conflict (id) do update set
      name = excluded.name,
      spoken_name = excluded.spoken_name,
      caller_number = excluded.caller_number,
      hub_phone = excluded.hub_phone,
      hub_opens = excluded.hub_opens,
      hub_closes = excluded.hub_closes`,
    [row.id, row.code, row.name, row.spokenName, row.callerNumber, row.hubPhone, row.hubOpens, row.hubCloses, at],
  );
}

/** Dialled numbers of the association, and whose they are among `wanted`. */
export async function dialledNumbers(
  sql: Sql,
  associationId: string,
  wanted: readonly string[],
): Promise<{ e164: string; associationId: string }[]> {
  const found = await sql.query<{ e164: string; associationId: string }>(
    `select e164, association_id as "associationId"
    from dialled_number
    where association_id = $1 or e164 = any($2)
    order by e164`,
    [associationId, wanted],
  );
  return found.rows;
}

export async function addDialledNumber(sql: Sql, associationId: string, e164: string): Promise<void> {
  await sql.query('insert into dialled_number (e164, association_id) values ($1, $2)', [e164, associationId]);
}

export async function removeDialledNumber(sql: Sql, e164: string): Promise<void> {
  await sql.query('delete from dialled_number where e164 = $1', [e164]);
}

export async function areasOf(sql: Sql, associationId: string): Promise<Saved<SavedArea>[]> {
  const found = await sql.query<Saved<SavedArea>>(
    `select id, code, key, name, spoken_name as "spokenName"
    from area
    where association_id = $1`,
    [associationId],
  );
  return found.rows;
}

/** Leaves the area's plan alone: it is edited elsewhere. */
export async function saveArea(sql: Sql, associationId: string, row: Saved<SavedArea>): Promise<void> {
  await sql.query(
    `insert into area (id, association_id, code, key, name, spoken_name)
    values ($1, $2, $3, $4, $5, $6)
    on conflict (id) do update set
      key = excluded.key,
      name = excluded.name,
      spoken_name = excluded.spoken_name`,
    [row.id, associationId, row.code, row.key, row.name, row.spokenName],
  );
}

export async function facilitiesOf(sql: Sql, associationId: string): Promise<Saved<SavedFacility>[]> {
  const found = await sql.query<Saved<SavedFacility>>(
    `select
      id,
      code,
      kind,
      name,
      spoken_name as "spokenName",
      area_id as "areaId",
      phone,
      fax,
      is_active as "isActive"
    from facility
    where association_id = $1`,
    [associationId],
  );
  return found.rows;
}

export async function saveFacility(sql: Sql, associationId: string, row: Saved<SavedFacility>): Promise<void> {
  await sql.query(
    `insert into facility (id, association_id, code, kind, name, spoken_name, area_id, phone, fax, is_active)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    on conflict (id) do update set
      kind = excluded.kind,
      name = excluded.name,
      spoken_name = excluded.spoken_name,
      area_id = excluded.area_id,
      phone = excluded.phone,
      fax = excluded.fax,
      is_active = excluded.is_active`,
    [
      ...[row.id, associationId, row.code, row.kind, row.name, row.spokenName],
      ...[row.areaId, row.phone, row.fax, row.isActive],
    ],
  );
}

export async function doctorsOf(sql: Sql, associationId: string): Promise<Saved<SavedDoctor>[]> {
  const found = await sql.query<Saved<SavedDoctor>>(
    `select
      id,
      code,
      name,
      spoken_name as "spokenName",
      area_id as "areaId",
      facility_id as "facilityId",
      is_active as "isActive"
    from doctor
    where association_id = $1`,
    [associationId],
  );
  return found.rows;
}

export async function saveDoctor(sql: Sql, associationId: string, row: Saved<SavedDoctor>): Promise<void> {
  await sql.query(
    `insert into doctor (id, association_id, code, name, spoken_name, area_id, facility_id, is_active)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    on conflict (id) do update set
      name = excluded.name,
      spoken_name = excluded.spoken_name,
      area_id = excluded.area_id,
      facility_id = excluded.facility_id,
      is_active = excluded.is_active`,
    [row.id, associationId, row.code, row.name, row.spokenName, row.areaId, row.facilityId, row.isActive],
  );
}

export async function hospitalsOf(sql: Sql, associationId: string): Promise<Saved<SavedHospital>[]> {
  const found = await sql.query<Saved<SavedHospital>>(
    `select
      id,
      code,
      name,
      spoken_name as "spokenName",
      pin_hash as "pinHash",
      takes_by_day as "takesByDay",
      night_from as "nightFrom",
      night_to as "nightTo",
      accepts_needs as "acceptsNeeds",
      is_active as "isActive"
    from hospital
    where association_id = $1`,
    [associationId],
  );
  return found.rows;
}

export async function saveHospital(sql: Sql, associationId: string, row: Saved<SavedHospital>): Promise<void> {
  await sql.query(
    `insert into hospital (id, association_id, code, name, spoken_name, pin_hash,
      takes_by_day, night_from, night_to, accepts_needs, is_active)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    on conflict (id) do update set
      name = excluded.name,
      spoken_name = excluded.spoken_name,
      pin_hash = excluded.pin_hash,
      takes_by_day = excluded.takes_by_day,
      night_from = excluded.night_from,
      night_to = excluded.night_to,
      accepts_needs = excluded.accepts_needs,
      is_active = excluded.is_active`,
    [
      ...[row.id, associationId, row.code, row.name, row.spokenName, row.pinHash],
      ...[row.takesByDay, row.nightFrom, row.nightTo, row.acceptsNeeds, row.isActive],
    ],
  );
}

export async function bedTypesOf(sql: Sql, associationId: string): Promise<SavedBedType[]> {
  const found = await sql.query<SavedBedType>(
    `select
      hospital_bed_type.hospital_id as "hospitalId",
      hospital_bed_type.bed_type as "bedType",
      hospital_bed_type.staffed
    from hospital_bed_type
    join hospital on hospital.id = hospital_bed_type.hospital_id
    where hospital.association_id = $1`,
    [associationId],
  );
  return found.rows;
}

export async function saveBedType(sql: Sql, row: SavedBedType): Promise<void> {
  await sql.query(
    `insert into hospital_bed_type (hospital_id, bed_type, staffed)
    values ($1, $2, $3)
    on conflict (hospital_id, bed_type) do update set staffed = excluded.staffed`,
    [row.hospitalId, row.bedType, row.staffed],
  );
}

export async function standbyOf(sql: Sql, associationId: string): Promise<Saved<SavedStandby>[]> {
  const found = await sql.query<Saved<SavedStandby>>(
    `select id, code, position, name, spoken_name as "spokenName", is_active as "isActive"
    from standby_person
    where association_id = $1`,
    [associationId],
  );
  return found.rows;
}

export async function saveStandby(sql: Sql, associationId: string, row: Saved<SavedStandby>): Promise<void> {
  await sql.query(
    `insert into standby_person (id, association_id, code, position, name, spoken_name, is_active)
    values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (id) do update set
      position = excluded.position,
      name = excluded.name,
      spoken_name = excluded.spoken_name,
      is_active = excluded.is_active`,
    [row.id, associationId, row.code, row.position, row.name, row.spokenName, row.isActive],
  );
}

const ownerColumns = { doctor: 'doctor_id', hospital: 'hospital_id', standby: 'standby_id' } as const;

/** Every phone of these doctors, hospitals or standby persons, in order, retired ones last. */
export async function phonesOf(sql: Sql, owner: Owner, ownerIds: readonly string[]): Promise<SavedPhone[]> {
  const found = await sql.query<SavedPhone>(
    `select id, ${ownerColumns[owner]} as "ownerId", position, e164, kind, is_active as "isActive"
    from phone
    where ${ownerColumns[owner]} = any($1)
    order by ${ownerColumns[owner]}, is_active desc, position, id`,
    [ownerIds],
  );
  return found.rows;
}

/** A retired phone keeps its id, which legs refer to, and gives up its place in the order. */
export async function retirePhones(sql: Sql, ids: readonly string[]): Promise<void> {
  await sql.query('update phone set is_active = false where id = any($1)', [ids]);
}

export async function savePhone(sql: Sql, owner: Owner, row: SavedPhone): Promise<void> {
  await sql.query(
    `insert into phone (id, ${ownerColumns[owner]}, position, e164, kind, is_active)
    values ($1, $2, $3, $4, $5, $6)
    on conflict (id) do update set
      position = excluded.position,
      kind = excluded.kind,
      is_active = excluded.is_active`,
    [row.id, row.ownerId, row.position, row.e164, row.kind, row.isActive],
  );
}
