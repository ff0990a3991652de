/**
 * One process per data folder: a file that names its holder. A holder that was killed leaves the file behind; it is recognised
 * by a process that is gone, or one that started at another moment (numbers are used again, in containers at once).
 */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { OperatorError } from '../log.ts';

export interface FolderLock {
  release(): void;
}

interface Holder {
  pid: number;
  /** Boot and tick at which the process started, where the system tells (Linux); else null. */
  started: string | null;
}

const fileName = 'kamome.pid';

/**
 * Takes the data folder for this process.
 * @throws OperatorError when another living process holds it.
 */
export function lockFolder(folder: string): FolderLock {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, fileName);
  const draft = `${file}.${process.pid}`;
  const own: Holder = { pid: process.pid, started: startOf(process.pid) };
  writeFileSync(draft, `${JSON.stringify(own)}\n`);
  try {
    for (let attempt = 1; attempt <= 5; attempt++) {
      try {
        linkSync(draft, file); // fails when the file exists: the holder's name appears complete or not at all
        return { release: () => rmSync(file, { force: true }) };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = readHolder(file);
      if (holder && isAlive(holder)) throw heldBy(holder, folder);
      // Moved away under a name of our own first: of two who see the same dead holder only one succeeds.
      const dead = `${draft}.dead`;
      try {
        renameSync(file, dead);
        rmSync(dead, { force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
    throw new OperatorError(`the data folder ${folder} is being taken by another process; start again`);
  } finally {
    rmSync(draft, { force: true });
  }
}

function heldBy({ pid }: Holder, folder: string): OperatorError {
  const cure = `stop it (kill ${pid}), or give this one a folder of its own with KAMOME_DATA and another PORT`;
  return new OperatorError(`Kamome already runs on the data folder ${folder} as process ${pid}; ${cure}`);
}

function readHolder(file: string): Holder | null {
  try {
    const holder = JSON.parse(readFileSync(file, 'utf8')) as Holder;
    return Number.isInteger(holder.pid) && holder.pid > 0 ? holder : null;
  } catch {
    return null; // gone in the meantime, or not ours
  }
}

function isAlive(holder: Holder): boolean {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false; // EPERM: alive, of another user
  }
  const started = startOf(holder.pid);
  return started === null || holder.started === null || started === holder.started;
}

function startOf(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may hold spaces; the start is the 22nd.
    const ticks = line.slice(line.lastIndexOf(')') + 2).split(' ')[19];
    return ticks === undefined ? null : `${boot} ${ticks}`;
  } catch {
    return null;
  }
}
