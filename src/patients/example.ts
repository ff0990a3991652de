/** The records that come with an example ward: what a file of them says, and how they are read. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { addDays, type LocalDate } from '../lib/japan-time.ts';

const exampleShape = z.strictObject({
  /** So many days before the import somebody read or confirmed it; null: it still awaits its second reading. */
  confirmedDaysAgo: z.int().min(0).max(1000).nullable(),
  registration: z.looseObject({}),
  record: z.looseObject({}),
});

export type ExampleRecord = z.output<typeof exampleShape> & { code: string };

/**
 * Reads `<folder>/records/P001.json` …, by the code of the patient. A folder without any is an empty list.
 * @throws Error that names the file when one of them is not an example record.
 */
export async function readExampleRecords(folder: string): Promise<ExampleRecord[]> {
  const within = path.join(folder, 'records');
  const files = await readdir(within).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const wanted = files.filter((file) => file.endsWith('.json')).sort();
  return Promise.all(wanted.map((file) => readOne(path.join(within, file))));
}

async function readOne(file: string): Promise<ExampleRecord> {
  const code = path.basename(file, '.json');
  try {
    return { code, ...exampleShape.parse(JSON.parse(await readFile(file, 'utf8'))) };
  } catch (error) {
    throw new Error(`${file} is not a record of an example`, { cause: error });
  }
}

/** Dates of an example count from the day of its import, so that it never grows old: `-30d` is thirty days ago. */
export function withDates(value: unknown, today: LocalDate): unknown {
  if (typeof value === 'string')
    return /^[+-]\d{1,5}d$/.test(value) ? addDays(today, Number(value.slice(0, -1))) : value;
  if (Array.isArray(value)) return value.map((item) => withDates(item, today));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withDates(item, today)]));
}
