/** A hub of a large association for the console's bench: the example ward with a hundred thousand patients, staff with sessions. */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type pg from 'pg';
import { inTransaction } from '../../src/db.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { randomIds } from '../../src/lib/ids.ts';
import { importFolder } from '../../src/lists/actions.ts';
import { enrolPatient } from '../../src/patients/actions.ts';
import { sealNameLine } from '../../src/patients/name-line.ts';
import { tokensOf } from '../../src/patients/search-tokens.ts';
import { sealedContentShape } from '../../src/records/record.ts';
import { tokenHash } from '../../src/staff/context.ts';
import { openHubVault } from '../../src/vault/keys.ts';
import { minimumDraft } from '../support/drafts.ts';
import { openCases } from '../support/open-cases.ts';
import type { Stage } from './system.ts';

export interface Hub {
  db: pg.Pool;
  associationId: string;
  areaIds: string[];
  hospitalId: string;
  doctorId: string;
  /** Enrolled with whole records. */
  patientIds: string[];
  /** Urgent calls that stay open. */
  caseIds: string[];
  /** Of nurses and administrators, one for each user. */
  cookies: { nurse: string[]; administrator: string[] };
  /** Kana of patients, to be searched for. */
  names: string[];
  searchKey: Buffer;
}

const families =
  '佐藤 サトウ,鈴木 スズキ,高橋 タカハシ,田中 タナカ,伊藤 イトウ,渡辺 ワタナベ,山本 ヤマモト,中村 ナカムラ,小林 コバヤシ,加藤 カトウ,吉田 ヨシダ,山田 ヤマダ,佐々木 ササキ,松本 マツモト,井上 イノウエ,木村 キムラ,清水 シミズ,山崎 ヤマザキ,池田 イケダ,橋本 ハシモト'.split(
    ',',
  );
const givens =
  '清 キヨシ,実 ミノル,茂 シゲル,正 タダシ,勝 マサル,弘 ヒロシ,昇 ノボル,進 ススム,勇 イサム,博 ヒロシ,和子 カズコ,幸子 サチコ,節子 セツコ,洋子 ヨウコ,京子 キョウコ,千代子 チヨコ,久子 ヒサコ,文子 フミコ,房子 フサコ,光子 ミツコ'.split(
    ',',
  );
const enrolledWhole = 4;
const openCasesCount = 12;

export async function fillHub(stage: Stage, patients: number, users: number): Promise<Hub> {
  const { db } = stage;
  const deps = { db, clock: systemClock, ids: randomIds, random: randomBytes, pinCostLog2: 4 };
  const folder = path.resolve(import.meta.dirname, '../../config/examples/nishi');
  const report = await importFolder({ ...deps, deriveLookupIndex: async () => randomBytes(32) }, folder);
  if (report.status === 'refused') throw new Error('the lists of the example are refused');
  const associationId = report.association.id;
  const idsOf = async (table: string): Promise<string[]> =>
    (
      await db.query<{ id: string }>(`select id from ${table} where association_id = $1 order by code`, [associationId])
    ).rows.map(({ id }) => id);
  const searchKey = randomBytes(32);
  const areaIds = await idsOf('area');
  const names = await addPatients(db, { associationId, areaIds, searchKey, count: patients });
  const patientIds = await enrolSome(stage, associationId, searchKey);
  const caseIds = await openCases(db, associationId, areaIds, openCasesCount);
  await db.query('analyze');
  return {
    ...{ db, associationId, areaIds, names, searchKey, patientIds, caseIds },
    hospitalId: (await idsOf('hospital'))[0]!,
    doctorId: (await idsOf('doctor'))[0]!,
    cookies: {
      nurse: await signIn(db, associationId, 'nurse', users),
      administrator: await signIn(db, associationId, 'administrator', users),
    },
  };
}

interface Crowd {
  associationId: string;
  areaIds: readonly string[];
  searchKey: Buffer;
  count: number;
}

/** Rows, name lines and search tokens as an enrolment writes them; the sealed records themselves nobody of the crowd has. */
async function addPatients(db: pg.Pool, { associationId, areaIds, searchKey, count }: Crowd): Promise<string[]> {
  const key = { bytes: searchKey, associationId };
  const base = sealedContentShape.parse({ schema: 1, ...minimumDraft() });
  const names: string[] = [];
  const client = await db.connect();
  try {
    await client.query('set statement_timeout = 0; set session_replication_role = replica');
    for (let from = 0; from < count; from += atOnce) {
      const part = Array.from({ length: Math.min(atOnce, count - from) }, (_, offset) => personOf(base, from + offset));
      if (names.length < 2000) names.push(...part.slice(0, 200).map(({ kana }) => kana));
      const ids = part.map(({ id }) => id);
      await client.query(
        `insert into patient (id, association_id, code, area_id)
        select id, $1, code, area_id from unnest($2::text[], $3::text[], $4::text[]) as made (id, code, area_id)`,
        [associationId, ids, part.map(({ code }) => code), part.map((_, index) => areaIds[index % areaIds.length])],
      );
      const lines = part.map(({ id, line }) => sealNameLine(key, id, line, randomBytes));
      await client.query(
        `insert into patient_name_line (patient_id, association_id, sealed)
        select id, $1, sealed from unnest($2::text[], $3::bytea[]) as made (id, sealed)`,
        [associationId, ids, lines],
      );
      const tokens = part.flatMap(({ id, code, content }) =>
        tokensOf(key, content).map((token) => ({ id, code, ...token })),
      );
      await client.query(
        `insert into search_token (association_id, kind, token, patient_id, code)
        select $1, kind, token, id, code
        from unnest($2::text[], $3::bytea[], $4::text[], $5::text[]) as made (kind, token, id, code)
        on conflict do nothing`,
        [
          ...[associationId, tokens.map(({ kind }) => kind), tokens.map(({ token }) => token)],
          ...[tokens.map(({ id }) => id), tokens.map(({ code }) => code)],
        ],
      );
    }
  } finally {
    client.release(true); // the settings above are nobody else's
  }
  return names;
}

const atOnce = 5000;

function personOf(base: ReturnType<typeof sealedContentShape.parse>, index: number) {
  const [family = '', familyKana = ''] = families[index % families.length]!.split(' ');
  const [given = '', givenKana = ''] = givens[Math.floor(index / families.length) % givens.length]!.split(' ');
  const birth = new Date(Date.UTC(1920, 0, 1 + ((index * 7) % 18_000))).toISOString().slice(0, 10);
  const registration = {
    ...base.registration,
    nameKana: { family: familyKana, given: givenKana },
    birth,
    tel: [{ ...base.registration.tel[0]!, e164: `+8145${1_000_000 + index}` }],
  };
  const content = { ...base, registration } as typeof base;
  const kana = `${familyKana} ${givenKana}`;
  const line = { name: `${family}　${given}`, kana, birth };
  return { id: randomIds.next('pt'), code: `X${String(index).padStart(6, '0')}`, kana, line, content };
}

async function enrolSome(stage: Stage, associationId: string, searchKey: Buffer): Promise<string[]> {
  const parts = { db: stage.db, clock: systemClock, ids: randomIds, random: randomBytes };
  const secrets = { keyFiles: null, passphraseFile: null, searchKey };
  const vault = openHubVault({ vault: { hubCertificate: null }, dataFolder: stage.folder }, secrets, parts);
  const enrolled: string[] = [];
  for (let turn = 0; turn < enrolledWhole; turn++) {
    const draft = minimumDraft();
    draft.registration.nameKana = `カモメ ${givens[turn]!.split(' ')[1]}`;
    const enrolment = { associationId, by: 'op_bench', cause: 'bench', isFinished: true, draft };
    const written = await inTransaction(stage.db, (tx) => enrolPatient(tx, { ...vault, searchKey }, enrolment));
    if (written.status === 'refused') throw new Error(`a patient is refused: ${JSON.stringify(written.findings)}`);
    enrolled.push(written.patientId);
  }
  return enrolled;
}

/** Accounts with a session each, as a sign-in leaves them. @returns the cookies' values. */
async function signIn(db: pg.Pool, associationId: string, role: string, users: number): Promise<string[]> {
  const people = Array.from({ length: users }, () => ({
    ...{ staff: randomIds.next('op'), session: randomIds.next('se'), token: randomBytes(32).toString('base64url') },
  }));
  await db.query(
    `insert into staff (id, association_id, name, role, created_at)
    select id, $1, '測定', $2, now() from unnest($3::text[]) as id`,
    [associationId, role, people.map(({ staff }) => staff)],
  );
  await db.query(
    `insert into staff_session
      (id, token_hash, kind, association_id, staff_id, label, method, signed_in_at, proved_at, seen_at, expires_at)
    select id, token, 'person', $1, staff, 'bench', 'passkey', now(), now(), now(), now() + interval '12 hours'
    from unnest($2::text[], $3::bytea[], $4::text[]) as made (id, token, staff)`,
    [
      associationId,
      people.map(({ session }) => session),
      people.map(({ token }) => tokenHash(token)),
      people.map(({ staff }) => staff),
    ],
  );
  return people.map(({ token }) => token);
}
