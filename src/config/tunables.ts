/** What stands in the files of `config/`: `<KAMOME_ENV>.json` over `default.json`. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Fault } from '../config.ts';

const tunables = z.strictObject({
  http: z.strictObject({ host: z.string().min(1), drainSeconds: z.number().min(0).max(300) }),
  database: z.strictObject({
    gatewayConnections: z.number().int().min(2).max(500),
    workerConnections: z.number().int().min(2).max(500),
    consoleConnections: z.number().int().min(2).max(500),
  }),
  card: z.strictObject({
    costLog2: z.number().int().min(1).max(22),
    simulatedCostLog2: z.number().int().min(1).max(22),
  }),
  queue: z.strictObject({ name: z.string().regex(/^[a-z][a-z-]{0,30}$/), sweepSeconds: z.number().min(0.05).max(60) }),
  morning: z.strictObject({ hour: z.number().int().min(0).max(23) }),
  // Before the night begins at 18:00 there must be time for three rounds.
  rollCall: z.strictObject({ hour: z.number().int().min(12).max(17) }),
  evening: z.strictObject({ hour: z.number().int().min(12).max(17) }),
  // 0: no rounds. The whole one belongs before the night, which begins at 18:00.
  watch: z.strictObject({
    everySeconds: z.number().int().min(0).max(3600),
    carrierMinute: z.number().int().min(720).max(1075),
  }),
  plan: z.record(z.string(), z.unknown()),
});
export type Tunables = z.infer<typeof tunables>;

/** null when they cannot be read or do not fit: why is added to `faults`. */
export function readTunables(folder: string, name: string, faults: Fault[]): Tunables | null {
  const files = name === 'default' ? ['default.json'] : ['default.json', `${name}.json`];
  let merged: unknown = {};
  for (const file of files) {
    try {
      merged = merge(merged, JSON.parse(readFileSync(path.join(folder, file), 'utf8')));
    } catch (error) {
      const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      const problem = missing ? 'there is no such file' : 'is not JSON';
      faults.push({ name: `config/${file}`, problem, cure: 'Restore it, or choose another KAMOME_ENV' });
    }
  }
  const parsed = tunables.safeParse(merged);
  if (parsed.success) return parsed.data;
  if (faults.some((fault) => fault.name.startsWith('config/'))) return null;
  for (const issue of parsed.error.issues) {
    const key = [`config/${files.at(-1)}`, ...issue.path].join(' ');
    faults.push({ name: key, problem: issue.message, cure: 'Compare with config/default.json as it was delivered' });
  }
  return null;
}

/** Objects are merged key by key; anything else is replaced. */
function merge(below: unknown, above: unknown): unknown {
  if (!isRecord(below) || !isRecord(above)) return above;
  const result: Record<string, unknown> = { ...below };
  for (const [key, value] of Object.entries(above)) result[key] = key in below ? merge(below[key], value) : value;
  return result;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
