/** The town of the bench: enough doctors for 50 cases at once, ten hospitals with few beds, thousands of patients. */
import type pg from 'pg';
import type { CardDeriver } from '../../src/lib/card.ts';
import { withCardCheckDigits, withMemberCheckDigit } from '../../src/lib/check-digits.ts';
import { type IdPrefix, randomIds } from '../../src/lib/ids.ts';

export interface BenchTown {
  associationId: string;
  number: string;
  doctors: { id: string; phones: string[] }[];
  hospitals: { id: string; phone: string; beds: number }[];
  standby: string;
  /** With cards that can be keyed; patient p's attending is doctor p modulo the number of doctors. */
  patients: { id: string; areaId: string; card: string; index: Buffer }[];
  areaIds: string[];
}

export interface TownSize {
  doctors: number;
  /** Patients whose cards are keyed. */
  cards: number;
  /** Further patients whose cards carry random look-up indexes. */
  fillers: number;
  bedsPerHospital: number;
}

const hospitals = 10;
const dutyPerArea = 4;
const night = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const number = '+815030000001';

/** Fills an empty, migrated database, and leaves it analysed. `derive` makes the cards' look-up indexes. */
export async function buildBenchTown(
  db: pg.Pool,
  size: TownSize,
  derive: CardDeriver['lookupIndex'],
  at: Date,
): Promise<BenchTown> {
  const associationId = next('as');
  await db.query(
    `insert into association (id, code, name, spoken_name, caller_number, hub_phone, created_at)
    values ($1, 'bench', '試験市医師会', '試験市医師会', $2, '+81453000000', $3)`,
    [associationId, number, at],
  );
  await db.query('insert into dialled_number (e164, association_id) values ($1, $2)', [number, associationId]);
  const areaIds = await addAreas(db, associationId);
  const town: BenchTown = {
    ...{ associationId, number, areaIds },
    doctors: await addDoctors(db, associationId, areaIds, size.doctors),
    hospitals: await addHospitals(db, associationId, size.bedsPerHospital, at),
    standby: await addStandby(db, associationId),
    patients: await Promise.all(cardNumbers(size.cards).map((card, p) => patientOf(card, p, areaIds, derive))),
  };
  await addDuties(db, town);
  await addPatients(db, town, at);
  await addFillers(db, town, size.fillers, at);
  await db.query('vacuum analyze');
  return town;
}

const next = (prefix: IdPrefix): string => randomIds.next(prefix);
const rows = (list: readonly object[]): string => JSON.stringify(list);

async function addAreas(db: pg.Pool, associationId: string): Promise<string[]> {
  const areas = ['藤棚', '浅間台', '戸部本町', '宮崎'].map((name, index) => ({ id: next('ar'), key: index + 1, name }));
  await db.query(
    `insert into area (id, association_id, code, key, name, spoken_name)
    select id, $1, 'A' || key, key, name, name from jsonb_to_recordset($2::jsonb) as a(id text, key int, name text)`,
    [associationId, rows(areas)],
  );
  return areas.map((area) => area.id);
}

/** Every fourth doctor has a second telephone; every sixth shares a land line with the doctor before. */
async function addDoctors(
  db: pg.Pool,
  associationId: string,
  areaIds: readonly string[],
  count: number,
): Promise<BenchTown['doctors']> {
  const doctors = Array.from({ length: count }, (_, d) => {
    const phones = [e164('8190100', d)];
    if (d % 4 === 0) phones.push(e164('8190200', d));
    if (d % 6 === 4 || d % 6 === 5) phones.push(e164('8145300', d - (d % 6 === 5 ? 1 : 0)));
    const code = withMemberCheckDigit(String(10_000 + d));
    return { id: next('dr'), code, name: `医師${d + 1}`, area: areaIds[d % areaIds.length], phones };
  });
  await db.query(
    `insert into doctor (id, association_id, code, name, spoken_name, area_id)
    select id, $1, code, name, name, area from jsonb_to_recordset($2::jsonb) as d(id text, code text, name text, area text)`,
    [associationId, rows(doctors)],
  );
  await addPhones(db, 'doctor_id', doctors);
  return doctors;
}

async function addPhones(
  db: pg.Pool,
  column: string,
  owners: readonly { id: string; phones: string[] }[],
): Promise<void> {
  const phones = owners.flatMap((owner) =>
    owner.phones.map((e164, index) => ({ id: next('ph'), owner: owner.id, position: index + 1, e164 })),
  );
  await db.query(
    `insert into phone (id, ${column}, position, e164, kind)
    select id, owner, position, e164, 'mobile'
    from jsonb_to_recordset($1::jsonb) as p(id text, owner text, position int, e164 text)`,
    [rows(phones)],
  );
}

async function addHospitals(
  db: pg.Pool,
  associationId: string,
  beds: number,
  at: Date,
): Promise<BenchTown['hospitals']> {
  const list = Array.from({ length: hospitals }, (_, h) => {
    const phone = e164('8145400', h);
    return { id: next('ho'), code: String(100 + h), name: `病院${h + 1}`, phone, phones: [phone], beds };
  });
  await db.query(
    `insert into hospital (id, association_id, code, name, spoken_name, pin_hash, takes_by_day)
    select id, $1, code, name, name, '-', true from jsonb_to_recordset($2::jsonb) as h(id text, code text, name text)`,
    [associationId, rows(list)],
  );
  await db.query(
    `insert into hospital_bed_type (hospital_id, bed_type, staffed)
    select id, 'general', 20 from hospital where association_id = $1`,
    [associationId],
  );
  await db.query(
    `insert into bed_offer (hospital_id, bed_type, free_count, acceptance, as_of, source)
    select id, 'general', $2, 'open', $3, 'phone' from hospital where association_id = $1`,
    [associationId, beds, at],
  );
  await addPhones(db, 'hospital_id', list);
  return list;
}

async function addStandby(db: pg.Pool, associationId: string): Promise<string> {
  const person = { id: next('sb'), phones: [e164('8190900', 1)] };
  await db.query(
    `insert into standby_person (id, association_id, code, position, name, spoken_name)
    values ($1, $2, 'S1', 1, '担当', '担当')`,
    [person.id, associationId],
  );
  await addPhones(db, 'standby_id', [person]);
  return person.phones[0]!;
}

async function addDuties(
  db: pg.Pool,
  { associationId, areaIds, doctors, hospitals, ...town }: BenchTown,
): Promise<void> {
  const duty = (kind: string, area: string | null, subject: string, position: number) => ({
    ...{ id: next('rr'), kind, area, position },
    ...{ doctor: kind === 'doctor' ? subject : null, hospital: kind === 'hospital' ? subject : null },
  });
  const list = [
    ...areaIds.flatMap((area, a) =>
      Array.from({ length: dutyPerArea }, (_, n) => duty('doctor', area, doctors.at(-1 - a - 4 * n)!.id, n + 1)),
    ),
    ...hospitals.slice(0, 9).map((hospital, h) => duty('hospital', null, hospital.id, h + 1)),
  ];
  await db.query(
    `insert into duty_rule
      (id, association_id, kind, area_id, doctor_id, hospital_id, position, days, from_minute, to_minute)
    select id, $1, kind, area, doctor, hospital, position, $3, 0, 1440
    from jsonb_to_recordset($2::jsonb) as d(id text, kind text, area text, doctor text, hospital text, position int)`,
    [associationId, rows(list), night],
  );
  void town;
}

async function patientOf(
  card: string,
  p: number,
  areaIds: readonly string[],
  derive: CardDeriver['lookupIndex'],
): Promise<BenchTown['patients'][number]> {
  return { id: next('pt'), areaId: areaIds[p % areaIds.length]!, card, index: await derive(card) };
}

async function addPatients(db: pg.Pool, town: BenchTown, at: Date): Promise<void> {
  const { associationId, doctors, patients } = town;
  const list = patients.map(({ id, areaId, index }, p) => {
    const doctor = (offset: number): string => doctors[(p + offset) % doctors.length]!.id;
    // Deputies far from the attending: with rising patients they are seldom busy with the neighbours' cases.
    const deputies = [doctor(Math.floor(doctors.length / 2)), doctor(Math.floor(doctors.length / 3))];
    return { id, p, areaId, attending: doctor(0), deputies, card: next('cd'), index: index.toString('hex') };
  });
  await db.query(
    `with given as (
      select * from jsonb_to_recordset($2::jsonb) as g(
        id text, p int, "areaId" text, attending text, deputies text[], card text, index text)
    ), added as (
      insert into patient (id, association_id, code, area_id, attending_id, deputy_ids)
      select id, $1, 'P' || p, "areaId", attending, deputies from given
      returning id
    )
    insert into card (id, patient_id, lookup_index, status, issued_at)
    select given.card, added.id, decode(given.index, 'hex'), 'active', $3 from added join given using (id)`,
    [associationId, rows(list), at],
  );
}

/** Patients nobody asks for. Foreign keys are not checked row by row: every value comes from the rows above. */
async function addFillers(db: pg.Pool, town: BenchTown, count: number, at: Date): Promise<void> {
  const client = await db.connect();
  try {
    await client.query(`set statement_timeout = 0; set session_replication_role = replica`);
    await client.query(
      `insert into patient (id, association_id, code, area_id, attending_id)
      select 'pt_' || left(md5('patient' || n), 26), $1, 'F' || n, ($2::text[])[1 + n % 4], $3
      from generate_series(1, $4::int) as n`,
      [town.associationId, town.areaIds, town.doctors[0]!.id, count],
    );
    await client.query(
      `insert into card (id, patient_id, lookup_index, status, issued_at)
      select 'cd_' || left(md5('card' || n), 26), 'pt_' || left(md5('patient' || n), 26),
        decode(md5(random()::text) || md5(random()::text), 'hex'), 'active', $1
      from generate_series(1, $2::int) as n`,
      [at, count],
    );
  } finally {
    client.release(true); // the settings above are nobody else's
  }
}

function cardNumbers(count: number): string[] {
  const cards: string[] = [];
  for (let payload = 5_000_000_000; cards.length < count; payload += 7919) {
    const card = withCardCheckDigits(String(payload));
    if (card) cards.push(card);
  }
  return cards;
}

const e164 = (prefix: string, n: number): string => `+${prefix}${String(n).padStart(12 - prefix.length, '0')}`;
