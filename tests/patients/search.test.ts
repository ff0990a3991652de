import { expect } from 'chai';
import { searchPatients } from '../../src/patients/actions.ts';
import { searchStatement } from '../../src/patients/search-store.ts';
import { type SearchToken, searchToken, tokensOf } from '../../src/patients/search-tokens.ts';
import { type SealedContent, sealedContentShape } from '../../src/records/record.ts';
import { minimumDraft } from '../support/drafts.ts';
import { PatientsWorld } from './support.ts';

const families = [
  'サトウ',
  'スズキ',
  'タカハシ',
  'タナカ',
  'ワタナベ',
  'イトウ',
  'ヤマモト',
  'ナカムラ',
  'コバヤシ',
  'カトウ',
  'ヨシダ',
  'ヤマダ',
];
const givens = [
  'ハナコ',
  'タロウ',
  'ミツコ',
  'シゲル',
  'フミ',
  'カズオ',
  'サチコ',
  'トシオ',
  'キヨシ',
  'ヨシエ',
  'マサル',
];
const patientCount = 5000;

describe('the search', () => {
  let world: PatientsWorld;
  let areaIds: string[];
  before('5,000 patients', async function () {
    this.timeout(180_000);
    world = await PatientsWorld.open();
    const { db } = world.ctx;
    areaIds = (await db.query<{ id: string }>('select id from area order by code')).rows.map(({ id }) => id);
    await fill(world, areaIds);
  });
  after(() => world.database.drop());

  const search = async (words: Parameters<typeof searchPatients>[2]) => {
    const found = await searchPatients(world.ctx, world.associationId, words);
    return 'refused' in found ? found.refused : { pass: found.pass, codes: found.patients.map(({ code }) => code) };
  };

  it('finds one patient among 5,000 by name and birth date, and by phone', async () => {
    const { code, content } = contentOf(1234);
    const { family, given } = content.registration.nameKana;
    const { birth, tel } = content.registration;
    expect(await search({ kana: `${family}　${given}`, birth })).to.deep.include({ codes: [code] });
    expect(await search({ phone: tel[0]!.e164 })).to.deep.equal({ pass: 'exact', codes: [code] });
  });

  it('keeps to the area it is asked for, and lists an area alone', async () => {
    const everywhere = await search({ kana: 'サトウ ハナ', limit: 1000 });
    const here = await search({ kana: 'サトウ ハナ', areaId: areaIds[0]!, limit: 1000 });
    expect(everywhere).to.be.an('object');
    expect(typeof here === 'object' && here.codes.length).to.be.above(0);
    expect(
      typeof here === 'object' && typeof everywhere === 'object' && here.codes.length < everywhere.codes.length,
    ).to.equal(true);
    expect(await search({ areaId: areaIds[0]!, limit: 3 }))
      .to.be.an('object')
      .with.property('codes')
      .with.length(3);
  });

  it('tries without 濁点 only when nobody is found as written', async () => {
    expect(await search({ kana: 'タカハジ', limit: 1 })).to.deep.include({ pass: 'loose' });
    expect(await search({ kana: 'タカハシ', limit: 1 })).to.deep.include({ pass: 'exact' });
    expect(await search({ kana: 'ヌ' })).to.deep.equal({ pass: 'loose', codes: [] });
  });

  it('refuses words that it cannot search by', async () => {
    expect(await search({ phone: '12' })).to.equal('phone');
    expect(await search({ birth: 'いつか' })).to.equal('birth');
  });

  it('uses the index: it never reads all tokens', async () => {
    const key = { bytes: world.ctx.searchKey, associationId: world.associationId };
    const questions: SearchToken[][] = [
      [searchToken(key, 'birth', '1940-03-01')],
      [searchToken(key, 'kana', 'スズキタロ'), searchToken(key, 'birth', contentOf(1).content.registration.birth)],
      [searchToken(key, 'phone_end', '1234')],
    ];
    for (const [first, ...others] of questions) {
      const { rows } = await world.ctx.db.query<{ 'QUERY PLAN': string }>(`explain ${searchStatement}`, [
        ...[world.associationId, first!.kind, first!.token, others.map(({ kind }) => kind)],
        ...[others.map(({ token }) => token), null, 50, ''],
      ]);
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(plan).to.match(/Index (Only )?Scan using search_token_pkey/);
      expect(plan).to.not.match(/Seq Scan on (search_token|patient)/);
      expect(plan, 'read off in order').to.not.match(/Sort|Hash/);
    }
  });
});

function contentOf(index: number): { code: string; content: SealedContent } {
  const draft = minimumDraft();
  draft.registration.nameKana = `${families[index % families.length]} ${givens[index % givens.length]}`;
  draft.registration.birth = new Date(Date.UTC(1920, 0, 1 + ((index * 7) % 18_000))).toISOString().slice(0, 10);
  draft.registration.tel = [{ e164: `+8145${1_000_000 + index}` }];
  return { code: `X${String(index).padStart(5, '0')}`, content: sealedContentShape.parse({ schema: 1, ...draft }) };
}

/** Rows and tokens as the enrolment writes them, without sealing 5,000 records. */
async function fill(world: PatientsWorld, areaIds: readonly string[]): Promise<void> {
  const { db, searchKey, ids } = world.ctx;
  const key = { bytes: searchKey, associationId: world.associationId };
  const patients = Array.from({ length: patientCount }, (_, index) => ({
    id: ids.next('pt'),
    index,
    ...contentOf(index),
  }));
  await db.query(
    `insert into patient (id, association_id, code, area_id)
    select id, $1, code, area_id from unnest($2::text[], $3::text[], $4::text[]) as made (id, code, area_id)`,
    [
      ...[world.associationId, patients.map(({ id }) => id), patients.map(({ code }) => code)],
      patients.map(({ index }) => areaIds[Math.floor(index / 132) % areaIds.length]),
    ],
  );
  const rows = patients.flatMap(({ id, code, content }) =>
    tokensOf(key, content).map((token) => ({ id, code, ...token })),
  );
  const atOnce = 10_000; // well within the statement's time also on a busy machine
  for (let from = 0; from < rows.length; from += atOnce) {
    const part = rows.slice(from, from + atOnce);
    await db.query(
      `insert into search_token (association_id, kind, token, patient_id, code)
      select $1, kind, token, id, code
      from unnest($2::text[], $3::bytea[], $4::text[], $5::text[]) as made (kind, token, id, code)`,
      [
        ...[world.associationId, part.map(({ kind }) => kind), part.map(({ token }) => token)],
        ...[part.map(({ id }) => id), part.map(({ code }) => code)],
      ],
    );
  }
  await db.query('analyze search_token, patient');
}
