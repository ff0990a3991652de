/** Writes checked lists into the database: compares first, so that a list imported twice changes nothing. */
import { isDeepStrictEqual } from 'node:util';
import type { Sql } from '../db.ts';
import { listDestinations } from '../fax/actions.ts';
import type { Ids } from '../lib/ids.ts';
import { replaceRules } from '../roster/actions.ts';
import type { PhoneCell } from './cells.ts';
import type { FileName } from './columns.ts';
import type { Lists } from './lists.ts';
import * as patientStore from './patient-store.ts';
import { areaNamed } from './references.ts';
import * as store from './store.ts';

export interface FileChanges {
  file: FileName;
  added: number;
  changed: number;
  unchanged: number;
  /** Rows that were registered and in use, and stand in the list no more: now out of use. */
  retired: number;
}

/** What was worked out before the transaction began, because it is slow on purpose. */
export interface Prepared {
  /** Hash to store by hospital code; absent where the list gives no PIN. */
  pinHashes: ReadonlyMap<string, string>;
  /** Look-up index by patient code; absent where the list gives no card. */
  cardIndexes: ReadonlyMap<string, Buffer>;
}

/** What stands in the database. */
export interface Registered {
  association: store.Saved<store.SavedAssociation>;
  isNew: boolean;
  numbers: { e164: string; associationId: string }[];
  areas: store.Saved<store.SavedArea>[];
  hospitals: store.Saved<store.SavedHospital>[];
  patients: store.Saved<patientStore.SavedPatient>[];
  cards: patientStore.SavedCard[];
}

interface Work {
  sql: Sql;
  lists: Lists;
  registered: Registered;
  prepared: Prepared;
  ids: Ids;
  at: Date;
}

/** Writes everything; runs inside the caller's transaction. Returns what changed, file by file. */
export async function applyLists(work: Work): Promise<FileChanges[]> {
  const { sql, lists, registered } = work;
  const changes: FileChanges[] = [await applyAssociation(work)];
  const areas = await applyAreas(work);
  const areaId = (word: string): string => areas.idOf.get(areaNamed(lists.areas, word)!.code)!;
  const facilities = await applyFacilities(work, areaId);
  const doctors = await applyDoctors(work, areaId, facilities.idOf);
  const hospitals = await applyHospitals(work);
  const bedTypes = await applyBedTypes(work, hospitals.idOf);
  const standby = await applyStandby(work);
  const idOf = { doctor: doctors.idOf, hospital: hospitals.idOf, standby: standby.idOf };
  const rules = lists.rules.map(({ kind, area, subject, position, band, when }) => {
    return { kind, areaId: area && areaId(area), subjectId: idOf[kind].get(subject)!, position, band, when };
  });
  const roster = await replaceRules(sql, registered.association.id, rules, work.ids);
  const ruleChanges = (file: FileName, kind: keyof typeof roster): FileChanges => {
    const { added, unchanged, removed } = roster[kind];
    return { file, added, changed: 0, unchanged, retired: removed };
  };
  const patients = await applyPatients(work, areaId, doctors.idOf, hospitals.idOf);
  for (const part of [areas, facilities, doctors, hospitals]) changes.push(part.changes);
  changes.push(bedTypes, standby.changes);
  changes.push(ruleChanges('roster.csv', 'doctor'), ruleChanges('rotation.csv', 'hospital'));
  changes.push(ruleChanges('standby_roster.csv', 'standby'), patients);
  changes.push(await applyFaxes(work, { doctor: doctors.idOf, hospital: hospitals.idOf, facility: facilities.idOf }));
  return changes;
}

/** Entered as registered: a test page and its code come before any record goes there. */
async function applyFaxes(
  { sql, lists, registered, ids, at }: Work,
  idOf: Record<'doctor' | 'hospital' | 'facility', ReadonlyMap<string, string>>,
): Promise<FileChanges> {
  const wanted = lists.faxDestinations.map(({ kind, code, position, fax: e164, form, isActive }) => {
    return { owner: { kind, id: idOf[kind].get(code)! }, position, e164, form, isActive };
  });
  return {
    file: 'fax_destinations.csv',
    ...(await listDestinations(sql, { ids }, registered.association.id, wanted, at)),
  };
}

/** Compares and saves the rows of one list. `alsoChanged` says whether something that hangs on the row changed too. */
async function sync<T extends { code: string }>(options: {
  file: FileName;
  registered: readonly store.Saved<T>[];
  wanted: readonly T[];
  newId: () => string;
  save: (row: store.Saved<T>) => Promise<void>;
  alsoChanged?: (row: store.Saved<T>) => Promise<boolean>;
}): Promise<{ changes: FileChanges; idOf: Map<string, string> }> {
  const { file, registered, wanted, newId, save } = options;
  const changes: FileChanges = { file, added: 0, changed: 0, unchanged: 0, retired: 0 };
  const byCode = new Map(registered.map((row) => [row.code, row]));
  const idOf = new Map<string, string>();
  for (const values of wanted) {
    const before = byCode.get(values.code);
    const row = { ...values, id: before?.id ?? newId() };
    idOf.set(values.code, row.id);
    const differs = !before || !isDeepStrictEqual({ ...before }, { ...row });
    if (differs) await save(row);
    const hanging = (await options.alsoChanged?.(row)) ?? false;
    if (!before) changes.added += 1;
    else if (differs || hanging) changes.changed += 1;
    else changes.unchanged += 1;
  }
  for (const row of registered) {
    if (idOf.has(row.code) || !('isActive' in row) || !row.isActive) continue;
    await save({ ...row, isActive: false });
    changes.retired += 1;
  }
  return { changes, idOf };
}

async function applyAssociation({ sql, lists, registered, at }: Work): Promise<FileChanges> {
  const { row: _, dialledNumbers, ...values } = lists.association;
  const changes: FileChanges = { file: 'association.csv', added: 0, changed: 0, unchanged: 0, retired: 0 };
  const saved = { ...values, id: registered.association.id };
  const differs = registered.isNew || !isDeepStrictEqual({ ...registered.association }, saved);
  if (differs) await store.saveAssociation(sql, saved, at);
  const own = registered.numbers.filter(({ associationId }) => associationId === saved.id).map(({ e164 }) => e164);
  const fresh = dialledNumbers.filter((number) => !own.includes(number));
  const gone = own.filter((number) => !dialledNumbers.includes(number));
  for (const number of fresh) await store.addDialledNumber(sql, saved.id, number);
  for (const number of gone) await store.removeDialledNumber(sql, number);
  if (registered.isNew) changes.added = 1;
  else if (differs || fresh.length > 0 || gone.length > 0) changes.changed = 1;
  else changes.unchanged = 1;
  return changes;
}

async function applyAreas({ sql, lists, registered, ids }: Work) {
  await store.deferAreaKeys(sql);
  return sync({
    file: 'areas.csv',
    registered: registered.areas,
    wanted: lists.areas.map(({ code, key, name, spokenName }) => ({ code, key, name, spokenName })),
    newId: () => ids.next('ar'),
    save: (row) => store.saveArea(sql, registered.association.id, row),
  });
}

async function applyFacilities({ sql, lists, registered, ids }: Work, areaId: (word: string) => string) {
  const associationId = registered.association.id;
  return sync({
    file: 'facilities.csv',
    registered: await store.facilitiesOf(sql, associationId),
    wanted: lists.facilities.map(({ row: _, area, ...rest }) => ({ ...rest, areaId: area && areaId(area) })),
    newId: () => ids.next('fa'),
    save: (row) => store.saveFacility(sql, associationId, row),
  });
}

async function applyDoctors(
  { sql, lists, registered, ids }: Work,
  areaId: (word: string) => string,
  facilityIds: ReadonlyMap<string, string>,
) {
  const associationId = registered.association.id;
  const before = await store.doctorsOf(sql, associationId);
  const phones = await phoneSync(sql, 'doctor', before, lists.doctors, ids);
  return sync({
    file: 'doctors.csv',
    registered: before,
    wanted: lists.doctors.map(({ row: _, phones: __, area, facility, ...rest }) => {
      return { ...rest, areaId: areaId(area), facilityId: facility && facilityIds.get(facility)! };
    }),
    newId: () => ids.next('dr'),
    save: (row) => store.saveDoctor(sql, associationId, row),
    alsoChanged: phones,
  });
}

async function applyHospitals({ sql, lists, registered, prepared, ids }: Work) {
  const hashes = new Map(registered.hospitals.map(({ code, pinHash }) => [code, pinHash]));
  const phones = await phoneSync(sql, 'hospital', registered.hospitals, lists.hospitals, ids);
  return sync<store.SavedHospital>({
    file: 'hospitals.csv',
    registered: registered.hospitals,
    wanted: lists.hospitals.map(({ row: _, phones: __, pin: ___, ...rest }) => {
      return { ...rest, pinHash: prepared.pinHashes.get(rest.code) ?? hashes.get(rest.code)! };
    }),
    newId: () => ids.next('ho'),
    save: (row) => store.saveHospital(sql, registered.association.id, row),
    alsoChanged: phones,
  });
}

/** A bed type that vanished keeps its row with no beds: what hospitals reported about it still refers to it. */
async function applyBedTypes(
  { sql, lists, registered }: Work,
  hospitalIds: ReadonlyMap<string, string>,
): Promise<FileChanges> {
  const changes: FileChanges = { file: 'bed_types.csv', added: 0, changed: 0, unchanged: 0, retired: 0 };
  const key = ({ hospitalId, bedType }: store.SavedBedType): string => `${hospitalId} ${bedType}`;
  const before = await store.bedTypesOf(sql, registered.association.id);
  const standing = new Map(before.map((row) => [key(row), row]));
  for (const { hospital, bedType, staffed } of lists.bedTypes) {
    const row = { hospitalId: hospitalIds.get(hospital)!, bedType, staffed };
    const old = standing.get(key(row));
    standing.delete(key(row));
    if (old?.staffed === staffed) changes.unchanged += 1;
    else if (old) changes.changed += 1;
    else changes.added += 1;
    if (old?.staffed !== staffed) await store.saveBedType(sql, row);
  }
  for (const row of standing.values()) {
    if (row.staffed === 0) continue;
    await store.saveBedType(sql, { ...row, staffed: 0 });
    changes.retired += 1;
  }
  return changes;
}

async function applyStandby({ sql, lists, registered, ids }: Work) {
  const associationId = registered.association.id;
  const before = await store.standbyOf(sql, associationId);
  const phones = await phoneSync(sql, 'standby', before, lists.standby, ids);
  return sync({
    file: 'standby.csv',
    registered: before,
    wanted: lists.standby.map(({ row: _, phones: __, ...rest }) => rest),
    newId: () => ids.next('sb'),
    save: (row) => store.saveStandby(sql, associationId, row),
    alsoChanged: phones,
  });
}

/** Makes the listed phones, in their order, the owner's phones in use. A number keeps its id over all changes. */
async function phoneSync(
  sql: Sql,
  owner: store.Owner,
  registered: readonly { id: string }[],
  wanted: ReadonlyArray<{ code: string; phones: PhoneCell[] }>,
  ids: Ids,
): Promise<(row: { id: string; code: string }) => Promise<boolean>> {
  const all = await store.phonesOf(
    sql,
    owner,
    registered.map(({ id }) => id),
  );
  const phonesByCode = new Map(wanted.map(({ code, phones }) => [code, phones]));
  return async ({ id, code }) => {
    const own = all.filter(({ ownerId }) => ownerId === id);
    const active = own.filter(({ isActive }) => isActive);
    const list = phonesByCode.get(code)!.map(({ e164, kind }, index) => ({ e164, kind, position: index + 1 }));
    const now = active.map(({ e164, kind, position }) => ({ e164, kind, position }));
    if (isDeepStrictEqual(now, list)) return false;
    await store.retirePhones(
      sql,
      active.map((phone) => phone.id),
    );
    for (const phone of list) {
      const known = own.find(({ e164 }) => e164 === phone.e164);
      await store.savePhone(sql, owner, { ...phone, id: known?.id ?? ids.next('ph'), ownerId: id, isActive: true });
    }
    return true;
  };
}

async function applyPatients(
  { sql, lists, registered, prepared, ids, at }: Work,
  areaId: (word: string) => string,
  doctorIds: ReadonlyMap<string, string>,
  hospitalIds: ReadonlyMap<string, string>,
): Promise<FileChanges> {
  const cardOf = new Map(
    registered.cards.filter(({ status }) => status === 'active').map((card) => [card.patientId, card]),
  );
  const { changes } = await sync<patientStore.SavedPatient>({
    file: 'patients.csv',
    registered: registered.patients,
    wanted: lists.patients.map(({ row: _, cardNumber: __, area, attending, deputies, hospital, ...rest }) => ({
      ...rest,
      areaId: areaId(area),
      attendingId: attending && doctorIds.get(attending)!,
      deputyIds: deputies.map((code) => doctorIds.get(code)!),
      hospitalId: hospital && hospitalIds.get(hospital)!,
    })),
    newId: () => ids.next('pt'),
    save: (row) => patientStore.savePatient(sql, registered.association.id, row),
    async alsoChanged({ id: patientId, code }) {
      const lookupIndex = prepared.cardIndexes.get(code);
      const card = cardOf.get(patientId);
      if (!lookupIndex || card?.lookupIndex.equals(lookupIndex)) return false;
      if (card) await patientStore.revokeCard(sql, card.id);
      await patientStore.addCard(sql, { id: ids.next('cd'), patientId, lookupIndex }, at);
      return true;
    },
  });
  return changes;
}
