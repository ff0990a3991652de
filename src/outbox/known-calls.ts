import type { Sql } from '../db.ts';
import * as store from './store.ts';

/** Which of the carrier's calls are known to be somebody's, a leg's or a call-back's: what is left may be the lost one. */
export const knownCalls = (sql: Sql, callSids: readonly string[]): Promise<Set<string>> =>
  store.knownCalls(sql, callSids);
