/** A small association with a doctor, a clinic and their fax numbers, on a database of its own and a clock that stands still. */
import { createHash, randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { FaxContext, FaxJob, ReceivedFax, SettledFax } from '../../src/fax/context.ts';
import type { FaxDestination, ReleaseForm } from '../../src/fax/destination.ts';
import type { FaxLine } from '../../src/fax/fax-line.ts';
import { idsFrom } from '../../src/lib/ids.ts';
import type { Log, LogFields } from '../../src/log.ts';
import { FakeClock } from '../support/clock.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { type PlayedLine, playedLine } from './line.ts';

export const ourNumber = '+81450000100';
export const clinicFax = '+81450000201';
export const start = new Date('2026-11-02T13:00:00Z');

export interface Wake {
  job: FaxJob;
  id: string;
  seconds: number;
}

export interface FaxWorld {
  ctx: FaxContext;
  clock: FakeClock;
  associationId: string;
  doctorId: string;
  facilityId: string;
  wakes: Wake[];
  settled: SettledFax[];
  received: { fax: ReceivedFax; content: Buffer }[];
  lost: { fax: ReceivedFax; code: string }[];
  /** Every line of the log, as written: event and fields. */
  log: { level: string; event: string; fields: LogFields }[];
  /** Moves the clock; nothing happens by itself. */
  passes(seconds: number): Promise<void>;
  /** A destination of the doctor, confirmed without a page. */
  confirmed(position?: number, e164?: string, form?: ReleaseForm): Promise<FaxDestination>;
  row(table: 'fax' | 'fax_destination' | 'received_fax', id: string): Promise<Record<string, unknown>>;
}

/** The same bytes in every run: a counter, hashed. */
export function seededRandom(seed: string): (size: number) => Buffer {
  let count = 0;
  return (size) => {
    const parts: Buffer[] = [];
    for (let made = 0; made < size; made += 32) parts.push(createHash('sha256').update(`${seed}:${count++}`).digest());
    return Buffer.concat(parts).subarray(0, size);
  };
}

export async function faxWorld(db: pg.Pool, faxLine: FaxLine, publicBaseUrl = 'http://127.0.0.1:1'): Promise<FaxWorld> {
  const clock = new FakeClock(start);
  // The database lives for a file of tests; every world in it is another association.
  const ids = idsFrom(seededRandom(randomBytes(8).toString('hex')));
  const wakes: Wake[] = [];
  const settled: SettledFax[] = [];
  const received: FaxWorld['received'] = [];
  const lost: FaxWorld['lost'] = [];
  const lines: FaxWorld['log'] = [];
  const write =
    (level: string) =>
    (event: string, fields: LogFields = {}) =>
      void lines.push({ level, event, fields });
  const log: Log = {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    dropped: new Map(),
  };
  const ctx: FaxContext = {
    ...{ db, clock, ids, log, faxLine, publicBaseUrl, random: seededRandom('world'), caseKey: Buffer.alloc(32, 9) },
    wake: (job, id, seconds = 0) => void wakes.push({ job, id, seconds }),
    remakeFax: async (document, again) => Buffer.concat([document, Buffer.from(JSON.stringify(again))]),
    drawTestPage: async (_destination, code) => ({ document: Buffer.from(`code ${code}`), pages: 1 }),
    onFaxSettled: async (_tx, fax) => void settled.push(fax),
    onFaxReceived: async (fax, content) => void received.push({ fax, content }),
    onFaxLost: async (_tx, fax, code) => void lost.push({ fax, code }),
  };
  const { associationId, doctorId, facilityId } = await furnish(db, ctx);
  return {
    ...{ ctx, clock, associationId, doctorId, facilityId, wakes, settled, received, lost, log: lines },
    passes: (seconds) => clock.advanceTo(new Date(clock.now().getTime() + seconds * 1000), async () => undefined),
    async confirmed(position = 1, e164 = clinicFax, form = 'full') {
      const id = ids.next('fd');
      const at = clock.now();
      const due = new Date(at.getTime() + 365 * 86_400_000);
      await db.query(
        `insert into fax_destination (id, association_id, doctor_id, position, e164, form, status, confirmed_at,
          confirm_due_at, registered_at)
        values ($1, $2, $3, $4, $5, $6, 'confirmed', $7, $8, $7)`,
        [id, associationId, doctorId, position, e164, form, at, due],
      );
      const owner = { kind: 'doctor', id: doctorId } as const;
      return {
        id,
        associationId,
        owner,
        position,
        e164,
        form,
        status: 'confirmed',
        confirmedAt: at,
        confirmDueAt: due,
      };
    },
    async row(table, id) {
      const { rows } = await db.query(`select * from ${table} where id = $1`, [id]);
      return rows[0];
    },
  };
}

async function furnish(db: pg.Pool, ctx: FaxContext) {
  const associationId = ctx.ids.next('as');
  const areaId = ctx.ids.next('ar');
  const facilityId = ctx.ids.next('fa');
  const doctorId = ctx.ids.next('dr');
  await db.query(
    `insert into association (id, code, name, spoken_name, caller_number, created_at)
    values ($1, $1, '港区医師会', 'みなとくいしかい', '+81450000001', $2)`,
    [associationId, start],
  );
  await db.query(
    `insert into area (id, association_id, code, key, name, spoken_name) values ($1, $2, 'a', 1, '藤棚', 'ふじだな')`,
    [areaId, associationId],
  );
  await db.query(
    `insert into facility (id, association_id, code, kind, name, spoken_name) values ($1, $2, 'c1', 'clinic', '港医院', 'みなといいん')`,
    [facilityId, associationId],
  );
  await db.query(
    `insert into doctor (id, association_id, code, name, spoken_name, area_id) values ($1, $2, '100008', '佐藤', 'さとう', $3)`,
    [doctorId, associationId, areaId],
  );
  await db.query(
    'insert into inbound_fax_number (e164, association_id) values ($1, $2) on conflict (e164) do update set association_id = $2',
    [ourNumber, associationId],
  );
  return { associationId, doctorId, facilityId };
}

/** The sweep of one test must not find what another left. */
export const forgetFaxes = (db: pg.Pool): Promise<unknown> =>
  db.query('truncate fax, fax_attempt, fax_notice, fax_poll, received_fax');

/** What a page looks like to whoever only carries it: a TIFF by its first bytes. */
export const page = Buffer.concat([Buffer.from('II*\0'), Buffer.from('a page of 山田花子')]);

/** For each test of a suite: no faxes and no numbers in the suite's own database, and a line that plays what the test wants. */
export function eachFaxWorld(take: (made: { db: pg.Pool; line: PlayedLine; world: FaxWorld }) => void): void {
  let database: TestDatabase;
  before(async () => {
    database = await freshDatabase();
  });
  after(() => database.drop());
  beforeEach(async () => {
    const db = database.pool;
    await forgetFaxes(db);
    await db.query('truncate fax_errand, frozen_fax_number, incident, fax_destination cascade');
    const line = playedLine();
    take({ db, line, world: await faxWorld(db, line) });
  });
}
