/**
 * How a version of a record is sealed (product.md, "The card and the sealed record"). Pure: keys and randomness are handed in.
 *
 * The content is AES-256-GCM under a random data key of its own, with association, patient and version as additional data. The
 * data key is wrapped twice: under the card key, and to the hub's certificate (hub.ts). Whoever holds the data key opens the
 * content; whoever holds neither card nor hub key has noise.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Random } from '../embedded/secrets.ts';
import { type HubCertificate, type HubKeys, openWithHub, sealToHub } from './hub.ts';
import { VaultError } from './vault-error.ts';

export { VaultError } from './vault-error.ts';

/** Which version a sealed content belongs to: its additional data, so that it opens nowhere else. */
export interface VersionOf {
  associationId: string;
  patientId: string;
  /** From 1. */
  version: number;
}

export interface SealedVersion {
  nonce: Buffer;
  /** The tag (16 bytes) stands at the end. */
  ciphertext: Buffer;
  cardWrap: Buffer;
  hubWrap: Buffer;
}

const nonceBytes = 12;
const tagBytes = 16;
const keyBytes = 32;

/**
 * Seals `content` under a new data key, wrapped for the card and for the hub.
 * @throws RangeError when the card key has not 32 bytes or the version is no whole number from 1.
 */
export function sealVersion(
  content: Uint8Array,
  of: VersionOf,
  keys: { cardKey: Buffer; hub: HubCertificate },
  random: Random,
): SealedVersion {
  const { dataKey, ...sealed } = sealContent(content, of, random);
  const cardWrap = wrapForCard(dataKey, of, keys.cardKey, random);
  return { ...sealed, cardWrap, hubWrap: sealToHub(dataKey, keys.hub) };
}

/** The first half of it: the data key is still open, to be wrapped for whoever may read (a patient may not have a card yet). */
export function sealContent(
  content: Uint8Array,
  of: VersionOf,
  random: Random,
): Pick<SealedVersion, 'nonce' | 'ciphertext'> & { dataKey: Buffer } {
  const dataKey = random(keyBytes);
  const nonce = random(nonceBytes);
  return { nonce, ciphertext: encrypt(content, dataKey, nonce, additionalData('record', of)), dataKey };
}

/**
 * AES-256-GCM with a nonce of its own, rather than AES key wrap (RFC 3394): key wrap has no additional data, so a wrap could be
 * carried from one patient's version to another's; and a card key wraps a few versions, far below what random nonces allow (2^32).
 */
export function wrapForCard(dataKey: Buffer, of: VersionOf, cardKey: Buffer, random: Random): Buffer {
  const nonce = random(nonceBytes);
  return Buffer.concat([nonce, encrypt(dataKey, cardKey, nonce, additionalData('card wrap', of))]);
}

/** The data key, or null when this card key did not wrap it for this version (another card's, another version's, altered). */
export function dataKeyByCard(sealed: Pick<SealedVersion, 'cardWrap'>, of: VersionOf, cardKey: Buffer): Buffer | null {
  const { cardWrap } = sealed;
  if (cardWrap.length !== nonceBytes + keyBytes + tagBytes) return null;
  const nonce = cardWrap.subarray(0, nonceBytes);
  return decrypt(cardWrap.subarray(nonceBytes), cardKey, nonce, additionalData('card wrap', of));
}

/** The data key by the hub's key. @throws VaultError when the wrap was altered or is for another hub key. */
export function dataKeyByHub(sealed: Pick<SealedVersion, 'hubWrap'>, hubKeys: HubKeys): Buffer {
  const dataKey = openWithHub(sealed.hubWrap, hubKeys);
  if (dataKey.length !== keyBytes) throw new VaultError('what was sealed to the hub is no data key');
  return dataKey;
}

/**
 * The content of a version.
 * @throws VaultError when any byte of it was altered, or it is another patient's, another version's or another key's.
 */
export function openVersion(
  sealed: Pick<SealedVersion, 'nonce' | 'ciphertext'>,
  of: VersionOf,
  dataKey: Buffer,
): Buffer {
  const content = decrypt(sealed.ciphertext, dataKey, sealed.nonce, additionalData('record', of));
  if (!content)
    throw new VaultError('the sealed record does not open: it was altered, or is of another version or key');
  return content;
}

const transitFormat = 1;

/**
 * Seals something for the short while it is on its way (a finished page, a data key of an open case) into one opaque blob.
 * `what` says what it is for ('fax:fx_…', 'case:uc_…') and must be the same when it is opened.
 * @throws RangeError when the case key has not 32 bytes.
 */
export function sealForTransit(content: Uint8Array, caseKey: Buffer, what: string, random: Random): Buffer {
  const nonce = random(nonceBytes);
  return Buffer.concat([Buffer.of(transitFormat), nonce, encrypt(content, caseKey, nonce, transitData(what))]);
}

/** @throws VaultError when the blob was altered, is for something else, or was sealed under another case key. */
export function openFromTransit(blob: Buffer, caseKey: Buffer, what: string): Buffer {
  const body = blob[0] === transitFormat ? blob.subarray(1) : Buffer.alloc(0);
  const content = decrypt(body.subarray(nonceBytes), caseKey, body.subarray(0, nonceBytes), transitData(what));
  if (!content)
    throw new VaultError('what was sealed for transit does not open: altered, or sealed under another case key');
  return content;
}

const transitData = (what: string): Buffer => Buffer.from(JSON.stringify(['kamome transit 1', what]));

/** As JSON, so that no two different versions can give the same bytes. */
function additionalData(purpose: 'record' | 'card wrap', { associationId, patientId, version }: VersionOf): Buffer {
  if (!Number.isInteger(version) || version < 1) throw new RangeError('versions are counted from 1');
  return Buffer.from(JSON.stringify([`kamome ${purpose} 1`, associationId, patientId, version]));
}

function encrypt(content: Uint8Array, key: Buffer, nonce: Buffer, aad: Buffer): Buffer {
  if (key.length !== keyBytes) throw new RangeError('a key has 32 bytes');
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes }).setAAD(aad);
  return Buffer.concat([cipher.update(content), cipher.final(), cipher.getAuthTag()]);
}

/** null: the tag does not fit. */
function decrypt(sealed: Buffer, key: Buffer, nonce: Buffer, aad: Buffer): Buffer | null {
  if (key.length !== keyBytes) throw new RangeError('a key has 32 bytes');
  if (nonce.length !== nonceBytes || sealed.length < tagBytes) return null;
  const end = sealed.length - tagBytes;
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
    .setAAD(aad)
    .setAuthTag(sealed.subarray(end));
  const content = decipher.update(sealed.subarray(0, end));
  try {
    return Buffer.concat([content, decipher.final()]);
  } catch {
    return null; // the only failure left is the tag's
  }
}
