/** Who plays in the demonstration: chosen from the example ward's own lists, as the association wrote them. */
import path from 'node:path';
import type pg from 'pg';
import { hospitalsToAsk } from '../../beds/actions.ts';
import type { DoctorRow, HospitalRow, Lists, PatientRow } from '../../lists/lists.ts';
import { readLists } from '../../lists/read.ts';
import { idOf } from './records.ts';

/** Somebody at a telephone, in the words of the narration. */
export interface Person {
  ja: string;
  en: string;
}

export interface Doctor extends Person {
  id: string;
  phones: readonly string[];
}

export interface Hospital extends Person {
  id: string;
  /** The one it picks up; its others ring beside it. */
  desk: string;
  phones: readonly string[];
  code: string;
  pin: string;
}

export interface Cast {
  /** The association's number. */
  dialled: string;
  caller: Person & { phone: string };
  /** Twelve digits. */
  card: string;
  attending: Doctor;
  deputies: readonly [Doctor, Doctor];
  /** The patient's registered hospital, then those that may be asked after it at this hour. */
  hospitals: readonly [Hospital, ...Hospital[]];
  bedType: string;
  /** Everybody's name and telephone by number. */
  byPhone: ReadonlyMap<string, { person: Person; phone: Person }>;
  /** Doctors and hospitals by their id in the log. */
  byId: ReadonlyMap<string, Person>;
}

const exampleFolder = path.resolve(import.meta.dirname, '../../../config/examples/nishi');
const caller = { ja: '訪問看護師', en: 'the visiting nurse', phone: '+819000009001' };
/** The demonstration lasts a minute; at 9:00 and 17:00 other hospitals' turn may begin in the middle of it. */
const aheadMs = 180_000;

/** @throws when the example has nobody whom this story fits (then the example was changed). */
export async function chooseCast(db: pg.Pool, now: Date): Promise<Cast> {
  const read = await readLists(exampleFolder);
  if ('faults' in read) throw new Error(`the lists in ${exampleFolder} have faults: run npm run import on them`);
  const { lists } = read;
  const { patient, doctors } = patientOfStory(lists);
  const registered = lists.hospitals.find((hospital) => hospital.code === patient.hospital);
  const [attending, first, second] = await Promise.all(
    doctors.map((row, index) => doctorOf(db, row, doctorWords[index] ?? doctorWords[0])),
  );
  const hospitals = registered ? await hospitalsOf(db, lists, patient, registered, now) : [];
  const [home, ...others] = hospitals;
  const dialled = lists.association.dialledNumbers[0];
  if (!attending || !first || !second || !home || others.length === 0 || !dialled)
    throw new Error(`nobody in ${exampleFolder} fits the story: a patient with two deputies and two hospitals`);
  const people = [attending, first, second, home, ...others];
  return {
    ...{ dialled, caller, attending, deputies: [first, second], hospitals: [home, ...others] },
    ...{ card: patient.cardNumber ?? '', bedType: patient.bedType },
    byPhone: phoneBook(people, lists),
    byId: new Map(people.map((person) => [person.id, person])),
  };
}

/** The first patient without special needs who has an attending doctor, two deputies and a registered hospital. */
function patientOfStory({ patients, doctors }: Lists): { patient: PatientRow; doctors: DoctorRow[] } {
  for (const patient of patients) {
    const { cardNumber, attending, deputies, hospital, needs } = patient;
    if (!cardNumber || !attending || deputies.length < 2 || !hospital || needs.length > 0) continue;
    const codes = [attending, ...deputies.slice(0, 2)];
    const found = codes.flatMap((code) => doctors.filter((doctor) => doctor.code === code));
    if (found.length === 3) return { patient, doctors: found };
  }
  throw new Error(`nobody in ${exampleFolder} has two deputies and a registered hospital`);
}

const doctorWords: readonly [Person, Person, Person] = [
  { ja: '主治医', en: 'the attending doctor' },
  { ja: '副主治医一', en: 'the first deputy' },
  { ja: '副主治医二', en: 'the second deputy' },
];

async function doctorOf(db: pg.Pool, row: DoctorRow, words: Person): Promise<Doctor> {
  const phones = row.phones.map((phone) => phone.e164);
  return { id: await idOf(db, 'doctor', row.code), phones, ja: `${words.ja} ${row.name}`, en: words.en };
}

/** Whom the system itself would ask, now and in a moment, by its own rule. */
async function hospitalsOf(
  db: pg.Pool,
  lists: Lists,
  patient: PatientRow,
  registered: HospitalRow,
  now: Date,
): Promise<Hospital[]> {
  const associationId = await idOf(db, 'association', lists.association.code);
  const patientId = await idOf(db, 'patient', patient.code);
  const ids: string[] = [];
  for (const at of [now, new Date(now.getTime() + aheadMs)])
    ids.push(...(await hospitalsToAsk(db, { associationId, patientId, at })).hospitals.map((each) => each.hospitalId));
  const found: Hospital[] = [];
  for (const row of [registered, ...lists.hospitals.filter((hospital) => hospital !== registered)]) {
    const id = await idOf(db, 'hospital', row.code);
    const desk = row.phones[0]?.e164;
    if (!ids.includes(id) || !desk || !row.pin) continue;
    const words = row === registered ? ['登録病院', 'the registered hospital'] : ['当番の病院', `hospital ${row.code}`];
    found.push({
      id,
      desk,
      phones: row.phones.map((phone) => phone.e164),
      code: row.code,
      pin: row.pin,
      ja: `${words[0]} ${row.name}`,
      en: words[1] ?? '',
    });
  }
  return found;
}

const kinds: Readonly<Record<string, Person>> = {
  mobile: { ja: '携帯', en: 'mobile' },
  landline: { ja: '自宅の電話', en: 'home' },
  clinic: { ja: '診療所の電話', en: 'clinic' },
  desk: { ja: '夜間窓口', en: 'night desk' },
};

/** The players, and everybody else of the town by name: the system alone decides whom it rings. */
function phoneBook(people: readonly (Doctor | Hospital)[], lists: Lists): Cast['byPhone'] {
  const book = new Map<string, { person: Person; phone: Person }>();
  book.set(caller.phone, { person: caller, phone: { ja: '電話', en: 'phone' } });
  for (const row of [...lists.hospitals, ...lists.doctors, ...lists.standby])
    for (const { e164, kind } of row.phones) {
      const other: Person = { ja: row.name, en: `another (${row.code})` };
      const person = people.find(({ phones }) => phones.includes(e164)) ?? other;
      book.set(e164, { person, phone: kinds[kind] ?? { ja: '電話', en: 'phone' } });
    }
  return book;
}
