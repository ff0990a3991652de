/**
 * One PostgreSQL data folder ("cluster"): create it, start it, stop it. Used by the embedded default and by the tests,
 * which differ only in durability and in who may connect.
 */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { type Account, commandAs, findAccount, giveTo, runCommand } from './account.ts';
import { type Binaries, findBinaries } from './binaries.ts';

export interface Cluster {
  /** The data folder; created by `createCluster`. */
  folder: string;
  /** Where the server writes its own log. */
  logFile: string;
  binaries: Binaries;
  account: Account;
}

export const superuser = 'kamome';

/** The tools and the account for the data folder `folder`; touches nothing but the package's links and the system user. */
export async function openCluster(folder: string, logFile: string): Promise<Cluster> {
  const [binaries, account] = await Promise.all([findBinaries(), findAccount()]);
  return { folder: path.resolve(folder), logFile: path.resolve(logFile), binaries, account };
}

/** Has the folder been created completely? `createCluster` gives it its name as the last step. */
export async function isCreated(cluster: Cluster): Promise<boolean> {
  return (await readFile(path.join(cluster.folder, 'PG_VERSION'), 'utf8').catch(() => '')) !== '';
}

/**
 * Runs initdb. With a password: scram, for a machine others may use; without: trust, for the tests.
 * UTF-8 with the built-in locale C.UTF-8, so that neither the machine's locales nor its ICU decide how text is sorted.
 */
export async function createCluster(cluster: Cluster, password: string | null): Promise<void> {
  const draft = `${cluster.folder}.new`; // a crash in the middle leaves a draft, never half a database
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  await giveTo(cluster.account, draft);
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const args = ['-D', draft, '-U', superuser, ...locale, '--no-instructions'];
  const secretFile = `${cluster.folder}.pw`;
  if (password === null) args.push('--auth=trust', '--no-sync');
  else {
    await rm(secretFile, { force: true });
    await writeFile(secretFile, `${password}\n`, { mode: 0o600 });
    await giveTo(cluster.account, secretFile);
    args.push('--auth=scram-sha-256', `--pwfile=${secretFile}`);
  }
  try {
    await as(cluster, cluster.binaries.initdb, args);
    await rename(draft, cluster.folder);
  } finally {
    await rm(secretFile, { force: true });
  }
}

/**
 * Starts the server on 127.0.0.1 and a free port, in a session of its own, and waits until it accepts connections.
 * @returns the port
 * @throws with the end of the server's log when it does not come up.
 */
export async function startCluster(cluster: Cluster, settings: Record<string, string>): Promise<number> {
  const tries = 3; // another process may take the free port between the look and the start
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const all = { listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: '', ...settings };
    const options = Object.entries(all).map(([name, value]) => `-c ${name}='${value}'`);
    const args = [
      'start',
      '-w',
      '-t',
      '60',
      '-s',
      '-D',
      cluster.folder,
      '-l',
      cluster.logFile,
      '-o',
      options.join(' '),
    ];
    try {
      await as(cluster, cluster.binaries.pgCtl, args);
      return port;
    } catch (cause) {
      const log = await readFile(cluster.logFile, 'utf8').catch(() => '');
      const tail = log.trimEnd().split('\n').slice(-5).join('\n');
      if (attempt < tries && /Address already in use/.test(tail)) continue;
      throw new Error(`the embedded PostgreSQL did not start; see ${cluster.logFile}:\n${tail}`, { cause });
    }
  }
}

/** The port of a server that already runs on this folder (left by a process that was killed), or null. */
export async function runningPort(cluster: Cluster): Promise<number | null> {
  const lines = (await readFile(path.join(cluster.folder, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  if (lines.length < 4) return null;
  // A file left by a crash names a process that is gone or is something else; pg_ctl knows the difference.
  const alive = await as(cluster, cluster.binaries.pgCtl, ['status', '-D', cluster.folder]).catch(() => null);
  if (alive === null) return null;
  const port = Number(lines[3]);
  return Number.isInteger(port) && port > 0 ? port : null;
}

/** Stops the server: open transactions are rolled back, everything committed is on disk. */
export async function stopCluster(cluster: Cluster, mode: 'fast' | 'immediate' = 'fast'): Promise<void> {
  await as(cluster, cluster.binaries.pgCtl, ['stop', '-w', '-t', '30', '-s', '-m', mode, '-D', cluster.folder]);
}

async function as(cluster: Cluster, program: string, args: string[]): Promise<string> {
  const command = await commandAs(cluster.account, program, args, [cluster.folder]);
  // PG* variables of the operator's shell would change what the server and initdb do.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PG')));
  return runCommand(command, { ...env, LC_ALL: 'C' });
}

/** A port on 127.0.0.1 that nobody uses at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
