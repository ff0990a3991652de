import { advance } from './advance.ts';
import type { CaseContext } from './context.ts';
import * as store from './store.ts';
import type { UrgentCall } from './urgent-call.ts';

export { advance } from './advance.ts';
export { openCase } from './opening.ts';

/** What happened in a case, from its own log. */
export const caseFacts = store.caseFacts;

/** The open case whose caller is on this carrier call, or null. */
export const caseOfCallerCall = (ctx: CaseContext, callId: string): Promise<string | null> =>
  store.caseOfCallerCall(ctx.db, callId);

/** Keeps the carrier's id of the running conference; forgotten when it ends. */
export const announceCaseConference = (
  ctx: CaseContext,
  caseId: string,
  conferenceId: string,
  isRunning: boolean,
): Promise<void> => store.setConference(ctx.db, caseId, conferenceId, isRunning);

/** A case as it stands, without locking it. */
export const readCase = (ctx: Pick<CaseContext, 'db'>, caseId: string): Promise<UrgentCall | null> =>
  store.readCase(ctx.db, caseId);

/**
 * After a time in which nobody listened (the gateway was down): the carrier reports an event once, so whatever happened
 * meanwhile is asked for, line by line. Without it a doctor who hung up would be noticed only a minute later.
 * @returns how many open cases were looked at.
 */
export async function lookAgainAtOpenCases(ctx: CaseContext): Promise<number> {
  const open = await store.openCases(ctx.db);
  for (const caseId of open) await advance(ctx, caseId, { type: 'look_again' }, { actor: 'clock', cause: 'restart' });
  return open.length;
}

/** Cases whose time has come, oldest first, without those that another process is busy with. */
export const dueCases = (ctx: CaseContext, at: Date, limit: number): Promise<string[]> =>
  store.dueCases(ctx.db, at, limit);

/** Whether anybody waits tonight; work that can wait stands back then. */
export const hasOpenCases = (ctx: Pick<CaseContext, 'db'>): Promise<boolean> => store.hasOpenCases(ctx.db);
