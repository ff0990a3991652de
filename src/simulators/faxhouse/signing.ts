import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/** PKCS#8 of an ed25519 key, up to its 32 bytes (RFC 8410 section 7). */
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The pair that signs Telnyx's webhooks, from 32 bytes, so that a restarted house signs as before. */
export function signingPair(seed: Uint8Array): { privateKey: KeyObject; publicKey: string } {
  if (seed.length !== 32) throw new RangeError('a signing key is made from 32 bytes');
  const privateKey = createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return { privateKey, publicKey: spki.subarray(-32).toString('base64') };
}
