import { createHash, randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { MorningPage, NoticePage, RecordPage, ReleaseTools } from '../../src/disclosures/context.ts';
import { faxDesk } from '../../src/disclosures/fax-desk.ts';
import { createCardDeriver } from '../../src/lib/card.ts';
import type { Ids } from '../../src/lib/ids.ts';
import type { RosterSheet } from '../../src/pages/roster-view.ts';
import type { RosterReply } from '../../src/paper/forms/roster-reply.ts';
import { type SealedContent, sealedContentShape } from '../../src/records/record.ts';
import { keepForCase } from '../../src/vault/actions.ts';
import { openFromTransit, sealForTransit } from '../../src/vault/vault.ts';
import { minimumDraft } from './drafts.ts';
import { testCard } from './town.ts';

/** A record that a story has put behind a patient. */
export interface Stored {
  content: SealedContent;
  confirmedAt: Date;
  version: number;
}

export interface TestRelease {
  tools: ReleaseTools;
  /** Behind which patient lies what; a story fills it. */
  records: Map<string, Stored>;
  /** Every page that was drawn, in order. */
  drawn: (
    | ({ kind: 'record' } & RecordPage)
    | ({ kind: 'notice' } & NoticePage)
    | { kind: 'refusal'; reason: string }
    | ({ kind: 'morning' } & MorningPage)
    | ({ kind: 'roster'; replies: readonly RosterReply[] } & RosterSheet)
  )[];
  /** How often a card was derived, and a version opened, real or decoy. */
  work: { derived: number; opened: number };
  caseKey: Buffer;
  /** Every record is longer than a sealed page. */
  isTooLongToSeal: boolean;
}

/** The least that a record can be: everything that may be unknown is 未確認. Born on 1940-03-01. */
export const sampleContent = (): SealedContent => sealedContentShape.parse({ schema: 1, ...minimumDraft() });

/**
 * Releases with the real fax line's desk and the real sealing for transit; records lie in a map and pages are drawn as text,
 * because a story is not about cryptography or typography.
 */
export function testRelease(db: pg.Pool, ids: Ids): TestRelease {
  const caseKey = Buffer.alloc(32, 9);
  const deriver = createCardDeriver(testCard);
  const records = new Map<string, Stored>();
  const drawn: TestRelease['drawn'] = [];
  const work = { derived: 0, opened: 0 };
  const keyOf = (patientId: string): Buffer => createHash('sha256').update(patientId).digest();
  const draw = (page: TestRelease['drawn'][number]) => {
    drawn.push(page);
    return Promise.resolve({ document: Buffer.from('II*\0 a page'), pages: 1 });
  };
  const tools: ReleaseTools = {
    random: (size) => randomBytes(size),
    faxes: faxDesk({ ids, random: randomBytes, caseKey }, () => undefined),
    pages: {
      record: (page) => draw({ kind: 'record', ...page }),
      fitsSealed: async () => !release.isTooLongToSeal,
      notice: (page) => draw({ kind: 'notice', ...page }),
      refusal: (page) => draw({ kind: 'refusal', reason: page.reason }),
      morning: (page) => draw({ kind: 'morning', ...page }),
      roster: (sheet, replies) => draw({ kind: 'roster', ...sheet, replies }),
    },
    vault: {
      async openByCard(associationId, number) {
        const index = await deriver.lookupIndex(number);
        work.derived++;
        const found = await db.query<{ id: string; patient_id: string; status: string }>(
          `select card.id, patient_id, status from card join patient on patient.id = patient_id
          where lookup_index = $1 and association_id = $2`,
          [index, associationId],
        );
        const row = found.rows[0];
        const stored = row && records.get(row.patient_id);
        const card =
          row && stored && row.status === 'active'
            ? { cardId: row.id, patientId: row.patient_id, version: stored.version }
            : null;
        return {
          ...{ card, isRevoked: row?.status === 'revoked', cardTag: index.toString('hex').slice(0, 32) },
          dataKey: card ? keyOf(card.patientId) : randomBytes(32),
        };
      },
      async openVersion(_associationId, of, dataKey) {
        work.opened++;
        if (!of) return { content: sampleContent(), confirmedAt: new Date(0) };
        const stored = records.get(of.patientId);
        if (!stored || !dataKey.equals(keyOf(of.patientId))) throw new Error('this key does not open this record');
        return stored;
      },
      async keepForCase({ caseId, associationId, patientId }) {
        const stored = records.get(patientId);
        if (!stored) return null;
        const { version } = stored;
        const versionId = `rv_${patientId}_${version}`;
        // The row is there for the real table of kept keys and its trigger; what is sealed in it is nobody's business here.
        await db.query(
          `insert into record_version (id, association_id, patient_id, version, nonce, ciphertext, sealed_at)
          values ($1, $2, $3, $4, $5, $6, now()) on conflict do nothing`,
          [versionId, associationId, patientId, version, Buffer.alloc(12), Buffer.alloc(16)],
        );
        const of = { versionId, dataKey: keyOf(patientId) };
        const clock = { now: () => stored.confirmedAt, after: () => ({ cancel: () => undefined }) };
        return (await keepForCase(db, { caseKey, clock, random: randomBytes }, caseId, of)) ? 'kept' : null;
      },
      async openForCase(sql, { caseId, patientId }) {
        const found = await sql.query<{ wrap: Buffer; version: number }>(
          `select wrap, version from case_key_wrap join record_version on record_version.id = version_id
          where case_id = $1 and patient_id = $2`,
          [caseId, patientId],
        );
        const kept = found.rows[0];
        if (!kept) return null;
        const dataKey = openFromTransit(kept.wrap, caseKey, `case:${caseId}`);
        const content = records.get(patientId)?.content ?? sampleContent();
        return { version: kept.version, dataKey, content };
      },
      seal: (content, what) => sealForTransit(content, caseKey, what, randomBytes),
      unseal: (sealed, what) => openFromTransit(sealed, caseKey, what),
    },
  };
  const release: TestRelease = { tools, records, drawn, work, caseKey, isTooLongToSeal: false };
  return release;
}
