import { hashSecret } from '../../src/lib/secret.ts';
import type { SealedContent } from '../../src/records/record.ts';
import { sampleContent } from './release-tools.ts';
import type { TownPerson } from './town.ts';
import type { Line, World } from './world.ts';

/** One doctor with PIN and faxes, and one patient with a card and a record. */
export interface Scene {
  doctor: TownPerson;
  attending: TownPerson;
  patient: { id: string; card: string };
  pin: string;
  /** Of the sample record. */
  birth: string;
}

export async function givePin(world: World, doctor: TownPerson, pin: string): Promise<void> {
  await world.db.query('insert into doctor_pin (doctor_id, pin_hash, issued_at) values ($1, $2, $3)', [
    doctor.id,
    await hashSecret(pin, Buffer.alloc(16, 3), 4),
    world.now(),
  ]);
}

interface FaxOptions {
  position?: number;
  form?: string;
  status?: string;
}

/** A confirmed fax of a doctor. @returns its id. */
export const giveFax = (world: World, doctor: TownPerson, e164: string, options: FaxOptions = {}): Promise<string> =>
  insertFax(world, 'doctor_id', doctor, e164, options);

/** The same of a hospital. */
export const giveHospitalFax = (world: World, hospital: TownPerson, e164: string, options: FaxOptions = {}) =>
  insertFax(world, 'hospital_id', hospital, e164, options);

async function insertFax(
  world: World,
  column: 'doctor_id' | 'hospital_id',
  owner: TownPerson,
  e164: string,
  { position = 1, form = 'full', status = 'confirmed' }: FaxOptions,
): Promise<string> {
  const id = world.ctx.ids.next('fd');
  const due = new Date(world.now().getTime() + 300 * 86_400_000);
  await world.db.query(
    `insert into fax_destination (
      id, association_id, ${column}, position, e164, form, status, confirmed_at, confirm_due_at, registered_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8)`,
    [id, world.town.associationId, owner.id, position, e164, form, status, world.now(), due],
  );
  return id;
}

export function giveRecord(
  world: World,
  patientId: string,
  content: SealedContent = sampleContent(),
  confirmedAt: Date = world.now(),
): void {
  world.release.records.set(patientId, { content, confirmedAt, version: 1 });
}

export async function recordScene(world: World, relation: 'deputy' | 'none' = 'deputy'): Promise<Scene> {
  const { town } = world;
  const attending = await town.doctor('主治医');
  const doctor = await town.doctor('夜の医師');
  const pin = '40718293';
  await givePin(world, doctor, pin);
  await giveFax(world, doctor, '+81450001234');
  const patient = await town.patient({ attending, deputies: relation === 'deputy' ? [doctor] : [] });
  giveRecord(world, patient.id);
  return { doctor, attending, patient, pin, birth: '19400301' };
}

/** Rings from his own telephone and keys as far as wanted. */
export async function ringsForRecord(world: World, scene: Scene, from = scene.doctor.phones[0]!): Promise<Line> {
  const line = await world.rings(from);
  await line.press('2');
  return line;
}

export async function signsOn(world: World, scene: Scene, from?: string): Promise<Line> {
  const line = await ringsForRecord(world, scene, from);
  await line.press(scene.doctor.code);
  await line.press(`${scene.pin}#`);
  return line;
}

/** Card and birth date, and the wait for the verdict. */
export async function keysPatient(world: World, line: Line, card: string, birth: string): Promise<void> {
  await line.press(card);
  await line.press(birth);
  await world.passes({ seconds: 6 });
}
