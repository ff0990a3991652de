/** The names that lists of the console show (name-line.ts). */
import { inTransaction } from '../db.ts';
import { parseContent } from '../records/record.ts';
import { type HubVault, markCard, openByHub } from '../vault/actions.ts';
import { type NameLine, nameLineOf, openNameLine, sealNameLine } from './name-line.ts';
import * as search from './search-store.ts';
import * as store from './store.ts';

type NamesContext = HubVault & { searchKey: Uint8Array };

/** By patient; who is not in it has no record, or it was destroyed. Lines that are missing are made. @throws VaultError when one was altered. */
export async function namesOf(
  ctx: NamesContext,
  associationId: string,
  patientIds: readonly string[],
): Promise<Map<string, NameLine>> {
  const key = { bytes: ctx.searchKey, associationId };
  const lines = await search.nameLines(ctx.db, associationId, patientIds);
  const names = new Map(lines.map(({ patientId, sealed }) => [patientId, openNameLine(key, patientId, sealed)]));
  for (const patientId of patientIds) {
    if (names.has(patientId)) continue;
    const made = await makeLine(ctx, associationId, patientId);
    if (made) names.set(patientId, made);
  }
  return names;
}

/** From the newest version, as a typist who saves would write it. The patient is locked, so that it cannot overtake him. */
function makeLine(ctx: NamesContext, associationId: string, patientId: string): Promise<NameLine | null> {
  return inTransaction(ctx.db, async (tx) => {
    if ((await store.lockPatient(tx, associationId, patientId)) === null) return null;
    const life = await store.lifeOfPatient(tx, associationId, patientId);
    const opened = life && (await openByHub({ db: tx, hubKeys: ctx.hubKeys }, associationId, patientId, life.version));
    if (!opened) return null;
    const line = nameLineOf(parseContent(opened.content));
    const key = { bytes: ctx.searchKey, associationId };
    await search.saveNameLine(tx, associationId, patientId, sealNameLine(key, patientId, line, ctx.random));
    await markCard(tx, ctx, { associationId, patientId });
    return line;
  });
}

/**
 * Records that were sealed before there were name lines get theirs, and their cards are found by number: when a console starts.
 * @returns how many it made; none: all have theirs.
 */
export async function fillNameLines(ctx: NamesContext, atMost = 100): Promise<number> {
  const missing = await search.withoutNameLine(ctx.db, atMost);
  let made = 0;
  for (const { associationId, patientId } of missing) if (await makeLine(ctx, associationId, patientId)) made += 1;
  return made;
}
