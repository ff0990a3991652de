/** What the demonstration reads of the system's database, to tell and to check what really happened. It writes nothing. */
import type { Sql } from '../../db.ts';
import type { Fact } from '../../escalations/urgent-call.ts';

/** @throws when there is none. */
export async function idOf(
  sql: Sql,
  table: 'association' | 'doctor' | 'hospital' | 'patient',
  code: string,
): Promise<string> {
  const found = await sql.query<{ id: string }>(`select id from ${table} where code = $1`, [code]);
  const id = found.rows[0]?.id;
  if (!id) throw new Error(`the database has no ${table} with code ${code}`);
  return id;
}

export interface Entry {
  seq: number;
  at: Date;
  fact: Fact;
}

/** The audit log of all urgent calls after `seen` entries, oldest first; refusals (late or doubled events) left out. */
export async function entriesAfter(sql: Sql, seen: number): Promise<{ entries: Entry[]; seen: number }> {
  const found = await sql.query<{ id: number; seq: number; at: Date; kind: string; data: Fact }>(
    `select id, seq, at, kind, data
    from audit_entry
    where id > $1 and chain_id like 'uc\\_%'
    order by id`,
    [seen],
  );
  const entries = found.rows
    .filter((row) => row.kind !== 'refused')
    .map(({ seq, at, data }) => ({ seq, at, fact: data }));
  return { entries, seen: found.rows.at(-1)?.id ?? seen };
}

/** What a hospital last said of its beds; null when it never did. */
export async function freeBeds(sql: Sql, hospitalId: string, bedType: string): Promise<number | null> {
  const found = await sql.query<{ free_count: number }>(
    'select free_count from bed_offer where hospital_id = $1 and bed_type = $2',
    [hospitalId, bedType],
  );
  return found.rows[0]?.free_count ?? null;
}

/** How many urgent calls there are, and how many of them are closed with the outcome `bed`. */
export async function endedCalls(sql: Sql): Promise<{ all: number; closed: number }> {
  const found = await sql.query<{ all: number; closed: number }>(
    `select count(*) as all, count(*) filter (where status = 'closed' and state ->> 'outcome' = 'bed') as closed
    from urgent_call`,
  );
  return found.rows[0] ?? { all: 0, closed: 0 };
}

export interface FaxDoctor {
  id: string;
  name: string;
  phone: string;
  /** His first confirmed fax machine. */
  fax: string;
}

/** @throws when the example's doctor has no confirmed machine. */
export async function doctorWithFax(sql: Sql, code: string): Promise<FaxDoctor> {
  const found = await sql.query<FaxDoctor>(
    `select doctor.id, doctor.name, phone.e164 as phone, fax_destination.e164 as fax
    from doctor
    join phone on phone.doctor_id = doctor.id and phone.is_active
    join fax_destination on fax_destination.doctor_id = doctor.id and fax_destination.status = 'confirmed'
    where doctor.code = $1
    order by phone.position, fax_destination.position
    limit 1`,
    [code],
  );
  const doctor = found.rows[0];
  if (!doctor) throw new Error(`the example's doctor ${code} has no confirmed fax machine`);
  return doctor;
}

/** The number that is faxed to reach us. */
export async function ourFaxNumber(sql: Sql): Promise<string> {
  const found = await sql.query<{ e164: string }>('select e164 from inbound_fax_number limit 1');
  const number = found.rows[0]?.e164;
  if (!number) throw new Error('the association has no fax number');
  return number;
}
