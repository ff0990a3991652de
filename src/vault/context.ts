/** What the vault's actions are handed. Each process holds only its own secrets, and the types say which. */
import type pg from 'pg';
import type { Random } from '../embedded/secrets.ts';
import type { CardDeriver } from '../lib/card.ts';
import type { Clock } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import type { HubCertificate, HubKeys } from './hub.ts';

/** Anybody: to seal takes nothing secret. */
export interface VaultContext {
  db: pg.Pool;
  clock: Clock;
  ids: Ids;
  random: Random;
  hub: HubCertificate;
}

/** Gateway and worker: what a card number opens, and what an open case needs. */
export interface NightVault extends VaultContext {
  cards: Pick<CardDeriver, 'derive'>;
  /** Of the pepper that `cards` derives with (card-copy.ts). */
  pepperId: string;
  /** 32 bytes. */
  caseKey: Buffer;
}

/** The hub's console: opens everything without a card, and holds neither pepper nor case key. */
export interface HubVault extends VaultContext, CardFinding {
  hubKeys: HubKeys;
}

/** Who hands out a card marks it, so that the hub finds it by its number again. */
export interface CardFinding {
  /** Of the search tokens; absent: such a card is not found by its number until the console marks it (`markCard`). */
  searchKey?: Uint8Array;
}

/** Who did it and what led to it, for the log. */
export interface Doing {
  /** 'operator:op_…', 'gateway', … */
  actor: string;
  /** The command or webhook. */
  cause: string;
}
