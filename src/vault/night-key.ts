/**
 * To the night side: gateway and worker hold the case key, from which a key pair (X25519) follows that needs no keeping. They
 * publish its public half when they start, and the console seals to it what only they may read. An ephemeral key for each message,
 * HKDF over both public keys, AES-256-GCM bound to what the message is for.
 */
import { createPrivateKey, createPublicKey, diffieHellman, hkdfSync, type KeyObject } from 'node:crypto';
import type { Sql } from '../db.ts';
import type { Random } from '../embedded/secrets.ts';
import * as store from './night-key-store.ts';
import { openFromTransit, sealForTransit, VaultError } from './vault.ts';

const keyBytes = 32;
/** DER of a private and of a public X25519 key (RFC 8410) up to the 32 bytes themselves. */
const privatePrefix = Buffer.from('302e020100300506032b656e04220420', 'hex');
const publicPrefix = Buffer.from('302a300506032b656e032100', 'hex');

const privateKeyOf = (seed: Uint8Array): KeyObject =>
  createPrivateKey({ key: Buffer.concat([privatePrefix, seed]), format: 'der', type: 'pkcs8' });
const publicKeyOf = (bytes: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.concat([publicPrefix, bytes]), format: 'der', type: 'spki' });
const publicBytes = (key: KeyObject): Buffer =>
  createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-keyBytes);

const nightPrivateKey = (caseKey: Uint8Array): KeyObject =>
  privateKeyOf(Buffer.from(hkdfSync('sha256', caseKey, '', 'kamome night key 1', keyBytes)));

/** The public half of the pair that follows from a case key: 32 bytes. */
export const nightPublicKey = (caseKey: Uint8Array): Buffer => publicBytes(nightPrivateKey(caseKey));

/** Says to the console whom it may seal to from now on. May be repeated, by any number of processes with the same case key. */
export async function publishNightKey(sql: Sql, caseKey: Uint8Array, at: Date): Promise<void> {
  const publicKey = nightPublicKey(caseKey);
  await store.publish(sql, { id: publicKey.toString('hex').slice(0, 32), publicKey, at });
}

/** The key that was published last; null: the night side has never run. */
export const publishedNightKey = store.published;

/** @param what names what it is for, and must be the same when it is opened. */
export function sealToNight(bytes: Uint8Array, publicKey: Buffer, what: string, random: Random): Buffer {
  const ephemeral = privateKeyOf(random(keyBytes));
  const sender = publicBytes(ephemeral);
  const key = shared(ephemeral, publicKeyOf(publicKey), sender, publicKey);
  return Buffer.concat([sender, sealForTransit(bytes, key, what, random)]);
}

/** @throws VaultError when it was altered, is for something else, or was sealed to another case key's pair. */
export function openAtNight(blob: Buffer, caseKey: Uint8Array, what: string): Buffer {
  if (blob.length < keyBytes) throw new VaultError('what was sealed to the night side is cut short');
  const own = nightPrivateKey(caseKey);
  const sender = blob.subarray(0, keyBytes);
  const key = shared(own, publicKeyOf(sender), sender, publicBytes(own));
  return openFromTransit(blob.subarray(keyBytes), key, what);
}

function shared(own: KeyObject, other: KeyObject, sender: Buffer, receiver: Buffer): Buffer {
  const secret = diffieHellman({ privateKey: own, publicKey: other });
  return Buffer.from(hkdfSync('sha256', secret, Buffer.concat([sender, receiver]), 'kamome night seal 1', keyBytes));
}
