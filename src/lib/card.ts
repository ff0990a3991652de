import { hkdfSync, type ScryptOptions, scryptSync } from 'node:crypto';
import { Worker } from 'node:worker_threads';

export interface CardDeriver {
  /** 32 bytes that find the card in the database. The number itself is stored nowhere. */
  lookupIndex(cardNumber: string): Promise<Buffer>;
  /** Both outputs of the one derivation: the index, and the 32-byte key that wraps the record's data key. */
  derive(cardNumber: string): Promise<{ index: Buffer; key: Buffer }>;
  /** Starts the threads, so that the first caller does not wait for them. */
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

/** Up to this cost (a few ms) a thread would cost more than it saves. */
const cheapLog2 = 10;
/**
 * Below the threads that answer webhooks: under load a derivation is 20 ms later, but every line that waits for its next
 * word, and the ringing of the doctor itself, goes before it.
 */
const niceness = 5;

/**
 * scrypt over the card number, salted with the pepper (product.md, "The card and the sealed record"): memory-hard, so
 * that a stolen database with all gateway secrets still costs 64 MiB and over a tenth of a second per guess. Runs on threads
 * of its own, off the one that answers webhooks; waiting derivations queue here in order of arrival.
 */
export function createCardDeriver(cost: CardCost): CardDeriver {
  const { pepper, costLog2, concurrency } = cost;
  if (pepper.length < 32) throw new RangeError('the card pepper must have at least 32 bytes');
  const N = 2 ** costLog2;
  const options: ScryptOptions = { N, r: 8, p: 1, maxmem: 128 * N * 8 + 1024 * 1024 };
  const pool = costLog2 <= cheapLog2 ? inPlace(options) : threads(options, concurrency);

  async function both(cardNumber: string): Promise<{ index: Buffer; key: Buffer }> {
    if (!/^[0-9]{12}$/.test(cardNumber)) throw new RangeError('a card number has 12 digits');
    const secret = await pool.scrypt(cardNumber, pepper);
    return { index: labelled(secret, 'kamome card index 1'), key: labelled(secret, 'kamome card key 1') };
  }
  return { derive: both, lookupIndex: async (cardNumber) => (await both(cardNumber)).index, warmUp: pool.warmUp };
}

/** Two independent outputs from the one expensive secret (RFC 5869). */
const labelled = (secret: Uint8Array, label: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, new Uint8Array(), label, 32));

interface Pool {
  scrypt(password: string, salt: Uint8Array): Promise<Uint8Array>;
  warmUp(): void;
}

const inPlace = (options: ScryptOptions): Pool => ({
  scrypt: async (password, salt) => scryptSync(password, salt, 32, options),
  warmUp: () => undefined,
});

interface Task {
  password: string;
  salt: Uint8Array;
  done(secret: Uint8Array): void;
  failed(error: Error): void;
}

/** Threads that start when they are needed and do not keep the process alive when they are not. */
function threads(options: ScryptOptions, most: number): Pool {
  const waiting: Task[] = [];
  const idle: Worker[] = [];
  const under = new Map<Worker, Task | null>();

  function serve(worker: Worker): void {
    const task = waiting.shift();
    under.set(worker, task ?? null);
    if (!task) {
      idle.push(worker);
      worker.unref();
      return;
    }
    worker.ref();
    worker.postMessage({ password: task.password, salt: task.salt });
  }
  function open(): void {
    const worker = new Worker(new URL('./scrypt-thread.mjs', import.meta.url), { workerData: { options, niceness } });
    under.set(worker, null);
    worker.on('message', (secret: Uint8Array) => {
      under.get(worker)?.done(secret);
      serve(worker);
    });
    // A thread that broke (out of memory) fails its caller's derivation, who is asked again; the next one opens a new thread.
    worker.on('error', (error) => under.get(worker)?.failed(error));
    worker.on('exit', () => {
      under.delete(worker);
      const place = idle.indexOf(worker);
      if (place >= 0) idle.splice(place, 1);
      if (waiting.length > 0) open();
    });
    serve(worker);
  }
  return {
    scrypt: (password, salt) =>
      new Promise((done, failed) => {
        waiting.push({ password, salt, done, failed });
        const worker = idle.pop();
        if (worker) serve(worker);
        else if (under.size < most) open();
      }),
    warmUp() {
      while (under.size < most) open();
    },
  };
}
