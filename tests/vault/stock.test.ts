import { expect } from 'chai';
import { stockStep } from '../../workers/stock.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { VaultWorld } from './support.ts';

describe('the stock of cards', function () {
  this.timeout(60_000);
  let database: TestDatabase;
  before(async () => {
    database = await freshDatabase();
  });
  after(() => database.drop());

  const ready = async () =>
    (await database.pool.query(`select count(*) as n from card where status = 'ready'`)).rows[0].n;

  it('grows by one card a step until it is full, and the vault is opened once', async () => {
    const { night } = new VaultWorld(database.pool);
    let opened = 0;
    const open = () => {
      opened++;
      return night;
    };
    let isBusy = true;
    const step = stockStep(open, async () => isBusy, 2);
    expect(await step()).to.equal(0); // somebody's call is open: no processor for cards
    isBusy = false;
    expect([await step(), await ready()]).to.deep.equal([1, 1]);
    expect([await step(), await ready()]).to.deep.equal([2, 2]);
    expect([await step(), await ready()]).to.deep.equal([2, 2]);
    expect(opened).to.equal(1);
    // Another worker finds it full at once.
    expect(await stockStep(open, async () => false, 2)()).to.equal(2);
    expect(await ready()).to.equal(2);
  });
});
