/**
 * What the symbols of a page hold together, before it is cut into blocks and padded with zeros:
 *
 *   0    length of what follows the salt, 2 bytes
 *   2    scrypt's cost as a power of two
 *   3    salt, 16 random bytes
 *   19   AES-256-GCM ciphertext of the deflated content, tag of 16 bytes at the end
 *
 * scrypt (r = 8, p = 1) makes 44 bytes of secret and salt: 32 of key and the nonce. The salt is new for every page, so no key and
 * no nonce is ever used twice. Additional data: page id, cost and salt. This half runs in the browser (WebCrypto only).
 */
import { idBytes } from './symbols.ts';

export const saltBytes = 16;
export const tagBytes = 16;
export const envelopeHeadBytes = 3 + saltBytes;
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

/** @throws RangeError when the ciphertext is longer than two bytes can say. */
export function packEnvelope({ costLog2, salt, ciphertext }: Envelope): Uint8Array {
  if (ciphertext.length > 0xffff) throw new RangeError('more than a page can ever hold');
  const bytes = new Uint8Array(envelopeHeadBytes + ciphertext.length);
  bytes.set([ciphertext.length >> 8, ciphertext.length & 0xff, costLog2]);
  bytes.set(salt, 3);
  bytes.set(ciphertext, envelopeHeadBytes);
  return bytes;
}

/** @returns null for bytes that no page of this format has. */
export function unpackEnvelope(bytes: Uint8Array): Envelope | null {
  const length = (bytes[0] ?? 0) * 256 + (bytes[1] ?? 0);
  const cost = bytes[2] ?? 0;
  if (cost < 1 || cost > mostCostLog2 || length <= tagBytes || bytes.length < envelopeHeadBytes + length) return null;
  return {
    costLog2: cost,
    salt: bytes.slice(3, envelopeHeadBytes),
    ciphertext: bytes.slice(envelopeHeadBytes, envelopeHeadBytes + length),
  };
}

/** What the tag also vouches for. */
export const additionalData = (pageId: string, { costLog2, salt }: Omit<Envelope, 'ciphertext'>): Uint8Array =>
  Uint8Array.from([...idBytes(pageId), costLog2, ...salt]);

/** Key and nonce out of the stretched secret. */
export const keyParts = (stretched: Uint8Array): { key: Uint8Array<ArrayBuffer>; nonce: Uint8Array<ArrayBuffer> } => ({
  key: stretched.slice(0, 32) as Uint8Array<ArrayBuffer>,
  nonce: stretched.slice(32, 44) as Uint8Array<ArrayBuffer>,
});

/**
 * Opens a page's bytes.
 * @returns the content; `wrong_secret` when the tag does not fit (the blocks are checked already, so nothing else is likely);
 *   `broken` when the bytes are of no page, or unfold to no content.
 */
export async function openEnvelope(
  bytes: Uint8Array,
  pageId: string,
  secret: string,
  stretch: StretchSecret,
): Promise<{ content: Uint8Array } | { refused: 'wrong_secret' | 'broken' }> {
  const envelope = unpackEnvelope(bytes);
  if (!envelope) return { refused: 'broken' };
  const { key, nonce } = keyParts(await stretch(secret, envelope.salt, envelope.costLog2));
  const aes = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['decrypt']);
  const aad = additionalData(pageId, envelope) as Uint8Array<ArrayBuffer>;
  const sealed = envelope.ciphertext as Uint8Array<ArrayBuffer>;
  const parameters = { name: 'AES-GCM', iv: nonce, additionalData: aad };
  const deflated = await crypto.subtle.decrypt(parameters, aes, sealed).catch(() => null);
  if (!deflated) return { refused: 'wrong_secret' };
  const content = await inflate(new Uint8Array(deflated)).catch(() => null);
  return content ? { content } : { refused: 'broken' };
}

/** @returns null for more than a record can be. Rejects when it is not deflated bytes. */
async function inflate(deflated: Uint8Array<ArrayBuffer>): Promise<Uint8Array | null> {
  const reader = new Blob([deflated]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > mostContentBytes) return null;
    parts.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
