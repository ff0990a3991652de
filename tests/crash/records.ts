/** Those who want a record: patients of the example ward, doctors who ask for one by telephone, clinics that fax a copy of the card. */

import { a4Width, blankPage, fine } from '../../src/imaging/bilevel.ts';
import { encodeTiff } from '../../src/imaging/tiff.ts';
import { readLists } from '../../src/lists/read.ts';
import { readExampleRecords } from '../../src/patients/example.ts';
import { faxTown } from '../../src/simulators/demo/fax-machine.ts';
import { readExampleNight } from '../../src/simulators/town/example.ts';
import { drawCard } from '../support/card-copy.ts';
import { mulberry } from '../support/chance.ts';
import { a4Height } from '../support/degrade.ts';
import { exampleFolder, exampleNumber, ourFax, type Stage } from './stage.ts';

export interface ExamplePatient {
  card: string;
  /** Of his attending doctor and deputies. */
  phones: string[];
  /** As it is keyed. */
  birth: string;
}

interface ExampleDoctor {
  code: string;
  pin: string;
  phone: string;
  fax: string;
}

export interface Example {
  /** A patient about whom no case is open; null: there is none at the moment. */
  free(): Promise<ExamplePatient | null>;
  /** Whose turn it is to ask, and about whom. */
  next(): { doctor: ExampleDoctor; patient: ExamplePatient };
}

export async function openExample({ db, exampleId }: Stage): Promise<Example> {
  const [read, records, { pins }] = await Promise.all([
    readLists(exampleFolder),
    readExampleRecords(exampleFolder),
    readExampleNight(exampleFolder),
  ]);
  if ('faults' in read) throw new Error('the lists of the example have faults');
  const numbers = new Map(read.lists.patients.map(({ code, cardNumber }) => [code, cardNumber]));
  const births = new Map(records.map(({ code, registration }) => [code, String(registration.birth)]));
  const { rows } = await db.query<{ id: string; code: string; phones: string[] }>(
    `select patient.id, patient.code, array_agg(phone.e164 order by phone.position) as phones
    from patient
    join phone on phone.doctor_id = patient.attending_id or phone.doctor_id = any(patient.deputy_ids)
    where association_id = $1 and exists (select 1 from record_current where record_current.patient_id = patient.id)
    group by patient.id, patient.code
    order by patient.code`,
    [exampleId],
  );
  const known = rows.flatMap(({ id, code, phones }) => {
    const [card, birth] = [numbers.get(code), births.get(code)];
    return card && birth ? [{ id, card, phones, birth: birth.replaceAll('-', '') }] : [];
  });
  const { rows: doctors } = await db.query<Omit<ExampleDoctor, 'pin'>>(
    `select distinct on (doctor.code) doctor.code, phone.e164 as phone, fax_destination.e164 as fax
    from doctor
    join phone on phone.doctor_id = doctor.id
    join fax_destination on fax_destination.doctor_id = doctor.id and fax_destination.status = 'confirmed'
    where doctor.association_id = $1
    order by doctor.code, phone.position`,
    [exampleId],
  );
  const able = doctors.flatMap((one) => (pins[one.code] ? [{ ...one, pin: pins[one.code]! }] : []));
  let asked = 0;
  let given = 0;
  return {
    async free() {
      const { rows: open } = await db.query<{ patient_id: string }>(
        `select patient_id from urgent_call where status <> 'closed' and patient_id = any($1)`,
        [known.map(({ id }) => id)],
      );
      const idle = known.filter(({ id }) => !open.some(({ patient_id }) => patient_id === id));
      return idle[given++ % Math.max(1, idle.length)] ?? null;
    },
    next: () => ({ doctor: able[asked % able.length]!, patient: known[asked++ % known.length]! }),
  };
}

/** Somebody rings, proves who he is, keys card and birth date, and chooses his fax. @throws when nobody goes on speaking. */
export async function asksForRecord({ town }: Stage, example: Example): Promise<void> {
  const {
    doctor: { code, pin, phone },
    patient: { card, birth },
  } = example.next();
  const id = await town.exchange.dial(phone, exampleNumber);
  const steps: [RegExp, string][] = [
    [/119番/, '2'],
    [/登録医コード/, code],
    [/暗証番号/, `${pin}#`],
    [/12けたの番号/, card],
    [/生年月日/, birth],
    [/理由/, '1'],
    [/送り先/, '1'],
  ];
  try {
    for (const [words, digits] of steps) {
      await town.hears(id, words, 30);
      await town.exchange.press(id, digits);
    }
    await town.hears(id, /記録をお送りします/, 30);
  } finally {
    await town.exchange.hangUp(id).catch(() => undefined);
  }
}

/** A clinic lays a card on its machine and dials our number. @throws when the line does not take it. */
export async function copiesCard({ faxHouseUrl }: Stage, example: Example): Promise<void> {
  const { doctor, patient } = example.next();
  await faxTown(faxHouseUrl).send(doctor.fax, ourFax, await encodeTiff([onPaper(drawCard(patient.card, mulberry(1)))]));
}

/** In the middle of a sheet of A4. */
function onPaper(card: ReturnType<typeof drawCard>): ReturnType<typeof drawCard> {
  const page = blankPage(a4Width, a4Height, fine);
  const [across, down] = [card.width / 8, card.height];
  const [left, top] = [40, 600];
  for (let row = 0; row < down; row++)
    page.bits.set(card.bits.subarray(row * across, (row + 1) * across), (top + row) * (a4Width / 8) + left);
  return page;
}
