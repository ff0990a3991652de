/** One table of the directory like the other: read, searched by key, overwritten. Columns are named here and nowhere else. */
import type { Sql } from '../db.ts';
import type { EntryKind, PhoneOwner } from './entry.ts';

/** Field → column; the table has the kind's name unless told otherwise. */
const tables = {
  area: { table: 'area', columns: { name: 'name', spokenName: 'spoken_name' } },
  doctor: {
    table: 'doctor',
    columns: {
      ...{ name: 'name', spokenName: 'spoken_name', areaId: 'area_id' },
      ...{ facilityId: 'facility_id', isActive: 'is_active' },
    },
  },
  facility: {
    table: 'facility',
    columns: {
      ...{ name: 'name', spokenName: 'spoken_name', kind: 'kind', areaId: 'area_id' },
      ...{ phone: 'phone', fax: 'fax', isActive: 'is_active' },
    },
  },
  hospital: {
    table: 'hospital',
    columns: {
      ...{ name: 'name', spokenName: 'spoken_name', takesByDay: 'takes_by_day', nightFrom: 'night_from' },
      ...{ nightTo: 'night_to', acceptsNeeds: 'accepts_needs', isActive: 'is_active' },
    },
  },
  standby: {
    table: 'standby_person',
    columns: { name: 'name', spokenName: 'spoken_name', position: 'position', isActive: 'is_active' },
  },
} as const satisfies Record<EntryKind, { table: string; columns: Record<string, string> }>;

const ownerColumns = { doctor: 'doctor_id', hospital: 'hospital_id', standby: 'standby_id' } as const;

export interface EntryRow {
  id: string;
  code: string;
  /** Changes with the row. */
  revision: string;
  fields: Record<string, unknown>;
}

/** @param lock waits for whoever is changing it, and keeps it until the transaction ends. */
export async function entryById(
  sql: Sql,
  kind: EntryKind,
  associationId: string,
  id: string,
  { lock }: { lock: boolean },
): Promise<EntryRow | null> {
  const { table, columns } = tables[kind];
  const pairs = Object.entries(columns).map(([field, column]) => `'${field}', ${column}`);
  const found = await sql.query<EntryRow>(
    `select id, code, md5(${table}::text) as revision, json_build_object(${pairs.join(', ')}) as fields
    from ${table}
    where id = $1 and association_id = $2
    ${lock ? 'for no key update' : ''}`,
    [id, associationId],
  );
  return found.rows[0] ?? null;
}

export async function updateEntry(
  sql: Sql,
  kind: EntryKind,
  id: string,
  fields: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { table, columns } = tables[kind];
  const names = Object.keys(columns);
  const settings = names.map((field, place) => `${columns[field as keyof typeof columns]} = $${place + 2}`);
  await sql.query(`update ${table} set ${settings.join(', ')} where id = $1`, [
    id,
    ...names.map((field) => fields[field] ?? null),
  ]);
}

/** @returns false when the code is taken. @param row `pinHash` of a hospital only. */
export async function insertEntry(
  sql: Sql,
  kind: EntryKind,
  row: { id: string; associationId: string; code: string; pinHash: string | null },
  fields: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  const { table, columns } = tables[kind];
  const given: [column: string, value: unknown][] = [
    ...([
      ['id', row.id],
      ['association_id', row.associationId],
      ['code', row.code],
    ] as [string, string][]),
    ...(row.pinHash === null ? [] : ([['pin_hash', row.pinHash]] as [string, string][])),
    ...Object.entries(columns).map(([field, column]): [string, unknown] => [column, fields[field] ?? null]),
  ];
  const { rowCount } = await sql.query(
    `insert into ${table} (${given.map(([column]) => column).join(', ')})
    values (${given.map((_, place) => `$${place + 1}`).join(', ')})
    on conflict (association_id, code) do nothing`,
    given.map(([, value]) => value),
  );
  return rowCount === 1;
}

export interface ListedRow {
  id: string;
  code: string;
  name: string;
  spoken_name: string;
  is_active: boolean;
  area_id: string | null;
  /** The office of a doctor, the kind of a facility. */
  note: string | null;
  phones: { e164: string; kind: string }[];
}

export interface Listing {
  associationId: string;
  /** Part of a name, a reading or a code; empty finds everybody. */
  text: string;
  areaId: string | null;
  withInactive: boolean;
  /** The last code of the page before. */
  after: string | null;
  limit: number;
}

const parts = {
  area: { active: 'true', area: 't.id', note: 'null', phones: 'null' },
  doctor: {
    ...{ active: 't.is_active', area: 't.area_id', phones: 'doctor_id' },
    note: '(select facility.name from facility where facility.id = t.facility_id)',
  },
  facility: { active: 't.is_active', area: 't.area_id', note: 't.kind', phones: 'null' },
  hospital: { active: 't.is_active', area: 'null', note: 'null', phones: 'hospital_id' },
  standby: { active: 't.is_active', area: 'null', note: 'null', phones: 'standby_id' },
} as const;

/** By code, page after page; each table has a unique index (association, code). */
export async function listEntries(sql: Sql, kind: EntryKind, listing: Listing): Promise<ListedRow[]> {
  const { associationId, text, areaId, withInactive, after, limit } = listing;
  const found = await sql.query<ListedRow>(listText(kind), [
    ...[associationId, after ?? '', `%${text.replace(/[\\%_]/g, '\\$&')}%`, areaId, withInactive, limit],
  ]);
  return found.rows;
}

export function listText(kind: EntryKind): string {
  const { active, area, note, phones } = parts[kind];
  return `select t.id, t.code, t.name, t.spoken_name, ${active} as is_active, ${area}::text as area_id, ${note}::text as note,
      coalesce((
        select json_agg(json_build_object('e164', e164, 'kind', kind) order by position)
        from phone
        where ${phones}::text = t.id and is_active
      ), '[]') as phones
    from ${tables[kind].table} as t
    where t.association_id = $1
      and t.code > $2
      and (t.name ilike $3 or t.spoken_name ilike $3 or t.code ilike $3)
      and ($4::text is null or ${area}::text = $4)
      and ($5 or ${active})
    order by t.code
    limit $6`;
}

export async function bedTypesOfHospital(sql: Sql, hospitalId: string): Promise<{ type: string; staffed: number }[]> {
  const found = await sql.query<{ type: string; staffed: number }>(
    'select bed_type as type, staffed from hospital_bed_type where hospital_id = $1 order by bed_type',
    [hospitalId],
  );
  return found.rows;
}

export async function replaceBedTypes(
  sql: Sql,
  hospitalId: string,
  beds: readonly { type: string; staffed: number }[],
): Promise<void> {
  await sql.query('delete from hospital_bed_type where hospital_id = $1 and not (bed_type = any($2))', [
    hospitalId,
    beds.map(({ type }) => type),
  ]);
  await sql.query(
    `insert into hospital_bed_type (hospital_id, bed_type, staffed)
    select $1, type, staffed from jsonb_to_recordset($2::jsonb) as given(type text, staffed smallint)
    on conflict (hospital_id, bed_type) do update set staffed = excluded.staffed`,
    [hospitalId, JSON.stringify(beds)],
  );
}

export interface PhoneRow {
  id: string;
  e164: string;
  kind: 'mobile' | 'landline' | 'clinic' | 'desk';
  position: number;
  is_active: boolean;
}

/** Retired ones too: a number that comes back keeps its id. */
export async function phonesOfOwner(sql: Sql, owner: PhoneOwner, ownerId: string): Promise<PhoneRow[]> {
  const found = await sql.query<PhoneRow>(
    `select id, e164, kind, position, is_active
    from phone
    where ${ownerColumns[owner]} = $1
    order by is_active desc, position, id`,
    [ownerId],
  );
  return found.rows;
}

/** The order is given anew: first everybody steps out of it, so that no place is held twice. */
export async function savePhones(
  sql: Sql,
  owner: PhoneOwner,
  ownerId: string,
  phones: readonly Omit<PhoneRow, 'is_active'>[],
): Promise<void> {
  await sql.query(`update phone set is_active = false where ${ownerColumns[owner]} = $1 and is_active`, [ownerId]);
  await sql.query(
    `insert into phone (id, ${ownerColumns[owner]}, position, e164, kind, is_active)
    select id, $1, position, e164, kind, true
    from jsonb_to_recordset($2::jsonb) as given(id text, position smallint, e164 text, kind text)
    on conflict (id) do update set position = excluded.position, kind = excluded.kind, is_active = true`,
    [ownerId, JSON.stringify(phones)],
  );
}

/** Who leans on this person: patients whose attending doctor he is, and rules of the roster. */
export async function usesOf(sql: Sql, id: string): Promise<{ patients: number; duties: number }> {
  const found = await sql.query<{ patients: number; duties: number }>(
    `select
      (select count(*)::int from patient where attending_id = $1 and is_active) as patients,
      (select count(*)::int from duty_rule
        where $1 in (doctor_id, hospital_id, standby_id)
          and coalesce(on_date, valid_until, 'infinity') >= current_date) as duties`,
    [id],
  );
  return found.rows[0]!;
}

/** Areas and facilities to choose from. */
export async function directoryChoices(
  sql: Sql,
  associationId: string,
): Promise<{ areas: { id: string; name: string }[]; facilities: { id: string; name: string }[] }> {
  const [areas, facilities] = await Promise.all([
    sql.query<{ id: string; name: string }>('select id, name from area where association_id = $1 order by key', [
      associationId,
    ]),
    sql.query<{ id: string; name: string }>(
      'select id, name from facility where association_id = $1 and is_active order by code',
      [associationId],
    ),
  ]);
  return { areas: areas.rows, facilities: facilities.rows };
}

/** Both belong to this association, or are not given. */
export async function areOwn(
  sql: Sql,
  associationId: string,
  { areaId, facilityId }: { areaId: string | null; facilityId: string | null },
): Promise<boolean> {
  const found = await sql.query<{ is_own: boolean }>(
    `select
      ($2::text is null or exists (select from area where id = $2 and association_id = $1))
      and ($3::text is null or exists (select from facility where id = $3 and association_id = $1)) as is_own`,
    [associationId, areaId, facilityId],
  );
  return found.rows[0]?.is_own ?? false;
}
