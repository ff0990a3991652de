/**
 * The load generator, in a process of its own: plays a night on the exchange through its control side.
 * Argument: a JSON file { exchangeUrl, night, progress }. Prints how late the latest call was dialled.
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Night } from './night.ts';
import { control } from './system.ts';

const { exchangeUrl, night } = JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')) as {
  exchangeUrl: string;
  night: Night;
};

for (const [phone, habit] of Object.entries(night.phones))
  await control(exchangeUrl, 'PUT', `/exchange/phones/${encodeURIComponent(phone)}`, habit);
process.stdout.write('playing\n');
const began = performance.now();
let latest = 0;
const dialled: Promise<unknown>[] = [];
for (const { atMs, body } of night.calls) {
  const left = began + atMs - performance.now();
  if (left > 0) await pause(left);
  latest = Math.max(latest, performance.now() - began - atMs);
  dialled.push(control(exchangeUrl, 'POST', '/exchange/calls', body));
}
await Promise.all(dialled);
process.stdout.write(`played ${Math.round(latest)}\n`);
