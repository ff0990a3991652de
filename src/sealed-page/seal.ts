/** Sealing: content and secret in, the bytes of each QR symbol out. Node's half; opening is in envelope.ts. */
import { createCipheriv, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { deflateRaw } from 'node:zlib';
import {
  additionalData,
  costLog2,
  envelopeHeadBytes,
  keyParts,
  packEnvelope,
  type StretchSecret,
  saltBytes,
  tagBytes,
} from './envelope.ts';
import { parityOf } from './erasure.ts';
import { blockBytes, mostCiphertext, type Plan, planPage, type Resolution } from './layout.ts';
import { encodeSymbol, hexOf } from './symbols.ts';

const deflate = promisify(deflateRaw);

/** scrypt with r = 8, p = 1, on libuv's pool: about 0.15 s and 64 MiB at 2^16, the event loop goes on. */
export const stretchSecret: StretchSecret = (secret, salt, log2) => {
  const cost = { N: 2 ** log2, r: 8, p: 1, maxmem: 2 * 128 * 2 ** log2 * 8 };
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, 44, cost, (error, key) => (error ? reject(error) : resolve(key)));
  });
};

export interface SealedSymbols {
  /** 8 hexadecimal digits; `pageNumber` makes six digits of them for people. */
  pageId: string;
  plan: Plan;
  /** The payload of each symbol, data first, then parity. */
  symbols: Uint8Array[];
}

/** More than a page holds. In bytes after compression. Never cut: the caller chooses another form of release. */
export interface TooLarge {
  refused: 'too_large';
  bytes: number;
  most: number;
}

/**
 * Compresses, encrypts and cuts `content` into symbols.
 * @param secret sixteen digits of `newSecret`, used for this page only
 * @param random page id and salt come from it
 */
export async function sealSymbols(
  content: Uint8Array,
  secret: string,
  resolution: Resolution,
  random: (size: number) => Uint8Array,
): Promise<SealedSymbols | TooLarge> {
  const deflated = await deflate(content, { level: 9 });
  const plan = planPage(envelopeHeadBytes + deflated.length + tagBytes, resolution);
  if (!plan) return { refused: 'too_large', bytes: deflated.length, most: mostCiphertext(resolution) };
  const pageId = hexOf(random(4));
  const salt = random(saltBytes);
  const { key, nonce } = keyParts(await stretchSecret(secret, salt, costLog2));
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(additionalData(pageId, { costLog2, salt }));
  const ciphertext = Buffer.concat([cipher.update(deflated), cipher.final(), cipher.getAuthTag()]);
  const envelope = packEnvelope({ costLog2, salt, ciphertext });
  return { pageId, plan, symbols: cut(envelope, pageId, plan) };
}

function cut(envelope: Uint8Array, pageId: string, { layout, needed, total }: Plan): Uint8Array[] {
  const length = blockBytes(layout);
  const padded = new Uint8Array(needed * length);
  padded.set(envelope);
  const data = Array.from({ length: needed }, (_, index) => padded.subarray(index * length, (index + 1) * length));
  const blocks = [...data, ...parityOf(data, total - needed)];
  return blocks.map((block, index) => encodeSymbol({ pageId, index, needed, total, block }));
}
