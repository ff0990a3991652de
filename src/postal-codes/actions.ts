import type pg from 'pg';
import { inTransaction, type Sql } from '../db.ts';
import { type Asked, readTowns } from './postal-codes.ts';
import * as store from './store.ts';

/** What the list says of a code of seven digits. */
export async function lookUpCode(sql: Sql, digits: string): Promise<Pick<Asked, 'towns' | 'isRegionListed'>> {
  const towns = await store.townsWithCode(sql, digits);
  return { towns, isRegionListed: towns.length > 0 || (await store.hasRegion(sql, digits.slice(0, 3))) };
}

/** Rows of one statement. */
const batch = 5000;

/**
 * Puts a list in the place of the one before, all or nothing.
 * @param text of Japan Post's utf_ken_all.csv, the whole country's or a prefecture's. @returns how many towns.
 * @throws Error that names the first line which is none.
 */
export async function importTowns(db: pg.Pool, text: string): Promise<number> {
  const towns = readTowns(text);
  if (towns.length === 0) throw new Error('there is no town in the file');
  const places = new Map<string, number>();
  const placed = towns.map((town) => {
    const place = places.get(town.postalCode) ?? 0;
    places.set(town.postalCode, place + 1);
    return { ...town, place };
  });
  await inTransaction(db, async (tx) => {
    await store.forgetTowns(tx);
    for (let from = 0; from < placed.length; from += batch)
      await store.insertTowns(tx, placed.slice(from, from + batch));
  });
  return towns.length;
}
