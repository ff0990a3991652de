/** The one way a swap changes: lock, decide (swap.ts), save, log, and change the roster when both have said yes. */

import type pg from 'pg';
import { appendEntry } from '../audit/append.ts';
import type { AuditKind } from '../audit/kinds.ts';
import { inTransaction, type Sql } from '../db.ts';
import { instantOf, type LocalDate } from '../lib/japan-time.ts';
import { type Edit, type EditingContext, holderOf, lockedRules, putOnDuty } from './editing.ts';
import { isActiveDoctor } from './editing-store.ts';
import type { Band } from './roster.ts';
import { decideSwap, type Side, type Swap, type SwapCommand } from './swap.ts';
import * as store from './swap-store.ts';

export { phonesOf, type SwapRow, swapAwaiting, swapById, swapsOf } from './swap-store.ts';

export interface SwapTerms {
  areaId: string;
  date: LocalDate;
  band: Band;
  position: number;
  giverId: string;
  takerId: string;
}

export type SwapRefusal = 'not_found' | 'unknown_doctor' | 'overtaken' | 'roster_past' | 'swap_same' | 'swap_open';

/** Asks for a swap; neither side has said yes. The giver must have that duty now. */
export async function askForSwap(
  tx: Sql,
  ctx: EditingContext,
  edit: Edit & SwapTerms,
): Promise<{ swapId: string } | { refused: SwapRefusal }> {
  const { associationId, areaId, date, band, position, giverId, takerId } = edit;
  const at = ctx.clock.now();
  const beginsAt = instantOf(date, band.from);
  if (giverId === takerId) return { refused: 'swap_same' };
  if (at >= beginsAt) return { refused: 'roster_past' };
  const rules = await lockedRules(tx, edit, areaId);
  if (!rules) return { refused: 'not_found' };
  if (holderOf(rules, { areaId, date, band, position }) !== giverId) return { refused: 'overtaken' };
  if (!(await isActiveDoctor(tx, associationId, takerId))) return { refused: 'unknown_doctor' };
  const id = ctx.ids.next('sw');
  const asked = await store.insertSwap(tx, {
    ...{ id, association_id: associationId, area_id: areaId, giver_id: giverId, taker_id: takerId, position },
    ...{ service_date: date, from_minute: band.from, to_minute: band.to, status: 'waiting' as const },
    ...{ giver_confirmed_at: null, taker_confirmed_at: null, begins_at: beginsAt, created_at: at, ended_at: null },
    ring_due_at: at,
  });
  if (!asked) return { refused: 'swap_open' };
  const data = { areaId, date, ...band, position, giverId, takerId };
  await note(tx, edit, id, at, 'swap_asked', data);
  return { swapId: id };
}

export type SwapTold = { status: Swap['status'] } | { refused: 'not_found' | 'swap_over' };

/** Tells a swap what happened. `status` is what it is afterwards. */
export async function tellSwap(
  tx: Sql,
  ctx: EditingContext,
  edit: Edit & { swapId: string },
  command: SwapCommand,
): Promise<SwapTold> {
  const row = await store.lockSwap(tx, edit.associationId, edit.swapId);
  if (!row) return { refused: 'not_found' };
  const at = ctx.clock.now();
  const before = swapOf(row);
  if (before.status !== 'waiting') return { refused: 'swap_over' };
  const decided = decideSwap(before, command, at, row.begins_at);
  if (!decided) return { status: before.status };
  const next = decided.status === 'agreed' ? await carriedOut(tx, ctx, edit, row, decided) : decided;
  await store.saveSwap(tx, row.id, next, next.status === 'waiting' ? null : at);
  // The taker has said yes: from now on it is the giver who is rung.
  if (next.status === 'waiting' && !before.taker && next.taker)
    await store.saveRing(tx, row.id, { dueAt: at, rounds: 0, callbackId: null });
  const side = 'side' in command ? { side: command.side } : {};
  const kind = next.status === 'waiting' ? 'swap_confirmed' : (`swap_${next.status}` as const);
  await note(tx, edit, row.id, at, kind, side);
  return { status: next.status };
}

/** The duty goes over; lapsed when it is no longer the giver's, or the taker is out of use. */
async function carriedOut(
  tx: Sql,
  ctx: EditingContext,
  edit: Edit,
  row: store.SwapRow,
  agreed: Extract<Swap, { status: 'agreed' }>,
): Promise<Swap> {
  const { area_id: areaId, service_date: date, position, giver_id: before, taker_id: doctorId } = row;
  const band = { from: row.from_minute, to: row.to_minute };
  const { associationId, by, cause } = edit;
  const put = await putOnDuty(tx, ctx, { associationId, by, cause, areaId, date, band, position, doctorId, before });
  return 'refused' in put ? { ...agreed, status: 'lapsed' } : agreed;
}

/** Swaps whose duty began while they waited end as lapsed. @returns how many. */
export async function lapseSwaps(ctx: EditingContext & { db: pg.Pool }): Promise<number> {
  const rows = await store.lapsedSwaps(ctx.db, ctx.clock.now(), 50);
  for (const { id: swapId, association_id: associationId } of rows)
    await inTransaction(ctx.db, (tx) =>
      tellSwap(tx, ctx, { associationId, swapId, by: 'clock', cause: 'due' }, { type: 'tick' }),
    );
  return rows.length;
}

/** Which side of it a doctor is; null: none. */
export const sideOf = (row: Pick<store.SwapRow, 'giver_id' | 'taker_id'>, doctorId: string): Side | null =>
  row.giver_id === doctorId ? 'giver' : row.taker_id === doctorId ? 'taker' : null;

function swapOf(row: store.SwapRow): Swap {
  const said = { giver: row.giver_confirmed_at, taker: row.taker_confirmed_at };
  return { status: row.status, ...said } as Swap;
}

const note = (
  tx: Sql,
  { associationId, by, cause }: Edit,
  swapId: string,
  at: Date,
  kind: AuditKind,
  data: object,
): Promise<number> => appendEntry(tx, { chainId: swapId, associationId, at, actor: by, cause, kind, data });
