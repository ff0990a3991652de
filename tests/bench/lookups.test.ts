import { expect } from 'chai';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { fillCrowd } from './lookup-fill.ts';
import { searchKeyOf } from './lookup-names.ts';
import { cardIndexes, type LookupPlace, plansOf, questions } from './lookup-questions.ts';
import { townIn } from './lookup-server.ts';
import { contextOn } from './scale.ts';

describe('what a gateway and a desk look up', () => {
  const crowd = { patients: 40_000, withTokens: 4_000 };
  let database: TestDatabase;
  let place: LookupPlace;
  before('a crowd', async function () {
    this.timeout(180_000);
    database = await freshDatabase();
    const db = database.pool;
    const town = await townIn(db);
    const key = searchKeyOf(town.associationId);
    const filled = await fillCrowd(db, town, key, crowd);
    expect(filled.tables.patient!.rows).to.be.above(crowd.patients);
    place = { ctx: contextOn(db), town, key, ...crowd, cards: await cardIndexes(db, crowd.patients, 100) };
  });
  after(() => database?.drop());

  for (const question of questions)
    it(`reads no growing table as a whole: ${question.name}`, async () => {
      expect(await plansOf(place, question)).to.not.be.empty;
    });

  it('notices a statement that reads one', async () => {
    const whole = {
      id: 'whole',
      name: 'all',
      ask: async ({ ctx }: LookupPlace) => {
        await ctx.db.query('select count(state) from urgent_call');
        return undefined;
      },
    };
    const said = await plansOf(place, whole).catch((error: unknown) => String(error));
    expect(said).to.include('whole reads all of urgent_call');
  });

  it('leaves the indexes of the crowd whole: what is unique stays so', async () => {
    const { rows } = await database.pool.query(
      'select indexrelid::regclass::text as name from pg_index where not (indisvalid and indisready)',
    );
    expect(rows).to.deep.equal([]);
    const twice = database.pool.query(
      `insert into card (id, patient_id, lookup_index, status, issued_at)
      select 'cd_x', patient_id, lookup_index, 'active', now() from card limit 1`,
    );
    expect(await twice.catch((error: unknown) => String(error))).to.include('card_lookup_index_key');
  });
});
