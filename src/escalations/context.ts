import type pg from 'pg';
import type { Sql } from '../db.ts';
import type { Clock } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import type { Log } from '../log.ts';
import type { CaseMemory } from './memory.ts';
import type { Plan } from './plan.ts';
import type { UrgentCall } from './urgent-call.ts';

/** The jobs that anything of ours may wake (workers/jobs.ts has their table). */
export type WakeJob = 'perform-effect' | 'place-calls' | 'advance-case' | 'render-disclosure' | 'place-callbacks';

/** What the actions of a case need of the process they run in. */
export interface CaseContext {
  db: pg.Pool;
  clock: Clock;
  ids: Ids;
  log: Log;
  plan: Plan;
  memory: CaseMemory;
  /** Counts what happened, by kind; nothing of whom (metrics). */
  count(what: 'fact' | 'refusal' | 'effect', kind: string): void;
  /** Wakes a worker; may be lost without harm (the sweeper finds what is due). */
  wake(job: WakeJob, id: string, delaySeconds?: number): void;
}

/** Who did it and what led here; both stand in the log. */
export interface Cause {
  actor: string;
  cause: string;
}

/** What a webhook wants of a decision: its key, so that a repeat changes nothing, and the words to answer with. */
export interface Answer {
  receiptKey: string;
  reply(call: UrgentCall, refused: string | null, sql: Sql): Promise<string>;
}

export interface Advanced {
  call: UrgentCall;
  refused: string | null;
  reply: string | null;
}
