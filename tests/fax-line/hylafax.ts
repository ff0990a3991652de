/** HylaFAX as Debian has it, on a spool of its own with one modem: the hub's line, or the machine of a clinic. */
import { execFile } from 'node:child_process';
import { chmod, chown, copyFile, cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Bench, type Modem, until } from './modems.ts';

const run = promisify(execFile);
const hooks = path.resolve(import.meta.dirname, '../../src/providers/hylafax/hooks');

export interface FaxMachine {
  spool: string;
  /** Of its hfaxd, as HYLAFAX_HOST. */
  host: string;
  /** Sends a file as somebody does who lays it in. */
  fax(to: string, file: string): Promise<void>;
  /** Received pages, complete ones and others, oldest first. */
  tray(): Promise<Buffer[]>;
  /** Pages that it has begun to send, ever. */
  pagesBegun(): Promise<number>;
  /** Of the page that is coming in; 0: none is. */
  receivedBytes(): Promise<number>;
  /** The last lines of its newest sessions. */
  sessions(): Promise<string>;
}

/** @param at which of several on this machine. */
export async function openFaxMachine(bench: Bench, name: string, modem: Modem, at: number): Promise<FaxMachine> {
  const spool = path.join(bench.folder, name);
  const host = `127.0.0.1:${4559 + 4 * at}`; // hfaxd takes the port before its own, too
  await furnish(spool, name, modem, path.join(bench.folder, 'lock'));
  await bench.start(`${name}-faxq`, 'faxq', ['-D', '-q', spool], spool);
  await bench.start(
    `${name}-hfaxd`,
    'hfaxd',
    ['-d', '-q', spool, '-l', '127.0.0.1', '-i', host.split(':')[1] ?? ''],
    spool,
  );
  await bench.start(`${name}-faxgetty`, 'faxgetty', ['-q', spool, modem.tty], spool);
  await until(
    `${name} is idle`,
    60,
    async () => (await run('faxstat', ['-h', host]).catch(() => null))?.stdout.includes('Running and idle') ?? false,
  );
  return {
    ...{ spool, host },
    async fax(to, file) {
      await run('sendfax', ['-n', '-m', '-D', '-T', '1', '-t', '1', '-h', host, '-d', to, file]);
    },
    async tray() {
      const names = (await readdir(path.join(spool, 'recvq'))).filter((file) => file.endsWith('.tif')).sort();
      return Promise.all(names.map((file) => readFile(path.join(spool, 'recvq', file))));
    },
    async receivedBytes() {
      const names = (await readdir(path.join(spool, 'recvq'))).filter((file) => file.endsWith('.tif'));
      const sizes = await Promise.all(names.map(async (file) => (await stat(path.join(spool, 'recvq', file))).size));
      return Math.max(0, ...sizes);
    },
    pagesBegun: async () => (await logs(spool)).join('\n').split('SEND begin page').length - 1,
    async sessions() {
      const texts = (await logs(spool)).slice(-3);
      const told = texts.map((text) =>
        text
          .split('\n')
          .filter((line) => !/data \[\d+\]/.test(line))
          .slice(-40),
      );
      return told.flat().join('\n');
    },
  };
}

/** One for each call, oldest first. */
async function logs(spool: string): Promise<string[]> {
  const names = (await readdir(path.join(spool, 'log'))).filter((file) => /^c\d+$/.test(file)).sort();
  return Promise.all(names.map((file) => readFile(path.join(spool, 'log', file), 'utf8')));
}

/** A spool as the package makes it, our two hooks in it, and the settings of docs/fax-line.md. */
async function furnish(spool: string, name: string, modem: Modem, locks: string): Promise<void> {
  await cp('/var/spool/hylafax', spool, { recursive: true });
  await cp('/etc/hylafax', path.join(spool, 'etc'), { recursive: true });
  for (const hook of ['faxrcvd', 'notify']) {
    await copyFile(path.join(hooks, hook), path.join(spool, 'bin', hook));
    await chmod(path.join(spool, 'bin', hook), 0o755);
  }
  await mkdir(locks, { recursive: true });
  const common = [...place, `UUCPLockDir: ${locks}`, 'ServerTracing: 1', 'SessionTracing: 0x2fff'];
  // Debian's own faxsend is a wrapper that mounts /etc/hylafax over the spool's etc.
  const queue = ['SendFaxCmd: /usr/lib/hylafax/bin/faxsend', 'NotifyCmd: bin/notify', 'PollLockWait: 1'];
  const line = [...modemSettings, `LocalIdentifier: ${name}`, `FAXNumber: ${modem.number}`, 'RecvFileMode: 0660'];
  await writeFile(path.join(spool, 'etc', 'config'), `${[...common, ...queue].join('\n')}\n`);
  await writeFile(path.join(spool, 'etc', `config.${modem.tty}`), `${[...common, ...line].join('\n')}\n`);
  await writeFile(path.join(spool, 'etc', 'hosts.hfaxd'), 'localhost\n127.0.0.1\n', { mode: 0o600 });
  await run('chown', ['-R', 'uucp:uucp', spool]);
  const { uid, gid } = await fax();
  await chown(locks, uid, gid);
}

async function fax(): Promise<{ uid: number; gid: number }> {
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (what) => Number((await run('id', [what, 'uucp'])).stdout)),
  );
  return { uid: uid ?? 0, gid: gid ?? 0 };
}

const place = [
  ...['CountryCode: 81', 'AreaCode: 45', 'LongDistancePrefix: 0', 'InternationalPrefix: 010'],
  'DialStringRules: etc/dialrules',
];
const modemSettings = [
  ...['ModemType: Class1', 'Class1AdaptRecvCmd: AT+FAR=1', 'Class1TMConnectDelay: 400', 'ModemResetCmds: AT+VCID=1'],
  ...['RingsBeforeAnswer: 1', 'FaxRcvdCmd: bin/faxrcvd', 'ModemResetDelay: 300', 'ModemSoftResetCmdDelay: 300'],
  ...['PollLockWait: 1', 'PollModemWait: 1'],
  ...['CallIDPattern: "NMBR="', 'CallIDPattern: "NAME="', 'CallIDPattern: "NDID="'],
];
