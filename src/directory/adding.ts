/** Somebody new in the directory: the entry, its telephones and its beds in one transaction with the log; all faults at once. */
import { appendEntry } from '../audit/append.ts';
import { inTransaction, type Sql } from '../db.ts';
import { newPin } from '../disclosures/secrets.ts';
import type { Random } from '../embedded/secrets.ts';
import type { PhoneRefusal } from '../lib/phone.ts';
import { hashSecret } from '../lib/secret.ts';
import { type CodeFault, readCode, readHospitalCode, readMemberCode } from './codes.ts';
import { type EditingContext, readPhones, withNumbers } from './editing.ts';
import * as store from './editing-store.ts';
import { type AddedKind, type EntryFields, ownsPhones, type TypedPhones } from './entry.ts';

export interface Addition {
  associationId: string;
  kind: AddedKind;
  /** As typed. */
  code: string;
  fields: EntryFields;
  phones: TypedPhones;
  by: string;
  cause: string;
}

/** `field`: a field of the entry, `code`, or `phones.1` as the place in the list. */
export interface AddFault {
  field: string;
  code: CodeFault | PhoneRefusal | 'twice' | 'taken' | 'foreign_reference' | 'night_ends_before_it_begins' | 'too_few';
}

export type Added =
  | {
      status: 'added';
      id: string;
      code: string;
      /** Of a hospital's bed desk: said once, kept as a slow hash. */
      pin: string | null;
    }
  | { status: 'refused'; faults: AddFault[] };

const readers = { doctor: readMemberCode, hospital: readHospitalCode, facility: readCode, standby: readCode } as const;
const prefixes = { doctor: 'dr', hospital: 'ho', facility: 'fa', standby: 'sb' } as const;

export async function addEntry(ctx: EditingContext & { random: Random }, adding: Addition): Promise<Added> {
  const { kind, associationId, by, cause } = adding;
  const read = readers[kind](adding.code);
  const numbers = withNumbers(adding.fields);
  const phones = readPhones(adding.phones);
  const faults = [
    ...('refused' in read ? [{ field: 'code', code: read.refused }] : []),
    ...('status' in numbers ? [faultOf(numbers)] : []),
    ...('status' in phones ? [faultOf(phones)] : []),
    ...faultsBetween(adding),
  ];
  if ('refused' in read || 'status' in numbers || 'status' in phones || faults.length > 0)
    return { status: 'refused', faults };
  const pin = kind === 'hospital' ? newPin(ctx.random) : null;
  const pinHash = pin && (await hashSecret(pin, ctx.random(16)));
  const { fields } = numbers;
  return inTransaction(ctx.db, async (tx): Promise<Added> => {
    if (!(await references(tx, associationId, fields)))
      return { status: 'refused', faults: [{ field: 'areaId', code: 'foreign_reference' }] };
    const id = ctx.ids.next(prefixes[kind]);
    const row = { id, associationId, code: read.code, pinHash };
    if (!(await store.insertEntry(tx, kind, row, fields)))
      return { status: 'refused', faults: [{ field: 'code', code: 'taken' }] };
    if (fields.entry === 'hospital') await store.replaceBedTypes(tx, id, fields.bedTypes);
    const placed = phones.phones.map((phone, place) => ({ ...phone, id: ctx.ids.next('ph'), position: place + 1 }));
    if (ownsPhones(kind)) await store.savePhones(tx, kind, id, placed);
    const entry = { chainId: id, associationId, at: ctx.clock.now(), actor: `operator:${by}`, cause };
    const data = { code: read.code, phones: placed.map((phone) => phone.id) };
    await appendEntry(tx, { ...entry, kind: `${kind}_added`, data });
    return { status: 'added', id, code: read.code, pin };
  });
}

const faultOf = ({ reason, place }: { reason: PhoneRefusal | 'twice'; place: number | 'phone' | 'fax' }): AddFault => ({
  field: typeof place === 'number' ? `phones.${place}` : place,
  code: reason,
});

/** Who is rung has a telephone; a night does not end before it begins; a doctor stands in an area. */
function faultsBetween({ kind, fields, phones }: Addition): AddFault[] {
  const faults: AddFault[] = [];
  if (ownsPhones(kind) && phones.length === 0) faults.push({ field: 'phones.1', code: 'too_few' });
  if (fields.entry === 'doctor' && fields.areaId === '') faults.push({ field: 'areaId', code: 'blank' });
  if (fields.entry === 'hospital' && fields.nightTo <= fields.nightFrom)
    faults.push({ field: 'nightTo', code: 'night_ends_before_it_begins' });
  return faults;
}

const references = (tx: Sql, associationId: string, fields: EntryFields): Promise<boolean> =>
  store.areOwn(tx, associationId, {
    areaId: 'areaId' in fields ? fields.areaId : null,
    facilityId: 'facilityId' in fields ? fields.facilityId : null,
  });
