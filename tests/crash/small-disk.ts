/** A disk of its own for PostgreSQL, small enough to be filled: an ext4 image on a loop device, so that fsync is real. Needs root. */
import { execFile } from 'node:child_process';
import { mkdir, open, rm, statfs } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface SmallDisk {
  /** Where it is mounted. */
  folder: string;
  /** Takes every free block, again and again while it lasts: what the database frees is taken, too. */
  fill(): Promise<void>;
  /** Gives all of it back. */
  free(): Promise<void>;
  close(): Promise<void>;
}

/** @returns null where nothing can be mounted: who is not root has no disk of his own. */
export async function openSmallDisk(folder: string, megabytes: number): Promise<SmallDisk | null> {
  const image = `${folder}.img`;
  const file = await open(image, 'w');
  await file.truncate(megabytes * 1024 * 1024);
  await file.close();
  await mkdir(folder);
  try {
    await run('mkfs.ext4', ['-q', '-F', '-m', '0', image]);
    await run('mount', ['-o', 'loop', image, folder]);
  } catch {
    await rm(folder, { recursive: true });
    await rm(image);
    return null;
  }
  const ballast = path.join(folder, 'ballast');
  let filling: NodeJS.Timeout | undefined;
  const takeAll = async (): Promise<void> => {
    const { bavail, bsize } = await statfs(folder);
    if (bavail > 0)
      await run('sh', ['-c', `head -c ${bavail * bsize} /dev/zero >> '${ballast}'`]).catch(() => undefined);
  };
  return {
    folder,
    async fill() {
      await takeAll();
      filling = setInterval(() => void takeAll(), 500);
    },
    async free() {
      clearInterval(filling);
      await rm(ballast, { force: true });
    },
    async close() {
      clearInterval(filling);
      await run('umount', ['-l', folder]);
      await rm(image);
    },
  };
}
