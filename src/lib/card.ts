import { type ChildProcess, fork } from 'node:child_process';
import { hkdfSync, type ScryptOptions, scryptSync } from 'node:crypto';
import os from 'node:os';

export interface CardDeriver {
  /** 32 bytes that find the card in the database. The number itself is stored nowhere. */
  lookupIndex(cardNumber: string): Promise<Buffer>;
  /** Both outputs of the one derivation: the index, and the 32-byte key that wraps the record's data key. */
  derive(cardNumber: string): Promise<{ index: Buffer; key: Buffer }>;
  /** Starts the processes, so that the first caller does not wait for them. */
  warmUp(): void;
}

export interface CardCost {
  /** Kept outside the database (configuration), at least 32 bytes. */
  pepper: Uint8Array;
  /** log2 of scrypt's N: 16 in production (64 MiB, about 0.2 s); tests and simulations take less. */
  costLog2: number;
  /** Derivations at the same time; more than the cores only makes each slower. */
  concurrency: number;
}

/** Up to this cost (a few ms) a process of its own would cost more than it saves. */
const cheapLog2 = 10;
/**
 * Below the processes that answer webhooks: under load a derivation is 20 ms later, but every line that waits for its next
 * word, and the ringing of the doctor itself, goes before it.
 */
const niceness = 5;

/**
 * scrypt over the card number, salted with the pepper (product.md, "The card and the sealed record"): memory-hard, so
 * that a stolen database with all gateway secrets still costs 64 MiB and over a tenth of a second per guess. Runs in
 * processes of its own, off the thread that answers webhooks; waiting derivations queue here in order of arrival.
 */
export function createCardDeriver(cost: CardCost): CardDeriver {
  const { pepper, costLog2, concurrency } = cost;
  if (pepper.length < 32) throw new RangeError('the card pepper must have at least 32 bytes');
  const N = 2 ** costLog2;
  const options: ScryptOptions = { N, r: 8, p: 1, maxmem: 128 * N * 8 + 1024 * 1024 };
  const pool = costLog2 <= cheapLog2 ? inPlace(options) : processes(options, concurrency);

  async function both(cardNumber: string): Promise<{ index: Buffer; key: Buffer }> {
    if (!/^[0-9]{12}$/.test(cardNumber)) throw new RangeError('a card number has 12 digits');
    const secret = await pool.scrypt(cardNumber, pepper);
    return { index: labelled(secret, 'kamome card index 1'), key: labelled(secret, 'kamome card key 1') };
  }
  return {
    derive: both,
    lookupIndex: async (cardNumber) => (await both(cardNumber)).index,
    warmUp() {
      // One for each process, thrown away: the first one has to fetch its memory and takes twice as long.
      for (let n = 0; n < concurrency; n++) pool.scrypt('', pepper).catch(() => undefined);
    },
  };
}

/** Two independent outputs from the one expensive secret (RFC 5869). */
const labelled = (secret: Uint8Array, label: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, new Uint8Array(), label, 32));

interface Pool {
  scrypt(password: string, salt: Uint8Array): Promise<Uint8Array>;
}

const inPlace = (options: ScryptOptions): Pool => ({
  scrypt: async (password, salt) => scryptSync(password, salt, 32, options),
});

interface Task {
  password: string;
  salt: Uint8Array;
  done(secret: Uint8Array): void;
  failed(error: Error): void;
}

/**
 * Glibc gives 64 MiB back to the system after each derivation and asks for them anew, page by page of 4 KiB. Kept, and in
 * huge pages, a derivation takes a quarter less processor time (docs/bench.md). Only read at the start of a process, which is
 * why these are processes and not threads; elsewhere than on glibc the names mean nothing.
 */
const keepsItsMemory = [
  'glibc.malloc.hugetlb=1',
  'glibc.malloc.mmap_threshold=536870912',
  'glibc.malloc.trim_threshold=1073741824',
].join(':');

/** Processes that start when they are needed and do not keep ours alive when they are not. */
function processes(options: ScryptOptions, most: number): Pool {
  const waiting: Task[] = [];
  const idle: ChildProcess[] = [];
  const under = new Map<ChildProcess, Task | null>();

  function serve(child: ChildProcess): void {
    const task = waiting.shift();
    under.set(child, task ?? null);
    if (!task) {
      idle.push(child);
      child.unref();
      child.channel?.unref();
      return;
    }
    child.ref();
    child.channel?.ref();
    child.send({ password: task.password, salt: task.salt, options }, (error) => {
      if (error) task.failed(error);
    });
  }
  function open(): void {
    const child = fork(new URL('./scrypt-process.mjs', import.meta.url), [], {
      execArgv: [],
      env: { ...process.env, GLIBC_TUNABLES: keepsItsMemory },
      serialization: 'advanced',
    });
    yieldTo(child.pid);
    under.set(child, null);
    child.on('message', (secret: Uint8Array) => {
      under.get(child)?.done(secret);
      serve(child);
    });
    child.on('error', (error) => under.get(child)?.failed(error));
    // A process that broke (out of memory) fails its caller's derivation, who is asked again; the next one opens a new process.
    child.on('exit', (code, signal) => {
      under.get(child)?.failed(new Error(`a card derivation ended with ${signal ?? code}`));
      under.delete(child);
      const place = idle.indexOf(child);
      if (place >= 0) idle.splice(place, 1);
      if (waiting.length > 0) open();
    });
    serve(child);
  }
  return {
    scrypt: (password, salt) =>
      new Promise((done, failed) => {
        waiting.push({ password, salt, done, failed });
        const child = idle.pop();
        if (child) serve(child);
        else if (under.size < most) open();
      }),
  };
}

function yieldTo(pid: number | undefined): void {
  try {
    if (pid !== undefined) os.setPriority(pid, niceness);
  } catch {
    // Not permitted here, or gone already: slower webhooks under load, nothing else.
  }
}
