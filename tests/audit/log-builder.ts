/** Writes logs of urgent calls the way the system does, and reaches into them the way a forger with the password would. */
import { readFileSync } from 'node:fs';
import type pg from 'pg';
import { sealAssociation } from '../../src/audit/actions.ts';
import { entryHash, firstHash } from '../../src/audit/chain.ts';
import { echoes, lives } from '../../src/audit/lives.ts';
import { type HeadSigner, newKey, signerFrom } from '../../src/audit/signer.ts';
import { type Report, type VerifyOptions, verifyLog } from '../../src/audit/verify.ts';
import { inTransaction, type Sql } from '../../src/db.ts';
import { evolve } from '../../src/escalations/evolve.ts';
import type { Fact, UrgentCall } from '../../src/escalations/urgent-call.ts';
import { FakeClock } from '../support/clock.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';

const { plan } = JSON.parse(readFileSync(new URL('../../config/default.json', import.meta.url), 'utf8'));

/** What may happen to a case after its opening; `refused` is no fact. */
export const happenings = [
  { type: 'call_back_chosen' },
  { type: 'choice_offered' },
  { type: 'message_left' },
  { type: 'caller_left' },
  { type: 'caller_joined' },
  { type: 'round_started', round: 2 },
  { type: 'refused', reason: '受付済み・"quoted" \\ \n' },
] as const;
export type Happening = (typeof happenings)[number];

export class LogWorld {
  pool: pg.Pool;
  readonly clock = new FakeClock(new Date('2026-01-10T13:00:00.123Z'));
  readonly signer: HeadSigner = signerFrom(newKey(), 'a test');
  private made = 0;

  constructor(pool: pg.Pool) {
    this.pool = pool;
  }

  id(prefix: string): string {
    this.made += 1;
    return `${prefix}_${String(this.made).padStart(26, '0')}`;
  }

  async association(): Promise<string> {
    const id = this.id('as');
    await this.pool.query(
      `insert into association (id, code, name, spoken_name, caller_number, created_at)
      values ($1, $1, '西区医師会', 'にしくいしかい', '+81455550100', $2)`,
      [id, this.clock.now()],
    );
    return id;
  }

  /** A case with its opening and what happened then, each a second after the other. */
  async case(associationId: string, happened: readonly Happening[] = []): Promise<string> {
    const id = this.id('uc');
    const lineId = this.id('cl');
    await this.pool.query('insert into caller_line (id, association_id, created_at) values ($1, $2, $3)', [
      ...[lineId, associationId, this.clock.now()],
    ]);
    const caller = { lineId, callId: 'CA1', canBeCalledBack: true, presence: 'on_line', wantsCallBack: false } as const;
    const ids = { id, associationId, patientId: null, areaId: null };
    const at = this.clock.now(); // read once: the state and its entry must say the same instant
    const opening: Fact = { type: 'case_opened', kind: 'person', ...ids, plan, caller };
    const call = evolve(null, opening, at.getTime());
    await inTransaction(this.pool, async (tx) => {
      await tx.query(
        `insert into urgent_call
          (id, association_id, kind, caller_line_id, status, state, opened_at, audit_seq, audit_hash)
        values ($1, $2, 'person', $3, $4, $5, $6, 0, $7)`,
        [id, associationId, lineId, call.status, JSON.stringify(call), at, firstHash(id)],
      );
      await this.write(tx, call, at, opening.type, opening);
    });
    for (const happening of happened) await this.happen(id, happening);
    return id;
  }

  /** One more entry of a case, and its row as it is then. */
  async happen(caseId: string, happening: Happening): Promise<void> {
    const at = new Date(this.clock.now().getTime() + 1000);
    await this.clock.advanceTo(at, async () => undefined);
    await inTransaction(this.pool, async (tx) => {
      const { rows } = await tx.query<{ state: UrgentCall }>('select state from urgent_call where id = $1 for update', [
        caseId,
      ]);
      const before = rows[0]?.state as UrgentCall;
      if (happening.type === 'refused') await this.write(tx, before, at, 'refused', { reason: happening.reason });
      else {
        const after = evolve(before, happening, at.getTime());
        await this.write(tx, after, at, happening.type, happening);
      }
    });
  }

  private async write(tx: Sql, call: UrgentCall, at: Date, kind: string, data: unknown): Promise<void> {
    const chainId = call.id;
    const { rows } = await tx.query<{ audit_seq: number; audit_hash: Buffer }>(
      'select audit_seq, audit_hash from urgent_call where id = $1',
      [chainId],
    );
    const prev = rows[0]?.audit_hash as Buffer;
    const seq = (rows[0]?.audit_seq ?? 0) + 1;
    const { associationId } = call;
    const entry = { chainId, seq, associationId, at, actor: 'caller', cause: 'webhook', kind, data };
    const hash = entryHash(prev, entry);
    await insertEntry(tx, entry, prev, hash);
    await tx.query('update urgent_call set status = $2, state = $3, audit_seq = $4, audit_hash = $5 where id = $1', [
      ...[chainId, call.status, JSON.stringify(call), seq, hash],
    ]);
  }

  async seal(associationId: string): Promise<void> {
    const { pool: db, signer, clock } = this;
    await sealAssociation({ db, signer, clock }, associationId);
  }

  verify(options: VerifyOptions = {}): Promise<Report> {
    const { pool: db, signer: verifier, clock } = this;
    return verifyLog({ db, verifier, clock, lives, echoes }, options);
  }

  /** As a superuser with the triggers switched off. */
  async forge(statement: string, values: unknown[] = []): Promise<number> {
    return this.forgery(async (tx) => (await tx.query(statement, values)).rowCount ?? 0);
  }

  async forgery<T>(work: (tx: Sql) => Promise<T>): Promise<T> {
    return inTransaction(this.pool, async (tx) => {
      await tx.query('set local session_replication_role = replica');
      return work(tx);
    });
  }

  /** A careful forger: gives a chain fresh hashes and its row the new end. Only the key is not in these hands. */
  async rehash(tx: Sql, chainId: string): Promise<void> {
    const { rows } = await tx.query('select * from audit_entry where chain_id = $1 order by seq', [chainId]);
    let prev = firstHash(chainId);
    let seq = 0;
    for (const row of rows) {
      seq += 1;
      const { association_id: associationId, at, actor, cause, kind, data } = row;
      const hash = entryHash(prev, { chainId, seq, associationId, at, actor, cause, kind, data });
      await tx.query('update audit_entry set seq = $2, prev_hash = $3, hash = $4 where id = $1', [
        row.id,
        seq,
        prev,
        hash,
      ]);
      prev = hash;
    }
    await tx.query('update urgent_call set audit_seq = $2, audit_hash = $3 where id = $1', [chainId, seq, prev]);
  }
}

type Entry = Parameters<typeof entryHash>[1];

export async function insertEntry(tx: Sql, entry: Entry, prev: Buffer, hash: Buffer): Promise<void> {
  const { chainId, seq, associationId, at, actor, cause, kind, data } = entry;
  await tx.query(
    `insert into audit_entry (chain_id, seq, association_id, at, actor, cause, kind, data, prev_hash, hash)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [chainId, seq, associationId, at, actor, cause, kind, JSON.stringify(data), prev, hash],
  );
}

/** A log in a database of the suite's own. */
export function openLog(take: (world: LogWorld) => void): void {
  let database: TestDatabase;
  before(async function () {
    this.timeout(60_000);
    database = await freshDatabase();
    take(new LogWorld(database.pool));
  });
  after(() => database.drop());
}
