/** Inputs that once made something fall over: kept as files, one folder for a target, and fed first by every run. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const folder = path.resolve(import.meta.dirname, 'corpus');

export function keptFor(target: string): Buffer[] {
  try {
    return readdirSync(path.join(folder, target)).map((file) => readFileSync(path.join(folder, target, file)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** @returns the file's name. */
export function keep(target: string, input: Buffer): string {
  mkdirSync(path.join(folder, target), { recursive: true });
  const file = path.join(folder, target, createHash('sha256').update(input).digest('hex').slice(0, 16));
  writeFileSync(file, input);
  return file;
}
