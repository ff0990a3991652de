/** Who used the processors: ours by name, PostgreSQL with its children, and everything else on the machine (Linux only). */
import { readdir, readFile } from 'node:fs/promises';

const ticksPerSecond = 100; // USER_HZ, the same on every Linux that Node runs on

/** Seconds of processor time so far. `named` are processes of ours; `rest` is what none of them used. */
export async function processorSeconds(
  named: readonly { name: string; pid: number }[],
  postmaster: number | null,
): Promise<Record<string, number>> {
  const seconds: Record<string, number> = {};
  for (const { name, pid } of named) seconds[name] = (seconds[name] ?? 0) + ((await statOf(pid))?.own ?? 0);
  seconds.postgres = postmaster === null ? 0 : await familyOf(postmaster);
  const busy = await busySeconds();
  seconds.rest = busy - Object.values(seconds).reduce((sum, value) => sum + value, 0);
  return seconds;
}

/** A process and its children, those that have ended included. */
async function familyOf(parent: number): Promise<number> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
  const all = await Promise.all(pids.map(statOf));
  const own = await statOf(parent);
  const children = all.filter((stat) => stat?.parent === parent).reduce((sum, stat) => sum + (stat?.own ?? 0), 0);
  return children + (own?.own ?? 0) + (own?.ended ?? 0);
}

interface Stat {
  parent: number;
  own: number;
  /** Of children that have ended. */
  ended: number;
}

/** proc(5): after the name come state, parent, …; user and system time are the 12th and 13th, of ended children the next two. */
async function statOf(pid: number): Promise<Stat | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (text === null) return null;
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const seconds = (first: number): number => ((fields[first] ?? 0) + (fields[first + 1] ?? 0)) / ticksPerSecond;
  return { parent: fields[1] ?? 0, own: seconds(11), ended: seconds(13) };
}

/** All processors together: everything but idle and waiting for a disk. */
async function busySeconds(): Promise<number> {
  const text = await readFile('/proc/stat', 'utf8').catch(() => '');
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = (text.split('\n')[0] ?? '')
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softirq) / ticksPerSecond;
}
