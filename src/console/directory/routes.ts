import { z } from 'zod';
import { addEntry } from '../../directory/adding.ts';
import {
  changeEntry,
  changePhones,
  directoryChoices,
  type Edited,
  listEntries,
  readEntry,
  usesOf,
} from '../../directory/editing.ts';
import { addedKinds, entryFields, entryKinds, facilityKinds, phoneKinds, typedPhones } from '../../directory/entry.ts';
import { formatNational } from '../../lib/phone.ts';
import { permits, type Staff } from '../../staff/staff.ts';
import { type Refusal, refuse, route } from '../route.ts';

const pageSize = 50;
const params = z.object({ kind: z.enum(entryKinds), id: z.string().max(40) });
const choice = z.object({ id: z.string(), name: z.string() });
const done = z.object({ status: z.enum(['changed', 'unchanged']) });

export const directoryRoutes = {
  directory_choices: route({
    method: 'get',
    path: '/directory/choices',
    summary: 'Areas and facilities to choose from',
    access: 'directory.read',
    reply: z.object({ areas: z.array(choice), facilities: z.array(choice) }),
    handle: (ctx, { staff }) => directoryChoices(ctx.db, staff.associationId),
  }),

  search_directory: route({
    method: 'post',
    path: '/directory/search',
    summary: 'Areas, doctors, facilities, hospitals or standby persons, by code, page after page',
    access: 'directory.read',
    body: z.object({
      kind: z.enum(entryKinds),
      text: z.string().max(80),
      areaId: z.string().max(40).nullable(),
      withInactive: z.boolean(),
      after: z.string().max(40).nullable(),
    }),
    reply: z.object({
      rows: z.array(
        z.object({
          ...{ id: z.string(), code: z.string(), name: z.string(), spokenName: z.string(), isActive: z.boolean() },
          areaId: z.string().nullable(),
          office: z.string().nullable(),
          facilityKind: z.enum(facilityKinds).nullable(),
          phones: z.array(z.object({ number: z.string(), kind: z.enum(phoneKinds) })),
        }),
      ),
      /** The code after which the next page begins; null: this was the last. */
      next: z.string().nullable(),
    }),
    async handle(ctx, { staff, body: { kind, ...sought } }) {
      const listing = { ...sought, associationId: staff.associationId, limit: pageSize + 1 };
      const found = await listEntries(ctx.db, kind, listing);
      const rows = found.slice(0, pageSize).map((row) => ({
        ...{ id: row.id, code: row.code, name: row.name, spokenName: row.spoken_name, isActive: row.is_active },
        areaId: row.area_id,
        office: kind === 'doctor' ? row.note : null,
        facilityKind: kind === 'facility' ? (row.note as (typeof facilityKinds)[number]) : null,
        phones: row.phones.map((phone) => ({ number: shownNumber(phone.e164, staff), kind: phone.kind as 'mobile' })),
      }));
      return { rows, next: found.length > pageSize ? (rows.at(-1)?.code ?? null) : null };
    },
  }),

  read_entry: route({
    method: 'get',
    path: '/directory/:kind/:id',
    summary: 'One entry of the directory; telephones are masked for whoever may not edit',
    access: 'directory.read',
    params,
    reply: z.object({
      ...{ id: z.string(), code: z.string(), revision: z.string(), fields: entryFields },
      phones: z.array(z.object({ number: z.string(), kind: z.enum(phoneKinds) })),
      /** Who leans on this entry while it is in use. */
      uses: z.object({ patients: z.number().int(), duties: z.number().int() }),
    }),
    async handle(ctx, { staff, params: { kind, id } }) {
      const [entry, uses] = await Promise.all([readEntry(ctx.db, kind, staff.associationId, id), usesOf(ctx.db, id)]);
      if (!entry) return refuse(404, 'not_found');
      const { code, revision, fields } = entry;
      const phones = entry.phones.map(({ e164, kind }) => ({ number: shownNumber(e164, staff), kind }));
      return { ...{ id, code, revision, phones, uses }, fields: shownFields(fields) };
    },
  }),

  add_entry: route({
    method: 'post',
    path: '/directory/:kind',
    summary:
      'A new doctor, facility, hospital or standby person, with telephones; all faults at once, each with its field',
    access: 'directory.write',
    params: z.object({ kind: z.enum(addedKinds) }),
    body: z.object({ code: z.string().max(40), fields: entryFields, phones: typedPhones }),
    reply: z.object({ id: z.string(), code: z.string(), pin: z.string().nullable() }),
    async handle(ctx, { staff, params: { kind }, body, cause }) {
      if (body.fields.entry !== kind)
        return refuse(400, 'does_not_fit', { part: 'body', faults: [{ path: 'fields.entry' }] });
      const added = await addEntry(ctx, { associationId: staff.associationId, kind, ...body, by: staff.id, cause });
      return added.status === 'added' ? added : refuse(422, 'not_added', { faults: added.faults });
    },
  }),

  change_entry: route({
    method: 'put',
    path: '/directory/:kind/:id',
    summary: 'Changes an entry of the directory, or puts it in or out of use',
    access: 'directory.write',
    params,
    body: z.object({ revision: z.string().max(40), fields: entryFields }),
    reply: done,
    async handle(ctx, { staff, params: { kind, id }, body: { revision, fields }, cause }) {
      if (fields.entry !== kind)
        return refuse(400, 'does_not_fit', { part: 'body', faults: [{ path: 'fields.entry' }] });
      const edit = { associationId: staff.associationId, kind, id, revision, by: staff.id, cause };
      return answered(await changeEntry(ctx, edit, fields));
    },
  }),

  change_phones: route({
    method: 'put',
    path: '/directory/:kind/:id/phones',
    summary: 'The telephones of a doctor, hospital or standby person, in the order in which they ring',
    access: 'directory.write',
    params,
    body: z.object({ revision: z.string().max(40), phones: typedPhones }),
    reply: done,
    async handle(ctx, { staff, params: { kind, id }, body: { revision, phones }, cause }) {
      const edit = { associationId: staff.associationId, kind, id, revision, by: staff.id, cause };
      return answered(await changePhones(ctx, edit, phones));
    },
  }),
};

function answered(edited: Edited): { status: 'changed' | 'unchanged' } | Refusal {
  switch (edited.status) {
    case 'not_found':
      return refuse(404, 'not_found');
    case 'overtaken':
      return refuse(409, 'overtaken');
    case 'foreign_reference':
    case 'night_ends_before_it_begins':
      return refuse(422, edited.status);
    case 'phone_refused':
      return refuse(422, `phone_${edited.reason}`, { place: edited.place });
    default:
      return edited;
  }
}

/** 090-****-0101: enough to recognise, too little to ring a doctor at home. */
export function shownNumber(e164: string, staff: Pick<Staff, 'role'>): string {
  const number = formatNational(e164);
  if (permits(staff.role, 'directory.write')) return number;
  const parts = number.split('-');
  return parts.length === 3 ? `${parts[0]}-${'*'.repeat(parts[1]!.length)}-${parts[2]}` : `****${number.slice(-4)}`;
}

/** An office's numbers are printed on its sign: they are shown to everybody. */
function shownFields<Fields extends z.output<typeof entryFields>>(fields: Fields): Fields {
  if (fields.entry !== 'facility') return fields;
  const shown = (e164: string | null): string | null => (e164 === null ? null : formatNational(e164));
  return { ...fields, phone: shown(fields.phone), fax: shown(fields.fax) };
}
