/** Sealing: content and secret in, the bytes of each QR symbol out. Node's half; opening is in envelope.ts. */
import { createCipheriv, scrypt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { deflateRaw } from 'node:zlib';
import {
  additionalData,
  costLog2,
  envelopeOverhead,
  keyParts,
  packEnvelope,
  padDeflated,
  type StretchSecret,
  saltBytes,
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

const dictionaryFile = new URL('../../config/unseal/dictionary-1.txt', import.meta.url);
let loaded: Promise<Buffer> | null = null;

/** See `OpeningMeans`. */
export function dictionary(): Promise<Buffer> {
  loaded ??= readFile(dictionaryFile);
  return loaded;
}

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
  const deflated = await compress(content);
  const plan = planPage(envelopeOverhead + deflated.length, resolution);
  if (!plan) return { refused: 'too_large', bytes: deflated.length, most: mostCiphertext(resolution) };
  const padded = padDeflated(deflated, plan.needed * blockBytes(plan.layout));
  const pageId = hexOf(random(4));
  const salt = random(saltBytes);
  const { key, nonce } = keyParts(await stretchSecret(secret, salt, costLog2));
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(additionalData(pageId, { costLog2, salt }));
  const ciphertext = Buffer.concat([cipher.update(padded), cipher.final(), cipher.getAuthTag()]);
  const envelope = packEnvelope({ costLog2, salt, ciphertext });
  return { pageId, plan, symbols: cut(envelope, pageId, plan) };
}

const compress = async (content: Uint8Array): Promise<Uint8Array> =>
  deflate(content, { level: 9, memLevel: 9, dictionary: await dictionary() });

/** Whether a page holds `content` with `spareBytes` more that are not known yet. Some milliseconds. */
export const fitsPage = async (content: Uint8Array, spareBytes: number, resolution: Resolution): Promise<boolean> =>
  (await compress(content)).length + spareBytes <= mostCiphertext(resolution);

function cut(envelope: Uint8Array, pageId: string, { layout, needed, total }: Plan): Uint8Array[] {
  const length = blockBytes(layout);
  const data = Array.from({ length: needed }, (_, index) => envelope.subarray(index * length, (index + 1) * length));
  const blocks = [...data, ...parityOf(data, total - needed)];
  return blocks.map((block, index) => encodeSymbol({ pageId, index, needed, total, block }));
}
