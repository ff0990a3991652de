/**
 * What a month's roster would do, asked at the console: played in a child process, one at a time, kept until the roster
 * changes. A console that ends takes its run along: the row's beat grows old, and anybody may ask again.
 */
import type pg from 'pg';
import { inTransaction } from '../db.ts';
import type { Plan } from '../escalations/plan.ts';
import { type Clock, plusSeconds } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import { localDate } from '../lib/japan-time.ts';
import type { Log } from '../log.ts';
import type { Foresight } from './figures.ts';
import { type Names, namesOf } from './names.ts';
import { fingerprintOf, type Picture, takePicture, takeStanding } from './picture.ts';
import { type Run, runInChild } from './runner.ts';
import * as store from './store.ts';

export interface ForesightParts {
  db: pg.Pool;
  clock: Clock;
  ids: Ids;
  log: Log;
  /** The default plan of a hunt. */
  plan: Plan;
  /** Tests play without a process. */
  run?: Run;
}

interface Asked {
  associationId: string;
  month: string;
}

interface Refused {
  refused: 'foresight_running' | 'nobody_to_ring';
}
export type Started = { done: Promise<void> } | Refused;
type Begun = { runId: string; picture: Picture } | Refused;

/**
 * `interrupted`: its process ended before it did. `outdated`: the roster, the people or the settings are others since; the
 * answer is not shown any more.
 */
export type Kept = Pick<
  store.ForesightRow,
  'startedBy' | 'startedAt' | 'played' | 'total' | 'failure' | 'finishedAt'
> & {
  status: store.ForesightRow['status'] | 'interrupted' | 'outdated';
  foresight: Foresight | null;
};

export interface Foresights {
  /** Plays the month and the present one. */
  start(asked: Asked & { by: string }): Promise<Started>;
  /** Null: nobody has asked about this month. */
  read(asked: Asked): Promise<Kept | null>;
  names(associationId: string): Promise<Names>;
  /** Ends what runs; its row shows it as interrupted. */
  close(): Promise<void>;
}

const silentSeconds = 120; // one night of a large town on a machine that is busy
const beatSeconds = 1;

export function createForesights(parts: ForesightParts): Foresights {
  const { db, clock, ids, log, plan, run = runInChild } = parts;
  const closing = new AbortController();
  let running: Promise<void> | null = null;
  let isStarting = false;

  async function play(runId: string, of: Picture): Promise<void> {
    let beatAt = clock.now();
    let isBeating = false;
    const onNight = (played: number, total: number): void => {
      if (isBeating || clock.now() < plusSeconds(beatAt, beatSeconds)) return;
      beatAt = clock.now();
      isBeating = true;
      store
        .beat(db, runId, played, total, beatAt)
        .catch((error: unknown) => log.warn('foresight_beat_failed', { error }))
        .finally(() => {
          isBeating = false;
        });
    };
    const outcome = await run(of, { onNight, signal: closing.signal });
    if (closing.signal.aborted) return;
    if ('failed' in outcome) log.warn('foresight_failed', { reason: outcome.failed });
    await store.finishForesight(db, runId, outcome, clock.now());
  }

  async function begin({ associationId, month, by }: Asked & { by: string }): Promise<Begun> {
    const at = clock.now();
    const base = localDate(at).slice(0, 7);
    const picture = await takePicture(db, { plan }, { associationId, month, base, at });
    if (!picture || picture.areas.length === 0 || picture.patients.length === 0) return { refused: 'nobody_to_ring' };
    const { patients: _patients, calls: _calls, ...standing } = picture;
    const row = { associationId, month, runId: ids.next('fs'), baseMonth: base, by, at };
    const isTaken = await inTransaction(db, async (tx) => {
      await store.lockForesights(tx, associationId);
      if (await store.isAnyRunning(tx, associationId, plusSeconds(at, -silentSeconds))) return true;
      await store.beginForesight(tx, { ...row, fingerprint: fingerprintOf(standing) });
      return false;
    });
    return isTaken ? { refused: 'foresight_running' } : { runId: row.runId, picture };
  }

  return {
    async start(asked) {
      if (running || isStarting) return { refused: 'foresight_running' };
      isStarting = true;
      try {
        const begun = await begin(asked);
        if ('refused' in begun) return begun;
        running = play(begun.runId, begun.picture)
          .catch((error: unknown) => log.error('foresight_lost', { error }))
          .finally(() => {
            running = null;
          });
        return { done: running };
      } finally {
        isStarting = false;
      }
    },
    async read(asked) {
      const row = await store.foresightOfMonth(db, asked.associationId, asked.month);
      if (!row) return null;
      const { startedBy, startedAt, played, total, failure, finishedAt, answer } = row;
      const told = { startedBy, startedAt, played, total, failure, finishedAt };
      if (row.status === 'running') {
        const isSilent = clock.now() > plusSeconds(row.beatAt, silentSeconds);
        return { ...told, status: isSilent ? 'interrupted' : 'running', foresight: null };
      }
      if (row.status === 'failed') return { ...told, status: 'failed', foresight: null };
      const now = await takeStanding(db, { plan }, { ...asked, base: row.baseMonth });
      const isOutdated = !now || fingerprintOf(now) !== row.fingerprint;
      return { ...told, status: isOutdated ? 'outdated' : 'done', foresight: isOutdated ? null : answer };
    },
    names: (associationId) => namesOf(db, associationId),
    async close() {
      closing.abort();
      await running;
    },
  };
}
