/**
 * Telephone lines inside this machine: pairs of software modems (iaxmodem) that ring each other over loopback, and the programs
 * that use them. They bind every address, so all of it runs in a network of its own (tests/run.ts).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as after } from 'node:timers/promises';

/** Everything that a test has started; what it printed lies in `folder`, one file each. */
export interface Bench {
  folder: string;
  start(name: string, program: string, args: readonly string[], cwd?: string): Promise<Running>;
  /** Ends all of them and removes the folder. */
  close(): Promise<void>;
  /** The last lines of each program that printed any. */
  said(): Promise<string>;
}

export interface Running {
  /** Ends it as a signal does, and waits until it is gone. */
  end(signal?: NodeJS.Signals): Promise<void>;
  /** Its exit code, once it has ended by itself. */
  ended: Promise<number>;
  /** What it has printed so far. */
  output(): Promise<string>;
}

export async function openBench(): Promise<Bench> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kamome-fax-line-'));
  await chmod(folder, 0o755); // HylaFAX works as a user of its own
  const all = new Map<string, Running>();
  return {
    folder,
    async start(name, program, args, cwd = folder) {
      const file = path.join(folder, `${name}.log`);
      const log = await open(file, 'a');
      // Before others, because a modem that waits for the processor loses sound; line by line, so that its last words are there.
      const child = spawn('nice', ['-n', '-10', 'stdbuf', '-oL', program, ...args], {
        cwd,
        stdio: ['ignore', log.fd, log.fd],
      });
      await log.close();
      const running = runningOf(child, file);
      all.set(`${name} ${child.pid}`, running);
      return running;
    },
    async close() {
      await Promise.all([...all.values()].map((one) => one.end()));
      await rm(folder, { recursive: true });
    },
    async said() {
      const parts = await Promise.all(
        [...all].map(async ([name, one]) => [name, (await one.output()).trim()] as const),
      );
      return parts
        .filter(([, text]) => text !== '')
        .map(([name, text]) => `── ${name}\n${text.split('\n').slice(-25).join('\n')}`)
        .join('\n');
    },
  };
}

function runningOf(child: ChildProcess, file: string): Running {
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 128));
  });
  return {
    ended,
    output: () => readFile(file, 'utf8'),
    async end(signal = 'SIGKILL') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await ended;
    },
  };
}

/** Asks again until it is so. A line has its own time: nothing here can be hurried, so each wait has an end that is told. */
export async function until<T>(
  what: string,
  seconds: number,
  ask: () => Promise<T | null | false | undefined>,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await ask();
    if (found) return found;
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s`);
    await after(200);
  }
}

export interface Modem {
  /** Name below /dev. */
  tty: string;
  /** As dialled in Japan. */
  number: string;
  /** UDP port that the other one calls. */
  port: number;
  plugIn(): Promise<void>;
  /** Whatever it is at, it ends the call as a machine does that is switched off: the other side hears that. */
  hangUp(): Promise<void>;
  /** The cable is pulled out: nothing is heard of it any more, not even the end of a call. */
  pullOut(): Promise<void>;
  /** Everything that it noted. */
  output(): Promise<string>;
}

/** Two modems, each the other's only peer. @param pair 0, 1 …: one number for each pair of a machine. */
export async function modemPair(
  bench: Bench,
  pair: number,
  numbers: readonly [string, string],
): Promise<[Modem, Modem]> {
  const port = 4570 + 2 * pair;
  const of = (side: 0 | 1): Promise<Modem> =>
    modem(bench, `ttyKm${pair}${'ab'[side]}`, numbers[side], port + side, port + 1 - side);
  return [await of(0), await of(1)];
}

/** Out of sending a page, back to commands: <DLE><ETX> (ITU-T T.31). */
const endOfData = '\x10\x03';

async function modem(bench: Bench, tty: string, number: string, port: number, peer: number): Promise<Modem> {
  const lines = [`device /dev/${tty}`, 'owner uucp:uucp', 'mode 660', `port ${port}`, 'refresh 0'];
  const called = [`server 127.0.0.1:${peer}`, `peername ${tty}`, 'secret none', 'cidname Fax', `cidnumber ${number}`];
  await writeFile(`/etc/iaxmodem/${tty}`, [...lines, ...called, 'codec slinear', 'nodaemon', ''].join('\n'));
  let program: Running;
  const it: Modem = {
    ...{ tty, number, port },
    async plugIn() {
      const before = await readFile(path.join(bench.folder, `${tty}.log`), 'utf8').catch(() => '');
      program = await bench.start(tty, 'iaxmodem', [tty]);
      await until(`${tty} is there`, 10, async () =>
        (await program.output()).slice(before.length).includes('Created /dev/'),
      );
    },
    async hangUp() {
      const ends = async (): Promise<number> => (await program.output()).split('Hanging Up').length;
      const before = await ends();
      await writeFile(`/dev/${tty}`, endOfData);
      await until(`${tty} has hung up`, 10, async () => {
        await writeFile(`/dev/${tty}`, 'ATH\r');
        return (await ends()) > before;
      });
    },
    pullOut: () => program.end(),
    output: () => program.output(),
  };
  await it.plugIn();
  return it;
}
