/**
 * The hub's copy of a card: its number, for a new print or a new pepper, and the keys derived from it, so that the hub's
 * console seals and re-wraps records without holding the pepper.
 */
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { isCardNumber } from '../lib/check-digits.ts';
import { type HubCertificate, type HubKeys, openWithHub, sealToHub } from './hub.ts';
import { VaultError } from './vault-error.ts';

export interface CardCopy {
  cardId: string;
  number: string;
  keys: CardKey[];
}

/** One of the keys that a card number gives: one for each pepper, and there are two while the pepper is being replaced. */
export interface CardKey {
  cardId: string;
  pepperId: string;
  /** 32 bytes. */
  key: Buffer;
}

/** Names a pepper without telling it. */
export const pepperIdOf = (pepper: Uint8Array): string =>
  createHmac('sha256', pepper).update('kamome pepper id 1').digest('hex').slice(0, 16);

const shape = z.strictObject({
  card: z.string(),
  number: z.string().refine(isCardNumber),
  keys: z.record(z.string(), z.base64()),
});

export function sealCopy({ cardId, number, keys }: CardCopy, hub: HubCertificate): Buffer {
  const entries = keys.map(({ pepperId, key }) => [pepperId, key.toString('base64')]);
  return sealToHub(Buffer.from(JSON.stringify({ card: cardId, number, keys: Object.fromEntries(entries) })), hub);
}

/** @throws VaultError when it was altered, is for another hub key, or is another card's. */
export function openCopy(blob: Buffer, cardId: string, hubKeys: HubKeys): CardCopy {
  const read = shape.safeParse(JSON.parse(openWithHub(blob, hubKeys).toString()));
  if (!read.success || read.data.card !== cardId) throw new VaultError("the hub's copy is not of this card");
  const keys = Object.entries(read.data.keys).map(([pepperId, key]) => {
    return { cardId, pepperId, key: Buffer.from(key, 'base64') };
  });
  return { cardId, number: read.data.number, keys };
}
