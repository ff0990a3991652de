/** On what the figures were measured. */
import { spawnSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { findBinaries } from '../../src/embedded/binaries.ts';

export interface Machine {
  at: string;
  /** Of the program that was measured; null outside a working copy. */
  commit: string | null;
  processors: number;
  model: string;
  memoryGiB: number;
  system: string;
  node: string;
  postgres: string | null;
  redis: string | null;
  /** Runnable processes over the last minute, before anything of ours ran: near the number of processors, the run is disturbed. */
  loadAtStart: number;
}

/** To be asked before the first part starts. */
export async function describeMachine(): Promise<Machine> {
  const { folder } = await findBinaries();
  return {
    at: new Date().toISOString(),
    commit: said('git', ['rev-parse', '--short', 'HEAD'], /^(\w+)/),
    processors: os.availableParallelism(),
    model: os.cpus()[0]?.model ?? 'unknown',
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.release()}`,
    node: process.version,
    postgres: said(path.join(folder, 'bin', 'postgres'), ['--version'], /(\d[\w.]*)/),
    redis: said('redis-server', ['--version'], /v=([\d.]+)/),
    loadAtStart: Math.round((os.loadavg()[0] ?? 0) * 10) / 10,
  };
}

/** Somebody else's work stood in the way: such figures are worth only beside those of the same run. */
export const isDisturbed = ({ loadAtStart, processors }: Machine): boolean => loadAtStart > processors / 2;

export function machineLine(machine: Machine): string {
  const { at, processors, model, memoryGiB, node, postgres, redis, loadAtStart } = machine;
  const programs = `Node ${node.slice(1)}, PostgreSQL ${postgres ?? '–'}, Redis ${redis ?? '–'}`;
  const load = `load average at the start ${loadAtStart}${isDisturbed(machine) ? ': a disturbed run' : ''}`;
  return `${at}, ${processors} × ${model}, ${memoryGiB} GiB, ${programs}, ${load}`;
}

function said(program: string, args: string[], words: RegExp): string | null {
  const { stdout } = spawnSync(program, args, { encoding: 'utf8' });
  return words.exec(stdout ?? '')?.[1] ?? null;
}
