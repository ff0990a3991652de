/**
 * What the symbols of a page hold together, before it is cut into blocks:
 *
 *   0    scrypt's cost as a power of two
 *   1    salt, 16 random bytes
 *   17   AES-256-GCM ciphertext, tag of 16 bytes at the end
 *
 * Encrypted: length of the deflated content (2 bytes), the content deflated with a dictionary, zeros until the last block is full.
 * The padding is inside, so that paper shows no more of the length than the number of symbols does.
 *
 * scrypt (r = 8, p = 1) makes 44 bytes of secret and salt: 32 of key and the nonce. The salt is new for every page, so no key and
 * no nonce is ever used twice. Additional data: page id, cost and salt. This half runs in the browser (WebCrypto only).
 */
import { idBytes } from './symbols.ts';

export const saltBytes = 16;
const tagBytes = 16;
const headBytes = 1 + saltBytes;
const lengthBytes = 2;
/** Bytes of a page that are not the deflated content's. */
export const envelopeOverhead = headBytes + lengthBytes + tagBytes;
/** Of every page made now. A page names its own cost, so a later version may raise it. */
export const costLog2 = 16;
/** 2^18 is 256 MiB: more than an old telephone gives, and nothing of ours asks for it. */
const mostCostLog2 = 18;
/** A record is a few thousand bytes; only the holder of the secret can make a page that unfolds to more. */
const mostContentBytes = 1 << 20;

/** scrypt with r = 8, p = 1: 44 bytes. Node's own on a server, ours in the browser. */
export type StretchSecret = (secret: string, salt: Uint8Array, costLog2: number) => Promise<Uint8Array>;

export interface Envelope {
  costLog2: number;
  salt: Uint8Array;
  /** With its tag. */
  ciphertext: Uint8Array;
}

export const packEnvelope = ({ costLog2, salt, ciphertext }: Envelope): Uint8Array =>
  Uint8Array.from([costLog2, ...salt, ...ciphertext]);

/** @returns null for bytes that no page of this format has. */
export function unpackEnvelope(bytes: Uint8Array): Envelope | null {
  const cost = bytes[0] ?? 0;
  if (cost < 1 || cost > mostCostLog2 || bytes.length < envelopeOverhead) return null;
  return { costLog2: cost, salt: bytes.slice(1, headBytes), ciphertext: bytes.slice(headBytes) };
}

/** What is encrypted, `envelopeBytes` long when it is sealed and packed. @throws RangeError when it does not fit. */
export function padDeflated(deflated: Uint8Array, envelopeBytes: number): Uint8Array {
  const padded = new Uint8Array(envelopeBytes - headBytes - tagBytes);
  padded.set(deflated, lengthBytes);
  padded.set([deflated.length >> 8, deflated.length & 0xff]);
  return padded;
}

const unpadDeflated = (padded: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> =>
  padded.subarray(lengthBytes, lengthBytes + padded[0]! * 256 + padded[1]!);

/** What the tag also vouches for. */
export const additionalData = (pageId: string, { costLog2, salt }: Omit<Envelope, 'ciphertext'>): Uint8Array =>
  Uint8Array.from([...idBytes(pageId), costLog2, ...salt]);

/** Key and nonce out of the stretched secret. */
export const keyParts = (stretched: Uint8Array): { key: Uint8Array<ArrayBuffer>; nonce: Uint8Array<ArrayBuffer> } => ({
  key: stretched.slice(0, 32) as Uint8Array<ArrayBuffer>,
  nonce: stretched.slice(32, 44) as Uint8Array<ArrayBuffer>,
});

export interface OpeningMeans {
  stretch: StretchSecret;
  /**
   * What the deflated content may refer back to: words that most records have. The file dictionary-1.txt belongs to version 1 of the
   * symbols and is never edited: pages on paper, and copies of the offline page on telephones, rely on it.
   */
  dictionary: Uint8Array;
}

/**
 * Opens a page's bytes.
 * @returns the content; `wrong_secret` when the tag does not fit (the blocks are checked already, so nothing else is likely);
 *   `broken` when the bytes are of no page, or unfold to no content.
 */
export async function openEnvelope(
  bytes: Uint8Array,
  pageId: string,
  secret: string,
  { stretch, dictionary }: OpeningMeans,
): Promise<{ content: Uint8Array } | { refused: 'wrong_secret' | 'broken' }> {
  const envelope = unpackEnvelope(bytes);
  if (!envelope) return { refused: 'broken' };
  const { key, nonce } = keyParts(await stretch(secret, envelope.salt, envelope.costLog2));
  const aes = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['decrypt']);
  const aad = additionalData(pageId, envelope) as Uint8Array<ArrayBuffer>;
  const sealed = envelope.ciphertext as Uint8Array<ArrayBuffer>;
  const parameters = { name: 'AES-GCM', iv: nonce, additionalData: aad };
  const decrypted = await crypto.subtle.decrypt(parameters, aes, sealed).catch(() => null);
  if (!decrypted) return { refused: 'wrong_secret' };
  const content = await inflate(unpadDeflated(new Uint8Array(decrypted)), dictionary).catch(() => null);
  return content ? { content } : { refused: 'broken' };
}

/**
 * Browsers inflate without dictionaries. So the dictionary goes before the stream as a stored block (RFC 1951, 3.2.4), comes out
 * first and is dropped.
 * @returns null for more than a record can be. Rejects when it is not deflated bytes.
 */
async function inflate(deflated: Uint8Array<ArrayBuffer>, dictionary: Uint8Array): Promise<Uint8Array | null> {
  const { length: size } = dictionary;
  const stored = Uint8Array.from([0, size & 0xff, size >> 8, ~size & 0xff, (~size >> 8) & 0xff, ...dictionary]);
  const reader = new Blob([stored, deflated]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > size + mostContentBytes) return null;
    parts.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole.subarray(size);
}
