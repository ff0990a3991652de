import type pg from 'pg';
import type { Random } from '../embedded/secrets.ts';
import type { CardDeriver } from '../lib/card.ts';
import type { Clock } from '../lib/clock.ts';
import { standingOfPatient } from '../patients/actions.ts';
import { parseContent } from '../records/record.ts';
import { keepForCase, openByDataKey, openByDerived, openForCase, pepperIdOf } from '../vault/actions.ts';
import { openFromTransit, sealForTransit } from '../vault/vault.ts';
import type { RecordVault } from './context.ts';
import { decoy } from './decoy.ts';

export interface VaultParts {
  db: pg.Pool;
  clock: Clock;
  cards: Pick<CardDeriver, 'derive'>;
  /** Of the pepper that `cards` derives with. */
  pepper: Uint8Array;
  caseKey: Buffer;
  random: Random;
}

/** The vault as releases use it. A card of nobody gets a random key and, later, the decoy: the same work either way. */
export function recordVault({ db, clock, cards, pepper, caseKey, random }: VaultParts): RecordVault {
  const pepperId = pepperIdOf(pepper);
  const closed = decoy(random);
  return {
    async openByCard(associationId, cardNumber) {
      const derived = await cards.derive(cardNumber);
      const opened = await openByDerived({ db, pepperId }, associationId, derived);
      const cardTag = derived.index.toString('hex').slice(0, 32);
      const isOpen = !('refused' in opened) && opened.status === 'active';
      if (isOpen) {
        const { cardId, patientId, version, dataKey } = opened;
        return { card: { cardId, patientId, version }, isRevoked: false, cardTag, dataKey };
      }
      closed.open();
      // Suspended, or nothing released to it yet: like a lost card, a matter for the hub.
      const isRevoked = !('refused' in opened) || opened.refused !== 'unknown';
      return { card: null, isRevoked, cardTag, dataKey: Buffer.from(random(32)) };
    },
    async openVersion(associationId, of, dataKey) {
      const patientId = of?.patientId ?? 'pt_nobody';
      const [read, standing] = await Promise.all([
        openByDataKey(db, { associationId, patientId, version: of?.version ?? 1 }, dataKey),
        standingOfPatient(db, associationId, patientId, clock.now()),
      ]);
      if (!of) return { content: parseContent(closed.open()), confirmedAt: null };
      if (!read) throw new Error('a version is gone while its record was being released: the patient was closed');
      return { content: parseContent(read.content), confirmedAt: standing?.confirmedAt ?? null };
    },
    async keepForCase({ associationId, caseId, patientId }, derived) {
      const opened = await openByDerived({ db, pepperId }, associationId, derived);
      // Suspended: not to be given out as a current record.
      if ('refused' in opened || opened.status !== 'active' || opened.patientId !== patientId) return null;
      return (await keepForCase(db, { caseKey, clock, random }, caseId, opened)) ? 'kept' : null;
    },
    async openForCase(sql, { caseId, patientId }) {
      const opened = await openForCase(sql, { caseKey }, caseId);
      if (opened && opened.patientId !== patientId) throw new Error('the key of a case is another patient’s');
      if (!opened) return null;
      return { version: opened.version, dataKey: opened.dataKey, content: parseContent(opened.content) };
    },
    seal: (content, what) => sealForTransit(content, caseKey, what, random),
    unseal: (sealed, what) => openFromTransit(sealed, caseKey, what),
  };
}
