/** What the console's routes are handed. This process holds the hub key and the search key, and neither pepper nor case key. */
import type pg from 'pg';
import type { Verifications } from '../audit/verifications.ts';
import type { Random } from '../embedded/secrets.ts';
import type { Plan } from '../escalations/plan.ts';
import type { Foresights } from '../foresight/foresights.ts';
import type { Clock } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import type { Log } from '../log.ts';
import type { PageMaker } from '../pages/maker.ts';
import type { HubPatients } from '../patients/actions.ts';
import type { StaffContext } from '../staff/actions.ts';
import type { Pace } from '../staff/pace.ts';

export interface ConsoleContext extends HubPatients {
  db: pg.Pool;
  clock: Clock;
  ids: Ids;
  random: Random;
  log: Log;
  /** Makes what is printed: cards, letters, statements. */
  maker: PageMaker;
  /** Wakes a job of the workers (running.ts, `jobNames`); may be lost without harm. */
  wake(job: ConsoleJob, id: string): void;
  /** The default plan of a hunt; an area's own values go over it. */
  plan: Plan;
  /** The gateway's public address, for what is printed or sent out. */
  publicBaseUrl: string;
  /** The log is verified in the background. */
  verifications: Verifications;
  /** Months of the roster are simulated in a process of their own. */
  foresights: Foresights;
  /** Accounts and sessions. */
  staff: StaffContext;
  /** Slows down who has not proved who he is. */
  pace: Pace;
}

/** The jobs that a person at the console may set off. */
export const consoleJobs = [
  ...(['send-fax', 'perform-effect', 'place-calls', 'advance-case', 'render-disclosure', 'place-callbacks'] as const),
] as const;
export type ConsoleJob = (typeof consoleJobs)[number];
