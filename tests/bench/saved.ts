/** Results that are kept: docs/bench/<date>-<part>.json, and the page that is made of all of them. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pageOf } from './page.ts';
import type { Result } from './result.ts';

const folder = path.resolve(import.meta.dirname, '../../docs/bench');

/** A second result of one part and day takes the place of the first. @returns where it is. */
export async function keep(result: Result, into: string = folder): Promise<string> {
  await mkdir(into, { recursive: true });
  const file = path.join(into, `${result.machine.at.slice(0, 10)}-${result.part}.json`);
  await writeFile(file, `${JSON.stringify(result, null, 2)}\n`);
  return file;
}

/** Everything that is kept, the oldest first. */
export async function kept(from: string = folder): Promise<Result[]> {
  const names = (await readdir(from).catch(() => [])).filter((name) => /^\d{4}-\d\d-\d\d-\w+\.json$/.test(name)).sort();
  const texts = await Promise.all(names.map((name) => readFile(path.join(from, name), 'utf8')));
  return texts.map((text) => JSON.parse(text) as Result);
}

/** Makes docs/bench/index.html again. @returns where it is. */
export async function makePage(of: string = folder): Promise<string> {
  const file = path.join(of, 'index.html');
  await mkdir(of, { recursive: true });
  await writeFile(file, pageOf(await kept(of)));
  return file;
}
