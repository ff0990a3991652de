import type pg from 'pg';
import type { Random } from '../embedded/secrets.ts';
import type { CardDeriver } from '../lib/card.ts';
import type { Clock } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import type { PageMaker } from '../pages/maker.ts';
import { loadWords } from '../pages/words.ts';
import type { ReleaseTools } from './context.ts';
import { faxDesk } from './fax-desk.ts';
import { recordVault } from './record-vault.ts';
import { releasePages } from './release-pages.ts';

export interface ReleaseParts {
  db: pg.Pool;
  clock: Clock;
  ids: Ids;
  cards: Pick<CardDeriver, 'derive'>;
  pepper: Uint8Array;
  caseKey: Buffer;
  random: Random;
  maker: PageMaker;
  publicBaseUrl: string;
  wakeFax(faxId: string): void;
}

/** The vault, the fax line and the page engine, as releases of records use them in a running process. */
export function connectRelease(parts: ReleaseParts): ReleaseTools {
  const { caseKey, random, ids, maker, publicBaseUrl } = parts;
  return {
    random,
    vault: recordVault(parts),
    faxes: faxDesk({ ids, random, caseKey }, parts.wakeFax),
    pages: releasePages({ maker, words: loadWords(), caseKey, random, unsealUrl: `${publicBaseUrl}/unseal` }),
  };
}
