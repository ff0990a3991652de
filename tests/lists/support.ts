import { createHmac } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type pg from 'pg';
import { idsFrom } from '../../src/lib/ids.ts';
import type { ImportDeps } from '../../src/lists/actions.ts';
import type { FileName } from '../../src/lists/columns.ts';

export const exampleFolder = path.resolve(import.meta.dirname, '../../config/examples/nishi');

/** A stand-in for the slow derivation, as wide as the real one and just as one-way. */
export const cardIndex = (number: string): Buffer => createHmac('sha256', 'a test pepper').update(number).digest();

let imports = 0;

/** What an import needs, with a clock that stands still (Monday 2026-06-01 12:00 in Japan) and ids in a fixed order. */
export function depsFor(db: pg.Pool): ImportDeps & { derived: string[] } {
  // A new seed for each import, as in life: the same ids again would overwrite rows and hide faults.
  let seed = ++imports;
  const random = (size: number): Uint8Array =>
    Uint8Array.from({ length: size }, () => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return seed >>> 16;
    });
  const derived: string[] = [];
  return {
    db,
    clock: { now: () => new Date('2026-06-01T03:00:00Z'), after: () => ({ cancel() {} }) },
    ids: idsFrom(random),
    random,
    pinCostLog2: 4,
    derived,
    async deriveLookupIndex(number) {
      derived.push(number);
      return cardIndex(number);
    },
  };
}

export interface Folder {
  path: string;
  read(file: FileName): Promise<string>;
  write(file: FileName, content: string | Uint8Array): Promise<void>;
  /** Replaces text that must be there. */
  edit(file: FileName, from: string | RegExp, to: string): Promise<void>;
  remove(file: FileName): Promise<void>;
  discard(): Promise<void>;
}

/** A copy of the worked example that a test may spoil. */
export async function exampleCopy(): Promise<Folder> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kamome-lists-'));
  await cp(exampleFolder, folder, { recursive: true });
  const at = (file: FileName): string => path.join(folder, file);
  const read = (file: FileName): Promise<string> => readFile(at(file), 'utf8');
  const write = (file: FileName, content: string | Uint8Array): Promise<void> => writeFile(at(file), content);
  return {
    path: folder,
    read,
    write,
    async edit(file, from, to) {
      const before = await read(file);
      const after = before.replace(from, to);
      if (after === before) throw new Error(`${file} does not hold ${from}`);
      await write(file, after);
    },
    remove: (file) => rm(at(file)),
    discard: () => rm(folder, { recursive: true }),
  };
}
