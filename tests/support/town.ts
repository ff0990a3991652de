import type pg from 'pg';
import { createCardDeriver } from '../../src/lib/card.ts';
import { withCardCheckDigits, withMemberCheckDigit } from '../../src/lib/check-digits.ts';
import type { Ids } from '../../src/lib/ids.ts';
import { hashSecret } from '../../src/lib/secret.ts';
import { keepSecret } from './leaks.ts';

/** Cheap derivation for tests: the mathematics is the same, only the cost is not. */
export const testCard = { pepper: Buffer.alloc(32, 7), costLog2: 4, concurrency: 2 };

export interface Town {
  associationId: string;
  number: string;
  areas: Record<string, string>;
  doctor(name: string, options?: { area?: string; phones?: number; phone?: string }): Promise<TownPerson>;
  hospital(name: string, options?: HospitalOptions): Promise<TownPerson & { code: string; pin: string }>;
  standby(name: string, options?: { position?: number }): Promise<TownPerson>;
  patient(options: {
    area?: string;
    attending?: TownPerson;
    deputies?: TownPerson[];
    hospital?: TownPerson;
    needs?: string[];
  }): Promise<{ id: string; card: string }>;
  /** On duty every night and day, unless a band says otherwise (minutes of the service date). */
  duty(who: TownPerson, position: number, band?: { from: number; to: number }): Promise<void>;
  beds(hospital: TownPerson, freeCount: number, asOf: Date, acceptance?: string): Promise<void>;
}

export interface TownPerson {
  id: string;
  kind: 'doctor' | 'hospital' | 'standby';
  name: string;
  phones: string[];
  code: string;
}

interface HospitalOptions {
  byDay?: boolean;
  needs?: string[];
  staffed?: number;
}

/** A small town in the database; each builder fills in what a story does not care about. */
export async function buildTown(
  db: pg.Pool,
  ids: Ids,
  at: Date,
  options: { number?: string; plan?: object } = {},
): Promise<Town> {
  const associationId = ids.next('as');
  const number = options.number ?? '+815000000100';
  const serial = counter();
  await db.query(
    `insert into association (id, code, name, spoken_name, caller_number, hub_phone, created_at)
    values ($1, $2, '見本市医師会', '見本市医師会', $3, $4, $5)`,
    [associationId, associationId.slice(3, 9), number, number.replace('+8150', '+8145'), at],
  );
  await db.query('insert into dialled_number (e164, association_id) values ($1, $2)', [number, associationId]);
  const areas: Record<string, string> = {};
  for (const [index, name] of ['藤棚', '浅間台'].entries()) {
    const id = ids.next('ar');
    areas[name] = id;
    await db.query(
      'insert into area (id, association_id, code, key, name, spoken_name, plan) values ($1, $2, $3, $4, $5, $5, $6)',
      [id, associationId, `A${index + 1}`, index + 1, name, options.plan ?? {}],
    );
  }
  const deriver = createCardDeriver(testCard);
  const tail = number.slice(-3);
  const nextCard = cardNumbers(serial);

  async function addPhones(column: string, ownerId: string, kind: string, phones: string[]): Promise<void> {
    for (const [index, e164] of phones.entries())
      await db.query(`insert into phone (id, ${column}, position, e164, kind) values ($1, $2, $3, $4, $5)`, [
        ids.next('ph'),
        ownerId,
        index + 1,
        e164,
        kind,
      ]);
  }
  const newPhones = (count: number): string[] => {
    const n = serial();
    const last = String(n % 1000).padStart(3, '0');
    return Array.from({ length: count }, (_, index) => `+8190${index}${Math.floor(n / 1000) % 10}${tail}${last}`);
  };

  return {
    associationId,
    number,
    areas,
    async doctor(name, { area = '藤棚', phones = 1, phone } = {}) {
      const id = ids.next('dr');
      const code = withMemberCheckDigit(String(10000 + serial()));
      const own = phone ? [phone] : newPhones(phones);
      await db.query(
        `insert into doctor (id, association_id, code, name, spoken_name, area_id) values ($1, $2, $3, $4, $4, $5)`,
        [id, associationId, code, name, areas[area]],
      );
      await addPhones('doctor_id', id, 'mobile', own);
      return { id, kind: 'doctor', name, phones: own, code };
    },
    async hospital(name, { byDay = false, needs = [], staffed = 10 } = {}) {
      const id = ids.next('ho');
      const code = String(100 + serial());
      const pin = '493817';
      keepSecret('a PIN', pin);
      const phones = newPhones(1);
      await db.query(
        `insert into hospital (id, association_id, code, name, spoken_name, pin_hash, takes_by_day, accepts_needs)
        values ($1, $2, $3, $4, $4, $5, $6, $7)`,
        [id, associationId, code, name, await hashSecret(pin, Buffer.alloc(16, 1), 4), byDay, needs],
      );
      await db.query(`insert into hospital_bed_type (hospital_id, bed_type, staffed) values ($1, 'general', $2)`, [
        id,
        staffed,
      ]);
      await addPhones('hospital_id', id, 'desk', phones);
      return { id, kind: 'hospital', name, phones, code, pin };
    },
    async standby(name, { position = 1 } = {}) {
      const id = ids.next('sb');
      const code = `S${serial()}`;
      const phones = newPhones(1);
      await db.query(
        `insert into standby_person (id, association_id, code, position, name, spoken_name)
        values ($1, $2, $3, $4, $5, $5)`,
        [id, associationId, code, position, name],
      );
      await addPhones('standby_id', id, 'mobile', phones);
      return { id, kind: 'standby', name, phones, code };
    },
    async patient({ area = '藤棚', attending, deputies = [], hospital, needs = [] }) {
      const id = ids.next('pt');
      const card = nextCard();
      await db.query(
        `insert into patient (id, association_id, code, area_id, attending_id, deputy_ids, hospital_id, needs)
        values ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [id, associationId, `P${serial()}`, areas[area], attending?.id, deputies.map((d) => d.id), hospital?.id, needs],
      );
      await db.query(
        `insert into card (id, patient_id, lookup_index, status, issued_at) values ($1, $2, $3, 'active', $4)`,
        [ids.next('cd'), id, await deriver.lookupIndex(card), at],
      );
      keepSecret('a card number', card);
      return { id, card };
    },
    async duty(who, position, band = { from: 0, to: 1440 }) {
      const column = { doctor: 'doctor_id', hospital: 'hospital_id', standby: 'standby_id' }[who.kind];
      const area = who.kind === 'doctor' ? areas.藤棚 : null;
      await db.query(
        `insert into duty_rule (id, association_id, kind, area_id, ${column}, position, days, from_minute, to_minute)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [
          ids.next('rr'),
          associationId,
          who.kind,
          area,
          who.id,
          position,
          ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
          band.from,
          band.to,
        ],
      );
    },
    async beds(hospital, freeCount, asOf, acceptance = 'open') {
      await db.query(
        `insert into bed_offer (hospital_id, bed_type, free_count, acceptance, as_of, source)
        values ($1, 'general', $2, $3, $4, 'phone')
        on conflict (hospital_id, bed_type) do update
        set free_count = excluded.free_count, acceptance = excluded.acceptance, as_of = excluded.as_of`,
        [hospital.id, freeCount, acceptance, asOf],
      );
    },
  };
}

/** The next payload whose number is not also a My Number's (those are never issued). */
function cardNumbers(serial: () => number): () => string {
  return () => {
    for (;;) {
      const card = withCardCheckDigits(String(5_000_000_000 + serial() * 7919));
      if (card) return card;
    }
  };
}

function counter(): () => number {
  let n = 0;
  return () => ++n;
}
