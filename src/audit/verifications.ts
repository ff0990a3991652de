/**
 * Verifications that a person sets off at the console: `verifyLog` in the background of that process, in small pieces, so that
 * whoever works there meanwhile does not notice; how far it is stands in its row. A process that ends takes its run along:
 * the row's beat grows old, and anybody may start another.
 */
import type pg from 'pg';
import { inTransaction } from '../db.ts';
import { type Clock, plusSeconds } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import { type Log, OperatorError } from '../log.ts';
import { appendEntry } from './append.ts';
import { echoes, lives } from './lives.ts';
import type { HeadVerifier } from './signer.ts';
import * as store from './verification-store.ts';
import { type Report, verifyLog } from './verify.ts';

export interface VerificationParts {
  db: pg.Pool;
  clock: Clock;
  ids: Ids;
  log: Log;
  /** @throws OperatorError while there is no key to verify with. */
  verifier(): HeadVerifier;
}

export interface Wanted {
  associationId: string;
  /** Operator (op_…). */
  by: string;
  cause: string;
  /** A seal from paper, which the log must still contain. */
  witness: { treeSize: number; root: Buffer } | null;
}

export type Started = { id: string; done: Promise<void> } | { refused: 'verification_running' | 'no_audit_key' };

/** `interrupted`: its process ended before it did. */
export type Verification = Omit<store.VerificationRow, 'status' | 'report' | 'beatAt'> & {
  status: store.VerificationRow['status'] | 'interrupted';
  report: ShortReport | null;
};

export interface Verifications {
  start(wanted: Wanted): Promise<Started>;
  /** The newest first. */
  list(associationId: string): Promise<Verification[]>;
  /** Ends what runs; its row shows it as interrupted. */
  close(): Promise<void>;
}

/** What of a report is kept; dates as JSON has them. */
export type ShortReport = ReturnType<typeof shortened>;

const pieceSize = 250; // some 10 ms of this process
const beatSeconds = 0.5;
const silentSeconds = 30;
const listed = 10;
const findingsKept = 100;

class Stopped extends Error {}

export function createVerifications(parts: VerificationParts): Verifications {
  const { db, clock, ids, log } = parts;
  const running = new Set<Promise<void>>();
  let isOver = false;

  async function run(id: string, wanted: Wanted, verifier: HeadVerifier): Promise<void> {
    const { associationId, by, cause, witness } = wanted;
    let checked = 0;
    let beatAt = clock.now();
    const onRead = async (rows: number): Promise<void> => {
      if (isOver) throw new Stopped();
      checked += rows;
      if (clock.now() < plusSeconds(beatAt, beatSeconds)) return;
      beatAt = clock.now();
      await store.beat(db, id, checked, beatAt);
    };
    try {
      const witnesses = witness ? [{ associationId, ...witness }] : [];
      const options = { associationId, witnesses, limit: findingsKept, pieceSize, onRead };
      const report = shortened(await verifyLog({ db, verifier, clock, lives, echoes }, options));
      await inTransaction(db, async (tx) => {
        const at = clock.now();
        await store.finish(tx, id, report, checked, at);
        const data = { isSound: report.isSound, found: report.found, entries: report.entries };
        const entry = { chainId: id, associationId, at, actor: `operator:${by}`, cause };
        await appendEntry(tx, { ...entry, kind: 'verification_finished', data });
      });
    } catch (error) {
      if (error instanceof Stopped) return;
      log.error('verification_failed', { auditId: id, error });
      await store.finish(db, id, null, checked, clock.now());
    }
  }

  return {
    async start(wanted) {
      const { associationId, by, cause } = wanted;
      const verifier = keyOrNone(parts);
      if (!verifier) return { refused: 'no_audit_key' };
      const total = await store.toRead(db, associationId);
      const id = ids.next('av');
      const isTaken = await inTransaction(db, async (tx) => {
        await store.lockVerifications(tx, associationId);
        const at = clock.now();
        const [last] = await store.verificationsOf(tx, associationId, 1);
        if (last && statusOf(last, at) === 'running') return true;
        if (last?.status === 'running') await store.finish(tx, last.id, null, last.checked, at);
        await store.insertVerification(tx, { id, associationId, by, at, total });
        const entry = { chainId: id, associationId, at, actor: `operator:${by}`, cause };
        await appendEntry(tx, {
          ...entry,
          kind: 'verification_started',
          data: { hasWitness: wanted.witness !== null },
        });
        return false;
      });
      if (isTaken) return { refused: 'verification_running' };
      const done = run(id, wanted, verifier).finally(() => running.delete(done));
      running.add(done);
      return { id, done };
    },
    async list(associationId) {
      const rows = await store.verificationsOf(db, associationId, listed);
      return rows.map(({ beatAt, report, ...row }) => {
        const status = statusOf({ ...row, beatAt }, clock.now());
        return { ...row, status, report: report as ShortReport | null };
      });
    },
    async close() {
      isOver = true;
      await Promise.all(running);
    },
  };
}

const statusOf = (
  { status, beatAt }: Pick<store.VerificationRow, 'status' | 'beatAt'>,
  at: Date,
): Verification['status'] => (status === 'running' && at > plusSeconds(beatAt, silentSeconds) ? 'interrupted' : status);

function keyOrNone({ verifier }: VerificationParts): HeadVerifier | null {
  try {
    return verifier();
  } catch (error) {
    if (error instanceof OperatorError) return null; // the worker makes it with its first seal
    throw error;
  }
}

function shortened(report: Report) {
  const { isSound, found, entries, chains, rows, unsealed, oldestUnsealedAt, associations, findings } = report;
  const last = associations[0]?.lastHead ?? null;
  return {
    ...{ isSound, found, entries, chains, rows, unsealed },
    oldestUnsealedAt: oldestUnsealedAt?.toISOString() ?? null,
    lastHead: last && { treeSize: last.treeSize, root: last.root, sealedAt: last.sealedAt.toISOString() },
    findings: findings.map(({ kind, ja, en, chainId, seq }) => ({ kind, ja, en, chainId, seq })),
  };
}
