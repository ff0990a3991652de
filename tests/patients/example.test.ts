import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { readRecord, standingOfPatient } from '../../src/patients/actions.ts';
import { readExampleRecords, withDates } from '../../src/patients/example.ts';
import { importExampleRecords } from '../../src/patients/example-actions.ts';
import { printedName } from '../../src/patients/registration.ts';
import { itemsOf, parseContent } from '../../src/records/record.ts';
import { openByCard } from '../../src/vault/actions.ts';
import { exampleFolder, PatientsWorld } from './support.ts';

describe('the records of the example ward', () => {
  let world: PatientsWorld;
  const numbers = new Map<string, string>();
  before('the lists and the records are imported', async function () {
    this.timeout(180_000);
    world = await PatientsWorld.open();
    const rows = parse<Record<string, string>>(readFileSync(`${exampleFolder}/patients.csv`), {
      columns: true,
      bom: true,
    });
    for (const row of rows) numbers.set(row.患者コード!, row.患者登録番号!.replaceAll('-', ''));
    const report = await importExampleRecords(world.ctx, exampleFolder);
    const refused = report.refused.map(({ code, findings }) => [
      code,
      findings.filter(({ level }) => level === 'refused'),
    ]);
    expect(JSON.stringify(refused)).to.equal('[]');
    expect(report.imported.length).to.be.at.least(12);
    expect(report.skipped).to.deep.equal([]);
  });
  after(() => world.database.drop());

  const open = async (code: string) => {
    const opened = await openByCard(world.ctx, world.associationId, numbers.get(code)!);
    if ('refused' in opened) throw new Error(opened.refused);
    const standing = await standingOfPatient(
      world.ctx.db,
      world.associationId,
      opened.patientId,
      world.ctx.clock.now(),
    );
    return { ...parseContent(opened.content), patientId: opened.patientId, standing: standing! };
  };

  it('open by the cards of the list', async () => {
    const { registration, record } = await open('P001');
    expect(printedName(registration)).to.equal('髙﨑　薫');
    expect(itemsOf(record.allergy).map(({ name }) => name)).to.deep.equal(['ペニシリン系抗菌薬', 'そば']);
  });

  it('show every state that a night can meet', async () => {
    const all = await Promise.all((await readExampleRecords(exampleFolder)).map(({ code }) => open(code)));
    const some = (what: string, test: (one: (typeof all)[number]) => boolean) =>
      expect(all.some(test), what).to.equal(true);
    some('DNAR with a document', ({ record }) => record.codeStatus.status === 'dnar');
    some('allergies 未確認', ({ record }) => record.allergy.state === 'unknown');
    some('no allergies', ({ record }) => record.allergy.state === 'none');
    some('a ventilator', ({ record }) => itemsOf(record.procedures).some(({ kind }) => kind === 'tppv'));
    some('opioids', ({ record }) => itemsOf(record.meds).some(({ isNarcotic }) => isNarcotic));
    some('dialysis', ({ record }) => itemsOf(record.procedures).some(({ kind }) => kind === 'haemodialysis'));
    some('more medicines than fit the page', ({ record }) => itemsOf(record.meds).length > 14);
    some('isolation', ({ record }) => itemsOf(record.infection).some(({ needsIsolation }) => needsIsolation));
    some('a name with a variation selector', ({ registration }) => /\u{e0100}/u.test(printedName(registration)));
    some('髙﨑', ({ registration }) => /[髙﨑]/.test(printedName(registration)));
    some(
      'a name that NFC would rewrite',
      ({ registration: { name } }) => name!.family !== name!.family.normalize('NFC'),
    );
    some('stale', ({ standing }) => standing.status === 'stale');
    some('due', ({ standing }) => standing.status === 'due');
    some('fresh', ({ standing }) => standing.status === 'active' && standing.marks.length === 0);
    const waits = ({ standing }: (typeof all)[number]) => standing.status === 'awaiting_second_reading';
    some('a second reading that waits', (one) => waits(one) && one.standing.marks.includes('incomplete'));
  });

  it('hold no phone that could be somebody’s', async () => {
    for (const { code, registration, record } of await readExampleRecords(exampleFolder)) {
      const phones = JSON.stringify([registration, record]).match(/0\d{1,3}-\d{3,4}-\d{4}/g) ?? [];
      expect(phones.length, code).to.be.at.least(2);
      for (const phone of phones) expect(phone, code).to.match(/^(0[5-9]0-0000-|045-000-)/);
    }
  });

  it('are not imported twice', async () => {
    const again = await importExampleRecords(world.ctx, exampleFolder);
    expect(again.imported).to.deep.equal([]);
    expect(again.skipped.length).to.be.at.least(12);
  });

  it('are read by the hub too, and the log says who typed and who read them', async () => {
    const { patientId } = await open('P005');
    const reading = await readRecord(world.ctx, world.associationId, patientId);
    expect(reading?.content.record.codeStatus.status).to.equal('dnar');
    expect(await world.kindsInLog(patientId)).to.deep.equal([
      ...['card_adopted', 'version_sealed', 'version_released', 'record_typed', 'record_second_reading_passed'],
    ]);
  });

  it('count their dates from the day of the import', () => {
    const dated = withDates({ a: '-1d', b: ['+30d', 'x-1d'], c: { d: null, e: 3 } }, '2026-03-01');
    expect(dated).to.deep.equal({ a: '2026-02-28', b: ['2026-03-31', 'x-1d'], c: { d: null, e: 3 } });
  });
});
