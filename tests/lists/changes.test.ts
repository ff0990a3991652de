import { expect } from 'chai';
import { withCardCheckDigits } from '../../src/lib/check-digits.ts';
import { type ImportReport, importFolder } from '../../src/lists/actions.ts';
import { formatReport } from '../../src/lists/report.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { cardIndex, depsFor, exampleCopy, type Folder } from './support.ts';

describe('importing a changed list', function () {
  this.timeout(60_000);
  let database: TestDatabase;
  let folder: Folder;
  beforeEach(async () => {
    database = await freshDatabase();
    folder = await exampleCopy();
    expect((await run()).status).to.equal('imported');
  });
  afterEach(async () => {
    await database.drop();
    await folder.discard();
  });

  const run = (): Promise<ImportReport> => importFolder(depsFor(database.pool), folder.path);
  const rows = async <T extends object>(text: string, values: unknown[] = []): Promise<T[]> =>
    (await database.pool.query<T>(text, values)).rows;
  const changesOf = (report: ImportReport, file: string): [number, number, number] => {
    if (report.status !== 'imported') throw new Error(formatReport(report));
    const { added, changed, retired } = report.files.find((one) => one.file === file)!;
    return [added, changed, retired];
  };
  const phonesOf = (code: string) =>
    rows<{ id: string; e164: string; position: number; is_active: boolean }>(
      `select phone.id, e164, position, phone.is_active
      from phone join doctor on doctor.id = phone.doctor_id
      where doctor.code = $1
      order by phone.is_active desc, position`,
      [code],
    );
  const cardsOf = (code: string) =>
    rows<{ status: string; lookup_index: Buffer }>(
      `select card.status, card.lookup_index
      from card join patient on patient.id = card.patient_id
      where patient.code = $1
      order by card.status`,
      [code],
    );

  it('a renamed doctor keeps the id; only that row is written', async () => {
    const before = await rows<{ id: string }>(`select id from doctor where code = '100552'`);
    await folder.edit('doctors.csv', '鴎野　透', '鴎野　徹');
    const report = await run();
    expect(changesOf(report, 'doctors.csv')).to.deep.equal([0, 1, 0]);
    expect(await rows(`select id, name from doctor where code = '100552'`)).to.deep.equal([
      { id: before[0]!.id, name: '鴎野　徹' },
    ]);
    expect(formatReport(report)).to.include('0 added, 1 changed, 0 retired');
  });

  it('phones put in another order keep their ids, a dropped one is retired and may come back', async () => {
    const before = await phonesOf('100552');
    await folder.edit(
      'doctors.csv',
      '090-0000-0101,携帯,045-000-0101,診療所',
      '045-000-0101,診療所,090-0000-0101,携帯',
    );
    expect(changesOf(await run(), 'doctors.csv')).to.deep.equal([0, 1, 0]);
    const swapped = await phonesOf('100552');
    expect(swapped.map((phone) => phone.id)).to.deep.equal([before[1]!.id, before[0]!.id]);

    await folder.edit('doctors.csv', '045-000-0101,診療所,090-0000-0101,携帯', '090-0000-0101,携帯,,');
    await run();
    const dropped = await phonesOf('100552');
    expect(dropped.map(({ id, is_active }) => [id, is_active])).to.deep.equal([
      [before[0]!.id, true],
      [before[1]!.id, false],
    ]);

    await folder.edit('doctors.csv', '090-0000-0101,携帯,,', '090-0000-0101,携帯,045-000-0101,診療所');
    await run();
    expect(await phonesOf('100552')).to.deep.equal(before);
  });

  it('two areas exchange their keys', async () => {
    await folder.edit('areas.csv', 'FUJI,1', 'FUJI,2');
    await folder.edit('areas.csv', 'SENG,2', 'SENG,1');
    expect(changesOf(await run(), 'areas.csv')).to.deep.equal([0, 2, 0]);
    expect(await rows('select code from area order by key')).to.deep.equal(
      ['SENG', 'FUJI', 'TOBE', 'MIYA'].map((code) => ({ code })),
    );
  });

  it('an area that vanished is refused, because cases and patients refer to it', async () => {
    await folder.edit('areas.csv', 'MIYA,4', 'NEW,4');
    const report = await run();
    expect(report.status === 'refused' && report.faults.map(({ code, detail }) => [code, detail])).to.deep.equal([
      ['area_vanished', 'MIYA'],
    ]);
    expect(await rows(`select code from area where code = 'NEW'`)).to.deep.equal([]);
  });

  it('rows that vanished go out of use and come back with the same id', async () => {
    const line = /^N01.*\n/m.exec(await folder.read('facilities.csv'))![0];
    const before = await rows(`select id, is_active from facility where code = 'N01'`);
    await folder.edit('facilities.csv', line, '');
    await folder.edit('fax_destinations.csv', /^施設,N01.*\n/m, '');
    await folder.edit('patients.csv', /^P024.*\n/m, '');
    await folder.edit('bed_types.csv', '101,集中,12\n', '');
    const report = await run();
    expect(changesOf(report, 'facilities.csv')).to.deep.equal([0, 0, 1]);
    expect(changesOf(report, 'patients.csv')).to.deep.equal([0, 0, 1]);
    expect(changesOf(report, 'bed_types.csv')).to.deep.equal([0, 0, 1]);
    expect(await rows(`select is_active from facility where code = 'N01'`)).to.deep.equal([{ is_active: false }]);
    expect(await rows(`select is_active from patient where code = 'P024'`)).to.deep.equal([{ is_active: false }]);
    expect(changesOf(await run(), 'facilities.csv'), 'and nothing the second time').to.deep.equal([0, 0, 0]);

    await folder.edit('facilities.csv', /$/, line);
    await run();
    expect(await rows(`select id, is_active from facility where code = 'N01'`)).to.deep.equal(before);
  });

  it('more than half of a list gone is imported with a warning', async () => {
    const heading = (await folder.read('patients.csv')).split('\n')[0];
    await folder.write('patients.csv', `${heading}\n`);
    const report = await run();
    expect(report.status === 'imported' && report.warnings.map(({ file, code }) => [file, code])).to.deep.equal([
      ['patients.csv', 'mass_retirement'],
    ]);
  });

  it('a changed night changes only its rules; the others keep their ids', async () => {
    const ids = async () => (await rows<{ id: string }>('select id from duty_rule order by id')).map(({ id }) => id);
    const before = await ids();
    await folder.edit('roster.csv', '藤棚,100552,1,月,,,,18:00-33:00', '藤棚,100552,1,月,,,,17:30-33:00');
    expect(changesOf(await run(), 'roster.csv')).to.deep.equal([1, 0, 1]);
    const after = await ids();
    expect(after.filter((id) => !before.includes(id)).length).to.equal(1);
    expect(before.filter((id) => !after.includes(id)).length).to.equal(1);
  });

  it('a PIN is written only when it is another one, and stays when the cell is blank', async () => {
    const hash = async () => (await rows<{ pin_hash: string }>(`select pin_hash from hospital where code = '101'`))[0];
    const before = await hash();
    await folder.edit('hospitals.csv', ',894782,', ',,');
    expect(changesOf(await run(), 'hospitals.csv')).to.deep.equal([0, 0, 0]);
    expect(await hash()).to.deep.equal(before);
    await folder.edit('hospitals.csv', '汐風総合病院,しおかぜそうごうびょういん,,', '汐風総合病院,しおかぜ,730264,');
    expect(changesOf(await run(), 'hospitals.csv')).to.deep.equal([0, 1, 0]);
    expect(await hash()).not.to.deep.equal(before);
  });

  it('a new hospital without a PIN is refused', async () => {
    await folder.edit(
      'hospitals.csv',
      /$/,
      '111,新浜病院,しんはまびょういん,,050-0000-0299,窓口,,,いいえ,17:00,33:00,\n',
    );
    const report = await run();
    expect(report.status === 'refused' && report.faults.map(({ line, code }) => [line, code])).to.deep.equal([
      [12, 'pin_needed'],
    ]);
  });

  it('a new card revokes the old one; a blank cell leaves the card; a revoked or foreign card is refused', async () => {
    const fresh = withCardCheckDigits('5123456780')!;
    await folder.edit('patients.csv', '5432-7449-7068', fresh);
    expect(changesOf(await run(), 'patients.csv')).to.deep.equal([0, 1, 0]);
    expect(await cardsOf('P001')).to.deep.equal([
      { status: 'active', lookup_index: cardIndex(fresh) },
      { status: 'revoked', lookup_index: cardIndex('543274497068') },
    ]);
    await folder.edit('patients.csv', fresh, '');
    expect(changesOf(await run(), 'patients.csv')).to.deep.equal([0, 0, 0]);
    expect((await cardsOf('P001'))[0]).to.deep.equal({ status: 'active', lookup_index: cardIndex(fresh) });

    const refusal = async (number: string) => {
      await folder.edit('patients.csv', /^P001,[^,]*/m, `P001,${number}`);
      const report = await run();
      return report.status === 'refused' ? report.faults.map(({ line, code }) => [line, code]) : [];
    };
    expect(await refusal('5432-7449-7068')).to.deep.equal([[2, 'revoked_card']]);
    await folder.edit('patients.csv', '7438-9972-5302', '');
    expect(await refusal('7438-9972-5302'), 'the card of P002').to.deep.equal([[2, 'taken_card']]);
  });

  it('a dialled number moves within the association, and another association cannot take it', async () => {
    await folder.edit('association.csv', '050-0000-0100,050-0000-0100', '050-0000-0100,050-0000-0110；+12125550100');
    expect(changesOf(await run(), 'association.csv')).to.deep.equal([0, 1, 0]);
    expect(await rows('select e164 from dialled_number order by e164')).to.deep.equal([
      { e164: '+12125550100' },
      { e164: '+815000000110' },
    ]);
    await folder.edit('association.csv', 'nishi,', 'other,');
    const report = await run();
    expect(report.status === 'refused' && new Set(report.faults.map(({ code }) => code))).to.deep.equal(
      new Set(['taken_number', 'taken_card']),
    );
    expect(await rows('select code from association')).to.deep.equal([{ code: 'nishi' }]);
  });

  it('a refused list writes nothing at all, and a list with one fault imports none of its sound rows', async () => {
    await folder.edit('doctors.csv', '磯村　佳枝', '磯村　良枝');
    await folder.edit('doctors.csv', '237041,', '237042,');
    expect((await run()).status).to.equal('refused');
    expect(await rows(`select name from doctor where code = '815602'`)).to.deep.equal([{ name: '磯村　佳枝' }]);
  });

  it('a database that fails in the middle leaves everything as it was', async () => {
    await folder.edit('doctors.csv', '磯村　佳枝', '磯村　良枝');
    await folder.edit('patients.csv', /^P024,[^,]*/m, 'P025,');
    await database.pool.query(`alter table patient add check (code <> 'P025')`);
    const failure = await run().catch((error: Error) => error);
    expect(failure).to.be.instanceOf(Error);
    expect(await rows(`select name from doctor where code = '815602'`)).to.deep.equal([{ name: '磯村　佳枝' }]);
  });

  it('two imports at once end as one', async () => {
    await folder.edit('doctors.csv', '磯村　佳枝', '磯村　良枝');
    const reports = await Promise.all([run(), run()]);
    const changed = reports.map((report) => changesOf(report, 'doctors.csv')[1]).sort();
    expect(changed).to.deep.equal([0, 1]);
  });

  it('a hole in the coming month is a warning that names area, time and how often', async () => {
    await folder.edit('roster.csv', /^宮崎,\d+,\d,水,,,,18:00-33:00\n/gm, '');
    const report = await run();
    expect(report.status).to.equal('imported');
    const text = formatReport(report);
    expect(text).to.include('誰も当番でない時間があります: 宮崎 2026-06-03 18:00 〜 2026-06-04 09:00');
    expect(text).to.include('ほか 4 回');
  });

  it('two doctors at one position are a warning at the row that doubles', async () => {
    await folder.edit('roster.csv', /$/, '藤棚,815602,1,月,,,,20:00-22:00\n');
    const report = await run();
    expect(report.status === 'imported' && report.warnings.map(({ line, code }) => [line, code])).to.deep.equal([
      [209, 'double'],
    ]);
  });

  it('without standby_roster.csv all are on call in order; with it, as it says', async () => {
    await folder.write('standby_roster.csv', '待機者,順位,曜日,時間帯\nS2,1,毎日,17:00-33:00\nS1,2,毎日,17:00-33:00\n');
    expect(changesOf(await run(), 'standby_roster.csv')).to.deep.equal([2, 0, 3]);
    await folder.remove('standby_roster.csv');
    expect(changesOf(await run(), 'standby_roster.csv')).to.deep.equal([3, 0, 2]);
  });

  const faxes = () =>
    rows<{ e164: string; form: string; status: string }>(
      `select e164, form, status from fax_destination where status <> 'retired' order by e164`,
    );

  it('fax numbers are entered untested, and the log says by whom', async () => {
    const entered = await faxes();
    expect(entered.map(({ form, status }) => [form, status])).to.deep.equal([
      ['sealed', 'registered'],
      ...Array.from({ length: 4 }, () => ['full', 'registered']),
    ]);
    const log = await rows(`select actor, cause, kind, count(*)::int as count from audit_entry group by 1, 2, 3`);
    expect(log).to.deep.equal([{ actor: 'import', cause: 'import_lists', kind: 'destination_registered', count: 5 }]);
  });

  it('a fax number keeps what has become of it; another number or form begins anew; one out of use is retired', async () => {
    await rows(
      `update fax_destination set status = 'confirmed', confirmed_at = now(), confirm_due_at = now() + interval '1 year'`,
    );
    await rows(`update fax_destination set status = 'frozen' where e164 = '+81450000654'`);
    // The hub has entered one by hand, of which the list does not speak.
    await rows(
      `insert into fax_destination (id, association_id, doctor_id, position, e164, form, status, registered_at)
      select 'fd_by_hand', association_id, id, 1, '+81450000402', 'full', 'registered', now() from doctor where code = '815602'`,
    );
    await folder.edit('fax_destinations.csv', '149101,2,045-000-0619,封緘', '149101,2,045-000-0619,全文');
    await folder.edit('fax_destinations.csv', 'N01,1,045-000-0651', 'N01,1,045-000-0661');
    await folder.edit('fax_destinations.csv', '様式\n', '様式,有効\n');
    await folder.edit('fax_destinations.csv', /施設,P01,1,045-000-0653,/, '施設,P01,1,045-000-0653,,いいえ');
    const report = await run();
    expect(changesOf(report, 'fax_destinations.csv')).to.deep.equal([0, 2, 1]);
    expect((await faxes()).map(({ e164, form, status }) => `${e164} ${form} ${status}`)).to.deep.equal([
      '+81450000402 full registered',
      '+81450000619 full registered',
      '+81450000652 full confirmed',
      '+81450000654 full frozen',
      '+81450000661 full registered',
    ]);
    expect(changesOf(await run(), 'fax_destinations.csv')).to.deep.equal([0, 0, 0]);
    await folder.remove('fax_destinations.csv');
    expect(changesOf(await run(), 'fax_destinations.csv')).to.deep.equal([0, 0, 0]);
    expect(await faxes()).to.have.length(5);
  });

  it('a fax number of nobody, at a place twice, or that cannot be dialled refuses the whole import', async () => {
    const more = ['病院,999,1,045-000-0700,', '施設,N01,1,045-000-0701,', '登録医,100552,4,0120-000-000,'];
    await folder.edit('fax_destinations.csv', /$/, `${more.join('\n')}\n`);
    const report = await run();
    const faults = report.status === 'refused' ? report.faults.map(({ line, code }) => [line, code]) : [];
    expect(faults).to.deep.equal([
      [7, 'unknown_reference'],
      [8, 'duplicate'],
      [9, 'number'],
      [9, 'phone_toll_free'],
    ]);
    expect(await faxes()).to.have.length(5);
  });
});
