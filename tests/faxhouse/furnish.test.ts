import { expect } from 'chai';
import { allFaxMachines } from '../../src/directory/actions.ts';
import { importFolder } from '../../src/lists/actions.ts';
import { furnishFaxHouse } from '../../src/simulators/town/fax-town.ts';
import { depsFor, exampleFolder } from '../lists/support.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { openStage, type Stage } from './support/house.ts';

interface Numbers {
  machines: { number: string; name: string; behaviour: string }[];
  ours: { number: string; name: string; provider: string; callbackUrl: string }[];
}

describe('the fax house furnished with the example ward', function () {
  this.timeout(60_000);
  let database: TestDatabase;
  let stage: Stage;
  before(async () => {
    database = await freshDatabase();
    await importFolder(depsFor(database.pool), exampleFolder);
    stage = await openStage();
  });
  after(async () => {
    await stage?.close();
    await database?.drop();
  });

  const ours = {
    number: '+815000000100',
    name: '横浜市西区医師会',
    provider: 'telnyx',
    callbackUrl: 'http://127.0.0.1:1/fax/telnyx',
  } as const;
  const numbers = async () => (await stage.control<Numbers>('GET', '/numbers')).body;

  it('has every office’s machine by name, and our number with its callback', async () => {
    const machines = await allFaxMachines(database.pool);
    expect(machines.length).to.be.above(20);
    await furnishFaxHouse(stage.house.url, { ours: [ours], machines, notice: [{ ja: '試す', en: 'try' }] });
    const found = await numbers();
    const names = new Map(found.machines.map(({ number, name }) => [number, name]));
    for (const { e164, name } of machines.filter(({ e164 }) => e164 !== '+81450000401' && e164 !== '+81450000402'))
      expect(names.get(e164)).to.equal(name);
    expect(found.ours.find(({ number }) => number === ours.number)).to.include(ours);
    expect((await stage.control('GET', '/notice')).body).to.deep.equal({ lines: [{ ja: '試す', en: 'try' }] });
  });

  it('keeps the habit of a machine that is there, when furnished again', async () => {
    const machines = [
      { e164: '+81450000401', name: '鴎野医院' },
      { e164: '+81450000999', name: '汐風総合病院' },
      { e164: '+81450000999', name: '二度目の名' },
    ];
    await stage.control('PUT', '/numbers/+81450000401', { behaviour: 'busy' });
    await furnishFaxHouse(stage.house.url, { ours: [], machines, notice: [] });
    const found = (await numbers()).machines;
    expect(found.find(({ number }) => number === '+81450000401')).to.include({ behaviour: 'busy' });
    expect(found.find(({ number }) => number === '+81450000999')).to.include({ name: '汐風総合病院' });
  });

  it('says what the fax house refused', async () => {
    const wrong = { ours: [], machines: [{ e164: '0450000401', name: '' }], notice: [] };
    const error = await furnishFaxHouse(stage.house.url, wrong).catch((thrown: Error) => thrown);
    expect(error)
      .to.be.instanceOf(Error)
      .with.property('message')
      .that.matches(/refused numbers\/0450000401: 400/);
  });
});
