/**
 * Under which system account PostgreSQL runs. It refuses to run as root, so root lends it the account `postgres`;
 * any other user runs it as himself.
 */
import { execFile, spawn } from 'node:child_process';
import { chown, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Account {
  /** Ids to switch to, or null when PostgreSQL runs as the present user. */
  ids: { uid: number; gid: number } | null;
}

const accountName = 'postgres';

/** The account for the present user; as root, creates the system user `postgres` when it is missing. */
export async function findAccount(): Promise<Account> {
  if (process.platform === 'win32' || process.getuid?.() !== 0) return { ids: null };
  if (process.platform !== 'linux') {
    throw new Error('PostgreSQL does not run as root: start as an ordinary user, or set DATABASE_URL');
  }
  const known = await userIds();
  if (known) return { ids: known };
  try {
    await run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', accountName]);
  } catch (cause) {
    const cure = `run: useradd --system ${accountName}, or start as an ordinary user, or set DATABASE_URL`;
    throw new Error(`PostgreSQL does not run as root and the user ${accountName} could not be created; ${cure}`, {
      cause,
    });
  }
  const created = await userIds();
  if (!created) throw new Error(`the user ${accountName} was created but cannot be found; start as an ordinary user`);
  return { ids: created };
}

async function userIds(): Promise<{ uid: number; gid: number } | null> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', accountName]), run('id', ['-g', accountName])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return null; // id ends with 1 when there is no such user
  }
}

/** Gives a file or folder to the account. */
export async function giveTo(account: Account, file: string): Promise<void> {
  if (account.ids) await chown(file, account.ids.uid, account.ids.gid);
}

export interface Command {
  program: string;
  args: string[];
  uid?: number;
  gid?: number;
}

/**
 * The command that runs `program` as the account. Where a parent folder is closed to it (a checkout under /root, mode 0700)
 * it gets the one capability to pass through folders, for no folder of the owner is to be opened to everybody instead.
 */
export async function commandAs(
  account: Account,
  program: string,
  args: string[],
  touches: string[],
): Promise<Command> {
  if (!account.ids) return { program, args };
  const { uid, gid } = account.ids;
  const open = await Promise.all([program, ...touches].map((file) => isReachable(file, account.ids!)));
  if (open.every(Boolean)) return { program, args, uid, gid };
  const lend = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  const become = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', ...lend, '--'];
  return { program: 'setpriv', args: [...become, program, ...args] };
}

async function isReachable(file: string, ids: { uid: number; gid: number }): Promise<boolean> {
  for (let folder = path.dirname(path.resolve(file)); ; folder = path.dirname(folder)) {
    const { mode, uid, gid } = await stat(folder);
    const bit = uid === ids.uid ? 0o100 : gid === ids.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (folder === path.dirname(folder)) return true;
  }
}

/**
 * Runs a command to its end; what it printed comes back.
 * @throws with the command's own words when it fails, and with a cure when it cannot be started.
 */
export function runCommand(command: Command, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  return new Promise((resolve, reject) => {
    const { program, args, uid, gid } = command;
    const identity = uid === undefined || gid === undefined ? {} : { uid, gid };
    const child = spawn(program, args, { ...identity, env, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (cause) =>
      reject(new Error(`cannot run ${path.basename(program)}: ${cause.message}`, { cause })),
    );
    // 'exit' and not 'close': a server left running by pg_ctl may have inherited the pipe and keep it open.
    child.on('exit', (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${path.basename(program)} ended with code ${code}: ${output.trim().slice(-2000)}`));
    });
  });
}
