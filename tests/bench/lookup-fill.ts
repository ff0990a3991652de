/**
 * A town of any size, filled set-wise: rows by `insert … select generate_series`, indexes rebuilt once at the end. Names are spread as names
 * are (a few frequent, many rare), each token is what the product's own key makes of it; only a patient's own telephone, which nobody asks
 * for, has random bytes in its token's place. One patient in twelve has lost a card before; one in ten has been in an urgent call.
 */
import type pg from 'pg';
import type { SearchKey } from '../../src/patients/search-tokens.ts';
import {
  births,
  birthTokens,
  families,
  givens,
  type NumberedToken,
  nameTokens,
  phoneEndTokens,
} from './lookup-names.ts';
import type { BenchTown } from './town.ts';

export interface Crowd {
  patients: number;
  /** How many of them have search tokens, from the first on: by far the largest part of a database. */
  withTokens: number;
}

export interface Filled extends Crowd {
  seconds: number;
  /** Rows and bytes with indexes, of each table. */
  tables: Record<string, { rows: number; bytes: number }>;
}

/** The tables that grow with the patients. */
export const growing = ['patient', 'card', 'caller_line', 'urgent_call', 'search_token'] as const;

/** @param town already there; the crowd is added to it. Leaves everything analysed. */
export async function fillCrowd(db: pg.Pool, town: BenchTown, key: SearchKey, crowd: Crowd): Promise<Filled> {
  const began = performance.now();
  const client = await db.connect();
  try {
    await client.query('set statement_timeout = 0; set idle_in_transaction_session_timeout = 0');
    await client.query(`set maintenance_work_mem = '1GB'; set session_replication_role = replica`);
    await client.query('begin');
    // Kept out of the indexes until these are built anew below, once, in order.
    await client.query(
      `update pg_index set indisready = false, indisvalid = false where indrelid::regclass::text = any($1)`,
      [growing],
    );
    await addPeople(client, town, crowd);
    await addCalls(client, town, crowd.patients);
    await addTokens(client, key, crowd.withTokens);
    for (const table of growing) await client.query(`reindex table ${table}`);
    await client.query('commit');
    await client.query(`vacuum (analyze) ${growing.join(', ')}`);
  } finally {
    client.release(true); // the settings above are nobody else's
  }
  return { ...crowd, seconds: Math.round((performance.now() - began) / 1000), tables: await sizesOf(db) };
}

async function keepTokens(client: pg.PoolClient, name: string, tokens: Iterable<NumberedToken>): Promise<void> {
  await client.query(`create temp table ${name} (number integer, kind text, token bytea) on commit drop`);
  let batch: NumberedToken[] = [];
  const save = async (): Promise<void> => {
    await client.query(`insert into ${name} select * from unnest($1::integer[], $2::text[], $3::bytea[])`, [
      ...[batch.map(({ number }) => number), batch.map(({ kind }) => kind), batch.map(({ token }) => token)],
    ]);
    batch = [];
  };
  for (const token of tokens) if (batch.push(token) >= 20_000) await save();
  if (batch.length > 0) await save();
  await client.query(`analyze ${name}`);
}

/** From 0 to 1, the same for the same n and salt. */
const chance = (salt: number): string => `((hashint8extended(n, ${salt}) & 2147483647) / 2147483648.0)`;

/** By n, so that any of the crowd can be asked for without having been listed. */
export const crowdIds = {
  patient: (n: number | string): string => `'pt_' || left(md5('patient' || ${n}), 26)`,
  card: (n: number | string): string => `'cd_' || left(md5('card' || ${n}), 26)`,
} as const;

async function addPeople(client: pg.PoolClient, town: BenchTown, { patients }: Crowd): Promise<void> {
  const { associationId, areaIds, doctors } = town;
  const attending = `($3::text[])[1 + (${chance(2)} * $4)::integer % $4]`;
  await client.query(
    `insert into patient (id, association_id, code, area_id, attending_id, deputy_ids)
    select ${crowdIds.patient('n')}, $1, 'P' || lpad(n::text, 8, '0'), ($2::text[])[1 + (power(${chance(1)}, 1.5) * $5)::integer % $5],
      ${attending}, array[($3::text[])[1 + (${chance(3)} * $4)::integer % $4]]
    from generate_series(1, $6::bigint) as n`,
    [associationId, areaIds, doctors.map(({ id }) => id), doctors.length, areaIds.length, patients],
  );
  const token = `decode(md5('search' || n || card.status), 'hex')`;
  await client.query(
    `insert into card (id, patient_id, lookup_index, status, issued_at, search_token)
    select case card.status when 'active' then ${crowdIds.card('n')} else 'cd_' || left(md5('lost' || n), 26) end,
      ${crowdIds.patient('n')}, sha256(convert_to('card' || n || card.status, 'UTF8')), card.status, now(), ${token}
    from generate_series(1, $1::bigint) as n
    cross join (values ('active'), ('revoked')) as card (status)
    where card.status = 'active' or n % 12 = 0`,
    [patients],
  );
}

/** Calls of past years, all closed, each from a telephone of its own. */
async function addCalls(client: pg.PoolClient, { associationId, areaIds }: BenchTown, patients: number): Promise<void> {
  const at = `now() - (${chance(4)} * 1500) * interval '1 day'`;
  await client.query(
    `insert into caller_line (id, association_id, e164, created_at)
    select 'cl_' || left(md5('line' || n), 26), $1, '+8190' || lpad(n::text, 8, '0'), ${at}
    from generate_series(1, $2::bigint) as n`,
    [associationId, Math.ceil(patients / 10)],
  );
  await client.query(
    `insert into urgent_call
      (id, association_id, kind, patient_id, area_id, caller_line_id, status, state, opened_at, audit_seq, audit_hash)
    select 'ca_' || left(md5('case' || n), 26), $1, 'patient', ${crowdIds.patient('n')}, $2,
      'cl_' || left(md5('line' || n), 26), 'closed', '{"outcome": "visiting"}', ${at}, 1, sha256('')
    from generate_series(1, $3::bigint) as n`,
    [associationId, areaIds[0], Math.ceil(patients / 10)],
  );
}

/** A name is drawn by its frequency: of some 300 families the first has about two of a hundred, the last ten one in a thousand. */
async function addTokens(client: pg.PoolClient, key: SearchKey, count: number): Promise<void> {
  await client.query(
    `create temp table crowd on commit drop as
    select n, ${crowdIds.patient('n')} as id, 'P' || lpad(n::text, 8, '0') as code,
      least(${families.length} - 1, floor(power(${chance(5)}, 1.5) * ${families.length}))::integer * ${givens.length}
        + floor(${chance(6)} * ${givens.length})::integer as name,
      floor(${chance(7)} * ${births.days})::integer as birth,
      floor(${chance(8)} * 10000)::integer as end_of_phone, floor(${chance(9)} * 10000)::integer as end_of_family
    from generate_series(1, $1::bigint) as n`,
    [count],
  );
  await client.query('analyze crowd');
  const names = await client.query<{ name: number }>('select distinct name from crowd');
  await keepTokens(
    client,
    'name_token',
    nameTokens(
      key,
      names.rows.map(({ name }) => name),
    ),
  );
  await keepTokens(client, 'birth_token', birthTokens(key));
  await keepTokens(client, 'end_token', phoneEndTokens(key));
  const tokens = (table: string, number: string): string =>
    `select $1, ${table}.kind, ${table}.token, crowd.id, crowd.code from crowd join ${table} on ${table}.number = crowd.${number}`;
  await client.query(
    `insert into search_token (association_id, kind, token, patient_id, code)
    ${tokens('name_token', 'name')}
    union all ${tokens('birth_token', 'birth')}
    union all ${tokens('end_token', 'end_of_phone')}
    union all ${tokens('end_token', 'end_of_family')} where end_of_family <> end_of_phone
    union all select $1, 'phone', decode(md5('phone' || n || owner), 'hex'), id, code
      from crowd cross join (values ('own'), ('family')) as phone (owner)`,
    [key.associationId],
  );
}

async function sizesOf(db: pg.Pool): Promise<Filled['tables']> {
  const { rows } = await db.query<{ name: string; rows: number; bytes: number }>(
    `select relname as name, reltuples::bigint as rows, pg_total_relation_size(oid) as bytes
    from pg_class
    where relname = any($1) and relkind = 'r'`,
    [growing],
  );
  return Object.fromEntries(rows.map(({ name, ...size }) => [name, size]));
}
