/**
 * The directory edited by a person: each change in one transaction with its entry in the log. Who is rung is looked up at every
 * step of a hunt, so that a changed telephone counts from the next step of every gateway on.
 */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import { appendEntry } from '../audit/append.ts';
import type { AuditKind } from '../audit/kinds.ts';
import { inTransaction, type Sql } from '../db.ts';
import type { Clock } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import { type PhoneRefusal, parsePhone } from '../lib/phone.ts';
import * as store from './editing-store.ts';
import { type EntryFields, type EntryKind, ownsPhones, type TypedPhones } from './entry.ts';

export { directoryChoices, type Listing, listEntries, usesOf } from './editing-store.ts';

export interface EditingContext {
  db: pg.Pool;
  clock: Clock;
  ids: Ids;
}

export interface Edit {
  associationId: string;
  kind: EntryKind;
  id: string;
  /** Of the state that this person saw. */
  revision: string;
  by: string;
  cause: string;
}

export type Edited =
  | { status: 'changed' | 'unchanged' }
  | { status: 'not_found' | 'overtaken' | 'foreign_reference' | 'night_ends_before_it_begins' }
  /** `place` counts from 1 in the list; `phone` and `fax` are fields. */
  | { status: 'phone_refused'; reason: PhoneRefusal | 'twice'; place: number | 'phone' | 'fax' };

export interface Entry {
  id: string;
  code: string;
  revision: string;
  fields: EntryFields;
  phones: { e164: string; kind: store.PhoneRow['kind'] }[];
}

/** @returns null: no such entry in this association. */
export async function readEntry(
  sql: Sql,
  kind: EntryKind,
  associationId: string,
  id: string,
  { lock = false }: { lock?: boolean } = {},
): Promise<Entry | null> {
  const row = await store.entryById(sql, kind, associationId, id, { lock });
  if (!row) return null;
  const phones = ownsPhones(kind)
    ? (await store.phonesOfOwner(sql, kind, id)).filter(({ is_active }) => is_active)
    : [];
  const bedTypes = kind === 'hospital' ? { bedTypes: await store.bedTypesOfHospital(sql, id) } : {};
  const fields = { entry: kind, ...row.fields, ...bedTypes } as EntryFields;
  const parts = JSON.stringify([row.revision, bedTypes, phones.map((phone) => [phone.id, phone.kind])]);
  const revision = createHash('sha256').update(parts).digest('base64url').slice(0, 22);
  return { id, code: row.code, revision, fields, phones: phones.map(({ e164, kind }) => ({ e164, kind })) };
}

/** Overwrites what may be edited of an entry. The log says which fields, and the state of those that are no words. */
export async function changeEntry(ctx: EditingContext, edit: Edit, given: EntryFields): Promise<Edited> {
  const read = withNumbers(given);
  if ('status' in read) return read;
  const { fields } = read;
  if (fields.entry === 'hospital' && fields.nightTo <= fields.nightFrom)
    return { status: 'night_ends_before_it_begins' };
  return changing(ctx, edit, async (tx, before) => {
    const areaId = 'areaId' in fields ? fields.areaId : null;
    const facilityId = 'facilityId' in fields ? fields.facilityId : null;
    if (!(await store.areOwn(tx, edit.associationId, { areaId, facilityId }))) return { status: 'foreign_reference' };
    const changed = changedFields(before.fields, fields);
    if (changed.length === 0) return { status: 'unchanged' };
    await store.updateEntry(tx, edit.kind, edit.id, fields);
    if (fields.entry === 'hospital') await store.replaceBedTypes(tx, edit.id, fields.bedTypes);
    const isActive = 'isActive' in fields ? { isActive: fields.isActive } : {};
    return { status: 'changed', log: { kind: `${edit.kind}_changed`, data: { fields: changed, ...isActive } } };
  });
}

/** The telephones of one person or desk, all of them, in the order in which they ring. */
export async function changePhones(ctx: EditingContext, edit: Edit, typed: TypedPhones): Promise<Edited> {
  const { kind, id } = edit;
  if (!ownsPhones(kind)) return { status: 'not_found' };
  const read = readPhones(typed);
  if ('status' in read) return read;
  const { phones: wanted } = read;
  return changing(ctx, edit, async (tx, before) => {
    if (JSON.stringify(before.phones) === JSON.stringify(wanted)) return { status: 'unchanged' };
    const known = await store.phonesOfOwner(tx, kind, id);
    const phones = wanted.map((phone, place) => ({
      ...phone,
      id: known.find(({ e164 }) => e164 === phone.e164)?.id ?? ctx.ids.next('ph'),
      position: place + 1,
    }));
    await store.savePhones(tx, kind, id, phones);
    const kept = new Set(phones.map((phone) => phone.id));
    const retired = known.filter((phone) => phone.is_active && !kept.has(phone.id)).map((phone) => phone.id);
    return { status: 'changed', log: { kind: 'phones_changed', data: { phones: [...kept], retired } } };
  });
}

type RefusedPhone = Extract<Edited, { status: 'phone_refused' }>;

/** In their order, each once. */
export function readPhones(
  typed: TypedPhones,
): { phones: { e164: string; kind: store.PhoneRow['kind'] }[] } | RefusedPhone {
  const phones: { e164: string; kind: store.PhoneRow['kind'] }[] = [];
  for (const [index, { number, kind }] of typed.entries()) {
    const parsed = parsePhone(number);
    if ('refused' in parsed) return { status: 'phone_refused', reason: parsed.refused, place: index + 1 };
    if (phones.some(({ e164 }) => e164 === parsed.e164))
      return { status: 'phone_refused', reason: 'twice', place: index + 1 };
    phones.push({ e164: parsed.e164, kind });
  }
  return { phones };
}

type Work = (
  tx: Sql,
  before: Entry,
) => Promise<Edited | { status: 'changed'; log: { kind: AuditKind; data: Record<string, unknown> } }>;

/** Lock, compare with what the person saw, do it, write it down. */
async function changing({ db, clock }: EditingContext, edit: Edit, work: Work): Promise<Edited> {
  const { associationId, kind, id, revision, by, cause } = edit;
  return inTransaction(db, async (tx) => {
    const before = await readEntry(tx, kind, associationId, id, { lock: true });
    if (!before) return { status: 'not_found' };
    if (before.revision !== revision) return { status: 'overtaken' };
    const done = await work(tx, before);
    if (!('log' in done)) return done;
    const entry = { chainId: id, associationId, at: clock.now(), actor: `operator:${by}`, cause };
    await appendEntry(tx, { ...entry, ...done.log });
    return { status: 'changed' };
  });
}

function changedFields(before: EntryFields, after: EntryFields): string[] {
  const old = before as Record<string, unknown>;
  return Object.entries(after)
    .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(old[name]))
    .map(([name]) => name);
}

/** A facility's own numbers, as typed, become E.164; empty is none. */
export function withNumbers(fields: EntryFields): { fields: EntryFields } | RefusedPhone {
  if (fields.entry !== 'facility') return { fields };
  const numbers: { phone: string | null; fax: string | null } = { phone: null, fax: null };
  for (const place of ['phone', 'fax'] as const) {
    const typed = fields[place]?.trim() ?? '';
    if (typed === '') continue;
    const parsed = parsePhone(typed);
    if ('refused' in parsed) return { status: 'phone_refused', reason: parsed.refused, place };
    numbers[place] = parsed.e164;
  }
  return { fields: { ...fields, ...numbers } };
}
