import { expect } from 'chai';
import { isCardNumber, isMemberCode } from '../../src/lib/check-digits.ts';
import { instantOf } from '../../src/lib/japan-time.ts';
import { verifySecret } from '../../src/lib/secret.ts';
import { importFolder } from '../../src/lists/actions.ts';
import { readLists } from '../../src/lists/read.ts';
import { formatReport } from '../../src/lists/report.ts';
import { doctorsOnDuty, hospitalsOnDuty, standbyOnDuty } from '../../src/roster/actions.ts';
import { japanCalendar } from '../../src/roster/calendar.ts';
import { gaps } from '../../src/roster/coverage.ts';
import { onDuty } from '../../src/roster/roster.ts';
import { dutyRulesOfArea, rotationRules } from '../../src/roster/store.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { cardIndex, depsFor, exampleFolder } from './support.ts';

describe('the worked example of a ward', function () {
  this.timeout(60_000);
  let database: TestDatabase;
  before(async () => {
    database = await freshDatabase();
  });
  after(() => database.drop());

  const count = async (table: string): Promise<number> =>
    (await database.pool.query(`select count(*) as n from ${table}`)).rows[0].n;

  it('is imported whole: 4 areas, 35 doctors, 10 hospitals, 3 standby persons, 24 patients with cards', async () => {
    const report = await importFolder(depsFor(database.pool), exampleFolder);
    expect(formatReport(report)).to.match(/取り込みました/);
    expect(report.status === 'imported' && report.warnings).to.deep.equal([]);
    expect(await count('area')).to.equal(4);
    expect(await count('doctor')).to.equal(35);
    expect(await count('hospital')).to.equal(10);
    expect(await count('standby_person')).to.equal(3);
    expect(await count('patient')).to.equal(24);
    expect(await count('card')).to.equal(24);
  });

  it('imported again changes nothing, not even an id', async () => {
    const everything = async (): Promise<unknown> => {
      const tables = ['association', 'dialled_number', 'area', 'facility', 'doctor', 'hospital', 'hospital_bed_type'];
      const more = ['standby_person', 'phone', 'duty_rule', 'patient', 'card', 'fax_destination'];
      const rows = [...tables, ...more].map((table) =>
        database.pool.query(`select xmin::text, t.* from ${table} t order by t::text`).then((found) => found.rows),
      );
      return Promise.all(rows);
    };
    const before = await everything();
    const report = await importFolder(depsFor(database.pool), exampleFolder);
    expect(formatReport(report)).to.include('0 added, 0 changed, 0 retired');
    // xmin is the transaction that last wrote the row: not one row was written again.
    expect(await everything()).to.deep.equal(before);
  });

  it('keeps no card number, no PIN and no name of a patient', async () => {
    const read = await readLists(exampleFolder);
    if ('faults' in read) throw new Error('the example has faults');
    const dump = JSON.stringify(
      await Promise.all(
        ['patient', 'card', 'hospital'].map((table) => database.pool.query(`select t::text from ${table} t`)),
      ).then((results) => results.map((result) => result.rows)),
    );
    for (const { cardNumber } of read.lists.patients) expect(dump).not.to.include(cardNumber);
    for (const { pin } of read.lists.hospitals) expect(dump).not.to.include(`"${pin}`);
    const [patient] = read.lists.patients;
    const found = await database.pool.query(
      `select patient.code from card join patient on patient.id = card.patient_id where lookup_index = $1`,
      [cardIndex(patient!.cardNumber!)],
    );
    expect(found.rows).to.deep.equal([{ code: patient!.code }]);
    const [hospital] = read.lists.hospitals;
    const stored = await database.pool.query('select pin_hash from hospital where code = $1', [hospital!.code]);
    expect(await verifySecret(hospital!.pin!, stored.rows[0].pin_hash)).to.equal(true);
  });

  it('has valid, distinct and fictional numbers, and one land line that two doctors share', async () => {
    const read = await readLists(exampleFolder);
    if ('faults' in read) throw new Error('the example has faults');
    const { doctors, hospitals, standby, patients } = read.lists;
    expect(doctors.every(({ code }) => isMemberCode(code))).to.equal(true);
    expect(patients.every(({ cardNumber }) => isCardNumber(cardNumber!))).to.equal(true);
    const phones = [...doctors, ...hospitals, ...standby].flatMap((owner) => owner.phones.map(({ e164 }) => e164));
    for (const phone of phones) expect(phone).to.match(/^\+81(90|50|45)0000?\d+$/);
    const shared = phones.filter((phone, index) => phones.indexOf(phone) !== index);
    expect(shared.length).to.equal(1);
  });

  it('has three doctors on duty in every area and three standby persons at any hour of a year', async () => {
    const { rows: areas } = await database.pool.query<{ id: string }>('select id from area');
    const allDay = () => [{ from: 0, to: 1440 }];
    for (const { id } of areas) {
      const rules = await dutyRulesOfArea(database.pool, id);
      expect(gaps(rules, '2026-05-01', '2027-05-10', japanCalendar, [], allDay)).to.deep.equal([]);
      for (const day of ['2026-06-01', '2026-05-06', '2026-12-31', '2026-08-14']) {
        for (const minute of [3 * 60, 12 * 60, 25 * 60]) {
          const duties = await doctorsOnDuty(database.pool, id, instantOf(day, minute), japanCalendar);
          expect(duties.map((duty) => duty.position)).to.deep.equal([1, 2, 3]);
        }
      }
    }
    const { rows } = await database.pool.query<{ id: string }>('select id from association');
    const at = instantOf('2026-06-01', 25 * 60);
    expect((await standbyOnDuty(database.pool, rows[0]!.id, at, japanCalendar)).length).to.equal(3);
  });

  it('has two hospitals on rotation every night and every day off', async () => {
    const { rows } = await database.pool.query<{ id: string }>('select id from association');
    const rules = await rotationRules(database.pool, rows[0]!.id);
    expect(gaps(rules, '2026-05-01', '2027-05-10', japanCalendar)).to.deep.equal([]);
    for (const night of ['2026-06-01', '2026-12-31', '2026-08-14', '2026-05-06']) {
      const duties = await hospitalsOnDuty(database.pool, rows[0]!.id, instantOf(night, 25 * 60), japanCalendar);
      expect(
        duties.map((duty) => duty.position),
        night,
      ).to.deep.equal([1, 2]);
    }
  });

  it('a rule of a doctor who has left is not on duty, and narrowing the question by date changes no answer', async () => {
    const { rows: areas } = await database.pool.query<{ id: string }>('select id from area');
    const area = areas[0]!.id;
    const at = instantOf('2026-12-24', 20 * 60);
    const [first] = await doctorsOnDuty(database.pool, area, at, japanCalendar);
    const whole = onDuty(await dutyRulesOfArea(database.pool, area), at, japanCalendar);
    expect(await doctorsOnDuty(database.pool, area, at, japanCalendar)).to.deep.equal(whole);
    await database.pool.query('update doctor set is_active = false where id = $1', [first!.subjectId]);
    const after = await doctorsOnDuty(database.pool, area, at, japanCalendar);
    expect(after.map((duty) => duty.subjectId)).to.deep.equal(whole.slice(1).map((duty) => duty.subjectId));
  });
});
