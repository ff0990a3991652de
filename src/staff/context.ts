/** What the functions of the staff are handed, and the small secrets they share. */
import { createHash, createHmac, hkdfSync } from 'node:crypto';
import { isIP } from 'node:net';
import type pg from 'pg';
import type { Clock } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import { openFromTransit, sealForTransit } from '../vault/vault.ts';
import type { OidcProvider } from './oidc.ts';

export interface StaffContext {
  db: pg.Pool;
  clock: Pick<Clock, 'now'>;
  ids: Ids;
  random(size: number): Buffer;
  /** 32 bytes that are not in the database (`staffKeyOf`): seals one-time secrets, keys the hashes. */
  staffKey: Buffer;
  /** log2 of scrypt's N for passwords: `passwordCostLog2`; tests take less. */
  passwordCostLog2: number;
  site: Site;
  /** Another system that people may sign in with; null: none is configured. */
  oidc: OidcProvider | null;
}

/** Where the console is reached, as the browser sees it. */
export interface Site {
  /** `https://desk.example.jp`, without a path. */
  origin: string;
  /** Shown by the authenticator. */
  name: string;
}

/** 2^17: 128 MiB and about a third of a second for each guess. */
export const passwordCostLog2 = 17;

/** From the search key, which only the console holds (RFC 5869). */
export const staffKeyOf = (searchKey: Uint8Array): Buffer =>
  Buffer.from(hkdfSync('sha256', searchKey, new Uint8Array(), 'kamome staff 1', 32));

/** The domain that passkeys belong to; null: the console is reached by a bare address, where browsers allow none. */
export function passkeyDomain({ origin }: Site): string | null {
  const { hostname } = new URL(origin);
  return isIP(hostname.replace(/^\[|\]$/g, '')) ? null : hostname;
}

type Key = Pick<StaffContext, 'staffKey'>;

/** Seals a one-time secret; `what` says whose it is, so that it opens for nobody else. */
export const seal = ({ staffKey, random }: Pick<StaffContext, 'staffKey' | 'random'>, what: string, text: string) =>
  sealForTransit(Buffer.from(text), staffKey, `staff ${what}`, random);

/** @throws VaultError when it was altered or is another's. */
export const unseal = ({ staffKey }: Key, what: string, sealed: Buffer): string =>
  openFromTransit(sealed, staffKey, `staff ${what}`).toString();

/** What stands in the database for a name, an address or a code that is typed: nobody can try it without the key. */
export const keyedHash = ({ staffKey }: Key, what: string, text: string): Buffer =>
  createHmac('sha256', staffKey)
    .update(JSON.stringify([what, text]))
    .digest();

/** A secret of 256 bits that is handed out once, and what is kept of it. */
export function newToken({ random }: Pick<StaffContext, 'random'>): { token: string; hash: Buffer } {
  const token = random(32).toString('base64url');
  return { token, hash: tokenHash(token) };
}

/** No slow hash: there is nothing to guess. */
export const tokenHash = (token: string): Buffer => createHash('sha256').update(token).digest();
