/** What the verbs of the fax want of the console. */
import { settledHook } from '../../disclosures/render.ts';
import type { By, FaxDesk } from '../../fax/desk.ts';
import type { Staff } from '../../staff/staff.ts';
import type { ConsoleContext } from '../context.ts';

export function deskOf({ db, clock, ids, log, wake }: ConsoleContext): FaxDesk {
  const settled = settledHook({ ids, log, wake: (job, id) => wake(job, id) });
  return { db, clock, ids, log, onFaxSettled: settled };
}

export const byOf = ({ id, associationId }: Staff, cause: string): By => ({ associationId, operatorId: id, cause });
