/**
 * Secrets of the embedded default, made at the first start and kept in the data folder, readable by their owner only.
 * A production system is given its secrets and never comes here.
 */
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Source of random bytes; `crypto.randomBytes`, or a seeded one in tests. */
export type Random = (size: number) => Buffer;

/** The secret kept in `<folder>/<file>`, or null when there is none yet. */
export function readSecret(folder: string, file: string): string | null {
  const name = path.join(folder, file);
  if (!existsSync(name)) return null;
  chmodSync(name, 0o600); // an archive unpacked by hand may have opened it
  const value = readFileSync(name, 'utf8').trim();
  if (value === '') throw new Error(`${name} is empty: restore it from a copy`);
  return value;
}

/**
 * The secret kept in `<folder>/<file>`; `make()` is stored there when there is none yet.
 * Two processes that start together end with the same one: the file appears complete and only once.
 */
export function keepSecret(folder: string, file: string, make: () => string): string {
  const known = readSecret(folder, file);
  if (known !== null) return known;
  mkdirSync(folder, { recursive: true });
  const draft = path.join(folder, `${file}.${process.pid}`);
  writeFileSync(draft, `${make()}\n`, { mode: 0o600 });
  try {
    linkSync(draft, path.join(folder, file));
  } catch (error) {
    if (!existsSync(path.join(folder, file))) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return readSecret(folder, file) as string;
}

/** Gives an object a printed form without the named fields, for `console.log`, `inspect` and `JSON.stringify` alike. */
export function hideSecrets<T extends object>(object: T, names: readonly (keyof T)[]): T {
  const shown = (): object => {
    const entries = Object.entries(object).map(([name, value]) => {
      const hidden = names.includes(name as keyof T) && value !== null && value !== undefined;
      return [name, hidden ? '(hidden)' : value];
    });
    return Object.fromEntries(entries);
  };
  Object.defineProperty(object, 'toJSON', { value: shown, enumerable: false });
  Object.defineProperty(object, Symbol.for('nodejs.util.inspect.custom'), { value: shown, enumerable: false });
  return object;
}
