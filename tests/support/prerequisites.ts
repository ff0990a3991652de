/** What the tests need from the machine beside Node: found, installed when we may, or asked for in one command. Never skipped. */
import { execFile, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type Need = 'redis' | 'chromium' | 'fonts' | 'modems';

interface Prerequisite {
  what: string;
  packages: readonly string[];
  isThere(): Promise<boolean>;
}

const prerequisites: Record<Need, Prerequisite> = {
  redis: {
    what: 'redis-server (or REDIS_TEST_URL)',
    packages: ['redis-server'],
    isThere: async () => Boolean(process.env.REDIS_TEST_URL) || onPath('redis-server') !== null,
  },
  chromium: {
    what: 'Chromium (or CHROMIUM_PATH)',
    packages: ['chromium'],
    isThere: async () => findChromium() !== null,
  },
  fonts: {
    what: 'a font with Japanese characters',
    packages: ['fonts-noto-cjk'],
    isThere: async () => {
      const listed = await run('fc-list', [':lang=ja', 'family']).catch(() => null);
      return listed !== null && listed.stdout.trim() !== '';
    },
  },
  modems: {
    what: 'software modems with HylaFAX and efax',
    packages: ['iaxmodem', 'hylafax-server', 'hylafax-client', 'efax', 'libtiff-tools', 'iproute2'],
    isThere: async () => ['iaxmodem', 'faxq', 'sendfax', 'efax', 'tiffcp', 'ip'].every((name) => onPath(name) !== null),
  },
};

/** The browser of this machine, or null. */
export function findChromium(): string | null {
  const given = process.env.CHROMIUM_PATH;
  if (given) return isProgram(given) ? given : null;
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  return names.map(onPath).find((file) => file !== null) ?? null;
}

function onPath(name: string): string | null {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/bin', '/usr/local/bin', '/usr/sbin'];
  return folders.map((folder) => path.join(folder, name)).find(isProgram) ?? null;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Makes sure that all of `needs` are there.
 * @returns null, or what is missing and the one command that brings it.
 */
export async function prepare(needs: readonly Need[]): Promise<string | null> {
  const missing = await missingOf(needs);
  if (missing.length === 0) return null;
  const packages = missing.flatMap((need) => prerequisites[need].packages);
  if (process.getuid?.() === 0 && onPath('apt-get'))
    install([...packages, ...(missing.includes('fonts') ? ['fontconfig'] : [])]);
  const still = await missingOf(missing);
  if (still.length === 0) return null;
  const what = still.map((need) => prerequisites[need].what).join(', ');
  const names = still.flatMap((need) => prerequisites[need].packages).join(' ');
  return `the tests need ${what}. Run: sudo apt-get update && sudo apt-get install -y ${names}`;
}

async function missingOf(needs: readonly Need[]): Promise<Need[]> {
  const found = await Promise.all(needs.map((need) => prerequisites[need].isThere()));
  return needs.filter((_need, index) => !found[index]);
}

function install(packages: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  console.log(`installing ${packages.join(', ')}`);
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
    const { status } = spawnSync('apt-get', ['-q', ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] });
    if (status !== 0) return; // what is missing is told by the caller, with the command
  }
}
