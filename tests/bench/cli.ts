/** What the command lines of the benches share. Progress goes to standard error; the figures to standard output. */
import { spawnSync } from 'node:child_process';
import type { LeftOut } from './result.ts';

/** Asked for wrongly: what is said is how to ask. */
export class UsageError extends Error {}

export const say = (line: string): void => void process.stdout.write(`${line}\n`);
export const tell = (line: string): void => void process.stderr.write(`${line}\n`);
export const hasRedis = (): boolean => spawnSync('redis-server', ['--version']).status === 0;

export function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new UsageError(`"${text}" is not a whole number from 1\n`);
  return value;
}

/** The parts named in `only`. @throws UsageError for one that there is not. */
export function chosenOf<P extends string>(only: string, known: readonly P[], usage: string): ReadonlySet<P> {
  const wanted = only.split(',');
  if (!wanted.every((part) => (known as readonly string[]).includes(part))) throw new UsageError(usage);
  return new Set(wanted as P[]);
}

const packages: Record<string, string> = {
  gs: 'ghostscript',
  pdftoppm: 'poppler-utils',
  tiffcp: 'libtiff-tools',
  'redis-server': 'redis-server',
};

/** null: it is there. Otherwise what is left out for want of it, and how to have it. */
export function missing(program: string, what: string): LeftOut | null {
  const { error } = spawnSync(program, ['-v'], { stdio: 'ignore' });
  if (!error) return null;
  const name = packages[program] ?? program;
  return { what, why: `no ${program} here: apt-get install ${name}, or your system’s package of that name` };
}
