/** What the command lines of the benches share. Progress goes to standard error; the figures to standard output. */
import { spawnSync } from 'node:child_process';

export const say = (line: string): void => void process.stdout.write(`${line}\n`);
export const tell = (line: string): void => void process.stderr.write(`${line}\n`);
export const hasRedis = (): boolean => spawnSync('redis-server', ['--version']).status === 0;

export function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`"${text}" is not a whole number from 1`);
  return value;
}
