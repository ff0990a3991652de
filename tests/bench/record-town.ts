/** The town of the record bench: doctors with PINs and faxes, patients with cards and sealed records, over the real vault. */
import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { inTransaction } from '../../src/db.ts';
import { createCardDeriver } from '../../src/lib/card.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { randomIds } from '../../src/lib/ids.ts';
import { hashSecret } from '../../src/lib/secret.ts';
import { serialiseContent } from '../../src/records/record.ts';
import {
  drawCard,
  type HubVault,
  issueCard,
  type NightVault,
  pepperIdOf,
  storeVersion,
} from '../../src/vault/actions.ts';
import { type HubCertificate, loadHubCertificate, makeHub, openHub } from '../../src/vault/hub.ts';
import { chanceOf } from './figures.ts';
import { patient as contentOf } from './pages.ts';
import { account, cardCostLog2 } from './system.ts';
import { type BenchTown, buildBenchTown } from './town.ts';

/** Protects nothing. */
export const caseKey = Buffer.alloc(32, 6);

export interface Asker {
  phone: string;
  code: string;
  pin: string;
  fax: string;
  card: string;
  /** Of the card's patient, as it is keyed. */
  birth: string;
}

export interface RecordTown {
  number: string;
  certificate: string;
  /** Each a doctor with his own patient, whose deputy he is. */
  askers: Asker[];
}

/** Fills an empty, migrated database. A card costs the full derivation; its neighbours are not tried (12 s each). */
export async function buildRecordTown(db: pg.Pool, count: number): Promise<RecordTown> {
  const at = systemClock.now();
  const town = await buildBenchTown(
    db,
    { doctors: count, cards: count, fillers: 5000, bedsPerHospital: 2 },
    async () => randomBytes(32),
    at,
  );
  await db.query(`delete from card where patient_id = any($1)`, [town.patients.map(({ id }) => id)]);
  await db.query('insert into inbound_fax_number (e164, association_id) values ($1, $2)', [
    '+815030000002',
    town.associationId,
  ]);
  const passphrase = 'a-passphrase-of-the-bench';
  const { certificate, p12 } = makeHub({ name: 'bench', at, years: 10, passphrase }, randomBytes);
  const vaults = vaultsOf(db, loadHubCertificate(certificate), openHub(p12, passphrase));
  const codes = await memberCodes(db);
  const chance = chanceOf(1);
  const askers: Asker[] = [];
  for (let index = 0; index < count; index++) askers.push(await addAsker(db, town, vaults, codes, index, chance));
  await db.query('vacuum analyze');
  return { number: town.number, certificate, askers };
}

interface Vaults {
  night: NightVault;
  hub: HubVault;
}

function vaultsOf(db: pg.Pool, hub: HubCertificate, hubKeys: HubVault['hubKeys']): Vaults {
  const anybody = { db, clock: systemClock, ids: randomIds, random: randomBytes, hub };
  const { pepper } = account;
  const cards = createCardDeriver({ pepper, costLog2: cardCostLog2, concurrency: 2 });
  return { night: { ...anybody, cards, pepperId: pepperIdOf(pepper), caseKey }, hub: { ...anybody, hubKeys } };
}

async function memberCodes(db: pg.Pool): Promise<Map<string, string>> {
  const { rows } = await db.query<{ id: string; code: string }>('select id, code from doctor');
  return new Map(rows.map(({ id, code }) => [id, code]));
}

async function addAsker(
  db: pg.Pool,
  town: BenchTown,
  { night, hub }: Vaults,
  codes: ReadonlyMap<string, string>,
  index: number,
  chance: () => number,
): Promise<Asker> {
  const { associationId, doctors, patients } = town;
  const patient = patients[index]!;
  const doctor = doctors[(index + Math.floor(doctors.length / 2)) % doctors.length]!; // the first deputy (town.ts)
  const at = systemClock.now();
  const pin = String(20_000_000 + ((index * 7_654_321) % 70_000_000));
  const fax = `+81455${String(500_000 + index).padStart(6, '0')}`;
  await db.query('insert into doctor_pin (doctor_id, pin_hash, issued_at) values ($1, $2, $3)', [
    doctor.id,
    await hashSecret(pin, randomBytes(16)),
    at,
  ]);
  await db.query(
    `insert into fax_destination (
      id, association_id, doctor_id, position, e164, form, status, confirmed_at, confirm_due_at, registered_at)
    values ($1, $2, $3, 1, $4, 'full', 'confirmed', $5, $6, $5)`,
    [randomIds.next('fd'), associationId, doctor.id, fax, at, new Date(at.getTime() + 300 * 86_400_000)],
  );
  const content = contentOf(chance);
  await db.query(`update card set status = 'ready', number_in_transit = null where id = $1`, [await drawCard(night)]);
  const doing = { associationId, patientId: patient.id, actor: 'operator:op_bench', cause: 'bench' };
  const issued = await inTransaction(db, async (tx) => {
    const card = await issueCard(tx, hub, doing);
    if ('refused' in card) throw new Error(card.refused);
    const bytes = Buffer.from(serialiseContent(content));
    await storeVersion(tx, hub, { ...doing, content: bytes, cardKeys: card.cardKeys, isReleased: true });
    return card;
  });
  const birth = content.registration.birth.replaceAll('-', '');
  return { phone: doctor.phones[0]!, code: codes.get(doctor.id)!, pin, fax, card: issued.number, birth };
}
