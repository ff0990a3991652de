/**
 * Inputs that are kept. What once made something fall over: a file each, one folder for a target, fed first by every run. What made
 * new code run: lines of base64 in one file for a target, so that the next run begins where the last one ended.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const folder = path.resolve(import.meta.dirname, 'corpus');
/** Beyond these a grown corpus is a burden: the shortest stay. */
const most = { inputs: 80, bytes: 3000 };

/** @param grownIn where grown corpora lie; the project's own when absent. */
export function keptFor(target: string, grownIn = folder): Buffer[] {
  const fallen = orNothing(() => readdirSync(path.join(folder, target)), []);
  return [
    ...fallen.map((file) => readFileSync(path.join(folder, target, file))),
    ...grownLines(target, folder),
    ...(grownIn === folder ? [] : grownLines(target, grownIn)),
  ].map((kept) => (typeof kept === 'string' ? Buffer.from(kept, 'base64') : kept));
}

/** Keeps what fell over. @returns the file's name. */
export function keep(target: string, input: Buffer): string {
  mkdirSync(path.join(folder, target), { recursive: true });
  const file = path.join(folder, target, createHash('sha256').update(input).digest('hex').slice(0, 16));
  writeFileSync(file, input);
  return file;
}

/** Adds what made new code run. */
export function grow(target: string, found: readonly Buffer[], grownIn = folder): void {
  const small = found.filter(({ length }) => length <= most.bytes).map((input) => input.toString('base64'));
  const all = [...new Set([...grownLines(target, grownIn), ...small])];
  if (small.length === 0 || all.length === 0) return;
  mkdirSync(grownIn, { recursive: true });
  const shortest = all.sort((one, other) => one.length - other.length).slice(0, most.inputs);
  writeFileSync(path.join(grownIn, `${target}.grown`), `${shortest.join('\n')}\n`);
}

/** Takes grown corpora over into the project's. */
export function adopt(target: string, grownIn: string): void {
  const lines = grownLines(target, grownIn);
  grow(
    target,
    lines.map((line) => Buffer.from(line, 'base64')),
  );
}

const grownLines = (target: string, grownIn: string): string[] =>
  orNothing(
    () =>
      readFileSync(path.join(grownIn, `${target}.grown`), 'utf8')
        .split('\n')
        .filter(Boolean),
    [],
  );

function orNothing<T>(read: () => T, nothing: T): T {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return nothing;
    throw error;
  }
}
