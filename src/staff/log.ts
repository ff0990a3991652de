/** How the accounts' life is written into the log: one chain for each account. */

import { appendEntry } from '../audit/append.ts';
import type { AuditKind } from '../audit/kinds.ts';
import type { Sql } from '../db.ts';
import type { StaffRow } from './store.ts';

/** A person's id (op_…), a screen's (se_…), the command line, or somebody who has not proved who he is. */
export type Doer = string;
export const commandLine: Doer = 'command_line';
export const visitor: Doer = 'visitor';

/** As the log names who did it. */
export const actorOf = (by: Doer): string =>
  by.startsWith('op_') ? `operator:${by}` : by.startsWith('se_') ? `screen:${by}` : by;

export interface Noted {
  at: Date;
  by: Doer;
  /** The route or command. */
  cause: string;
  kind: AuditKind;
  data?: Readonly<Record<string, unknown>>;
}

/** Appends to the chain of this account, whose row the caller has locked. */
export const note = (
  tx: Sql,
  { id, associationId }: Pick<StaffRow, 'id' | 'associationId'>,
  { at, by, cause, kind, data = {} }: Noted,
): Promise<number> => appendEntry(tx, { chainId: id, associationId, at, actor: actorOf(by), cause, kind, data });
