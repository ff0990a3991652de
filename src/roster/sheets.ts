/** 当番表 of a month on paper: for the printer at the hub, and by fax to the doctors of the area. */
import type pg from 'pg';
import { appendEntry } from '../audit/append.ts';
import { inTransaction, type Sql } from '../db.ts';
import type { DisclosureContext, RenderedPage } from '../disclosures/context.ts';
import type { Clock } from '../lib/clock.ts';
import type { RosterSheet } from '../pages/roster-view.ts';
import type { RosterReply } from '../paper/forms/roster-reply.ts';
import { areaRules } from './actions.ts';
import { japanCalendar } from './calendar.ts';
import { type Edit, type EditingContext, lockedRules } from './editing.ts';
import { namesOf } from './feed-store.ts';
import { datesOf, monthOf } from './month.ts';
import { formatBand } from './notation.ts';
import { areaIdsOf } from './roll-call-store.ts';
import type { DutyRule } from './roster.ts';
import * as store from './sheet-store.ts';
import { slotsOf } from './slots.ts';

export { type SheetRow, sheetsOf } from './sheet-store.ts';

/** What the sheet says now; null when there is no such area. */
export async function rosterSheet(
  sql: Sql,
  about: { associationId: string; areaId: string; month: string },
  at: Date,
): Promise<RosterSheet | null> {
  const { associationId, areaId, month } = about;
  const [head, names] = [await store.headOf(sql, areaId), await namesOf(sql, associationId)];
  if (!head || !names.has(areaId)) return null;
  const { columns, days } = monthOf(await areaRules(sql, areaId), month, areaId, japanCalendar);
  const said = (cell: { subjectId: string }): string => names.get(cell.subjectId) ?? '';
  return {
    ...{ associationName: head.association, hubPhone: head.phone, areaName: head.area, at },
    bands: columns.map(formatBand),
    days: days.map(({ date, cells }) => ({
      date,
      names: columns.map((_, column) => [
        ...new Set(
          cells
            .filter((cell) => cell.column === column && !cell.isAway)
            .sort(byPosition)
            .map(said),
        ),
      ]),
    })),
  };
}

const byPosition = (a: { position: number }, b: { position: number }): number => a.position - b.position;

/** The sheet is to go to the area's doctors by fax: written down here, made and sent by a worker. */
export async function orderSheet(
  tx: Sql,
  ctx: EditingContext,
  edit: Edit & { areaId: string; month: string },
): Promise<{ sheetId: string } | { refused: 'not_found' }> {
  const { associationId, areaId, month, by, cause } = edit;
  if (!(await lockedRules(tx, edit, areaId))) return { refused: 'not_found' };
  const id = ctx.ids.next('st');
  const at = ctx.clock.now();
  await store.insertSheet(tx, { id, association_id: associationId, area_id: areaId, month, by, ordered_at: at });
  const data = { sheetId: id, month };
  await appendEntry(tx, { chainId: areaId, associationId, at, actor: by, cause, kind: 'roster_sheet_ordered', data });
  return { sheetId: id };
}

export interface SheetContext extends Pick<DisclosureContext, 'log' | 'release'> {
  db: pg.Pool;
  clock: Clock;
}

/** Makes and puts in what was ordered: one fax a machine, however many doctors share it. @returns how many sheets went. */
export async function sendSheets(ctx: SheetContext): Promise<number> {
  const waiting = await store.sheetsWaiting(ctx.db, 10);
  for (const sheet of waiting) await send(ctx, sheet);
  return waiting.length;
}

async function send(ctx: SheetContext, sheet: store.SheetRow): Promise<void> {
  const { id, association_id: associationId, area_id: areaId, month } = sheet;
  const at = ctx.clock.now();
  const { faxes, pages } = ctx.release;
  const content = await rosterSheet(ctx.db, { associationId, areaId, month }, at);
  if (!content) throw new Error('the area of a roster sheet is gone: the directory was changed under it');
  const { machines, without } = await machinesOf(ctx, areaId, at);
  const dutiesOf = await monthlyDuties(ctx.db, associationId, month);
  const made: (Machine & { page: RenderedPage })[] = [];
  for (const machine of machines) {
    const replies = machine.doctors.map(({ id: doctorId, code, name }) => ({
      ...{ doctorCode: code, doctorName: name, areaName: content.areaName, month, days: dutiesOf(doctorId) },
    }));
    made.push({ ...machine, page: await pages.roster(content, replies) });
  }
  const queued = await inTransaction(ctx.db, async (tx) => {
    const faxIds: string[] = [];
    if (!(await store.claimSheet(tx, id))) return faxIds;
    let withoutFax = without;
    for (const { destinationId, doctors, page } of made) {
      const about = { associationId, destinationId, purpose: 'form' as const, subjectId: id, at };
      const faxId = await faxes.queue(tx, { ...about, ...page });
      if (faxId === null) withoutFax += doctors.length;
      else faxIds.push(faxId);
    }
    await store.sheetSent(tx, id, { at, faxCount: faxIds.length, withoutFax });
    return faxIds;
  });
  for (const faxId of queued) faxes.wake(faxId);
}

interface Machine {
  destinationId: string;
  /** All who share it. */
  doctors: store.SheetDoctor[];
}

/** The confirmed machines of an area's doctors, and how many have none. */
async function machinesOf(
  { db, release: { faxes } }: SheetContext,
  areaId: string,
  at: Date,
): Promise<{ machines: Machine[]; without: number }> {
  const machines = new Map<string, Machine>();
  let without = 0;
  for (const doctor of await store.doctorsOfArea(db, areaId)) {
    const [fax] = await faxes.confirmedDestinations(db, { doctorId: doctor.id }, at);
    const known = fax && machines.get(fax.e164);
    if (known) known.doctors.push(doctor);
    else if (fax) machines.set(fax.e164, { destinationId: fax.id, doctors: [doctor] });
    else without++;
  }
  return { machines: [...machines.values()], without };
}

/** What each doctor has on each date of the month, in whatever area. */
async function monthlyDuties(
  sql: Sql,
  associationId: string,
  month: string,
): Promise<(doctorId: string) => RosterReply['days']> {
  const areas: DutyRule[][] = [];
  for (const areaId of await areaIdsOf(sql, associationId)) areas.push(await areaRules(sql, areaId));
  const days = datesOf(month).map((date) => ({
    date,
    slots: areas.flatMap((rules) => slotsOf(rules, date, japanCalendar)).filter(({ isAway }) => !isAway),
  }));
  return (doctorId) =>
    days.map(({ date, slots }) => ({ date, duties: slots.filter(({ subjectId }) => subjectId === doctorId) }));
}
