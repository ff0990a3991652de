import { hkdfSync, scrypt } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<string, Uint8Array, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(
  scrypt,
);

export interface CardDeriver {
  /** 32 bytes that find the card in the database. The number itself is stored nowhere. */
  lookupIndex(cardNumber: string): Promise<Buffer>;
  /** Both outputs of the one derivation: the index, and the 32-byte key that wraps the record's data key. */
  derive(cardNumber: string): Promise<{ index: Buffer; key: Buffer }>;
}

export interface CardCost {
  /** Kept outside the database (configuration), at least 32 bytes. */
  pepper: Uint8Array;
  /** log2 of scrypt's N: 16 in production (64 MiB, about 0.15-0.2 s); tests and simulations take less. */
  costLog2: number;
  /** Derivations at the same time; more than the cores only makes each slower. */
  concurrency: number;
}

/**
 * scrypt over the card number, salted with the pepper (product.md, "The card and the sealed record"): memory-hard, so
 * that a stolen database with all gateway secrets still costs 0.15 s and 64 MiB per guess. Runs on libuv's pool, off the
 * thread that answers webhooks; waiting derivations queue here in order of arrival.
 */
export function createCardDeriver(cost: CardCost): CardDeriver {
  const { pepper, costLog2, concurrency } = cost;
  if (pepper.length < 32) throw new RangeError('the card pepper must have at least 32 bytes');
  const N = 2 ** costLog2;
  const options = { N, r: 8, p: 1, maxmem: 128 * N * 8 + 1024 * 1024 };
  const queue: (() => void)[] = [];
  let running = 0;

  async function both(cardNumber: string): Promise<{ index: Buffer; key: Buffer }> {
    if (!/^[0-9]{12}$/.test(cardNumber)) throw new RangeError('a card number has 12 digits');
    if (running >= concurrency) await new Promise<void>((start) => queue.push(start));
    running++;
    try {
      const secret = await derive(cardNumber, pepper, 32, options);
      return { index: labelled(secret, 'kamome card index 1'), key: labelled(secret, 'kamome card key 1') };
    } finally {
      running--;
      queue.shift()?.();
    }
  }
  return { derive: both, lookupIndex: async (cardNumber) => (await both(cardNumber)).index };
}

/** Two independent outputs from the one expensive secret (RFC 5869). */
const labelled = (secret: Buffer, label: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, new Uint8Array(), label, 32));
