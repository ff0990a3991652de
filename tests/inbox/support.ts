/** What the inbox is handed in tests: the example ward with a hub key, and faxes as the fax line would hand them on. */
import { randomBytes } from 'node:crypto';
import { connectRelease } from '../../src/disclosures/connect.ts';
import type { ReceivedFax } from '../../src/fax/context.ts';
import type { BilevelPage } from '../../src/imaging/bilevel.ts';
import { encodeTiff } from '../../src/imaging/tiff.ts';
import type { InboxContext } from '../../src/inbox/receive.ts';
import type { Log, LogFields } from '../../src/log.ts';
import { openPageMaker, type PageMaker } from '../../src/pages/maker.ts';
import { PatientsWorld } from '../patients/support.ts';

export const clinicFax = '+81450001234';
export const ourNumber = '+815000000110';

export interface InboxWorld {
  patients: PatientsWorld;
  ctx: InboxContext;
  log: { event: string; fields: LogFields }[];
  /** A fax as the line announces it. */
  fax(more?: Partial<ReceivedFax>): ReceivedFax;
  /** A confirmed machine. @returns its id. */
  confirmed(owner: { doctorId: string } | { hospitalId: string }, e164?: string): Promise<string>;
  /** Of the example ward, by table. */
  idOf(table: 'doctor' | 'hospital', code: string): Promise<string>;
  rows(sql: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

export const tiffOf = async (...pages: BilevelPage[]): Promise<Buffer> => Buffer.from(await encodeTiff(pages));

export async function openInbox(): Promise<InboxWorld> {
  const patients = await PatientsWorld.open();
  const { db, clock, ids, cards, caseKey, hub } = patients.ctx;
  const lines: InboxWorld['log'] = [];
  const write = (event: string, fields: LogFields = {}) => void lines.push({ event, fields });
  const log: Log = { debug: () => undefined, info: () => undefined, warn: write, error: write, dropped: new Map() };
  const maker: PageMaker = openPageMaker();
  const release = connectRelease({
    ...{ db, clock, ids, cards, caseKey, maker, pepper: patients.vault.pepper, random: randomBytes },
    ...{ publicBaseUrl: 'https://kamome.example', wakeFax: () => undefined },
  });
  const ctx: InboxContext = { db, clock, ids, log, release, hub, wake: () => undefined };
  return {
    ...{ patients, ctx, log: lines },
    fax: (more = {}) => ({
      ...{ id: ids.next('fi'), associationId: patients.associationId, to: ourNumber, from: clinicFax },
      ...{ claimedStationId: null, pages: 1, isPartial: false, receivedAt: clock.now(), ...more },
    }),
    async confirmed(owner, e164 = clinicFax) {
      const id = ids.next('fd');
      const [column, ownerId] = 'doctorId' in owner ? ['doctor_id', owner.doctorId] : ['hospital_id', owner.hospitalId];
      await db.query(
        `insert into fax_destination (
          id, association_id, ${column}, position, e164, form, status, confirmed_at, confirm_due_at, registered_at)
        values ($1, $2, $3, 1, $4, 'full', 'confirmed', $5::timestamptz, $5::timestamptz + interval '300 days', $5::timestamptz)`,
        [id, patients.associationId, ownerId, e164, clock.now()],
      );
      return id;
    },
    async idOf(table, code) {
      const { rows } = await db.query(`select id from ${table} where association_id = $1 and code = $2`, [
        patients.associationId,
        code,
      ]);
      return rows[0].id;
    },
    rows: async (sql) => (await db.query(sql)).rows,
    async close() {
      maker.close();
      await patients.database.drop();
    },
  };
}
