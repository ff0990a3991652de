/** The verbs of a record's life (life.ts): each locks the patient, decides, saves, logs, and has the vault follow. */
import { appendEntry } from '../audit/append.ts';
import type { Sql } from '../db.ts';
import { releaseVersion, setRecordStatus, closePatient as shredPatient, type VaultContext } from '../vault/actions.ts';
import {
  type ClosingReason,
  type CriticalKey,
  decideLife,
  type LifeEvent,
  type LifeRefusal,
  type RecordLife,
  type SuspensionReason,
} from './life.ts';
import * as search from './search-store.ts';
import * as store from './store.ts';

export interface Done {
  associationId: string;
  /** Operator (op_…). */
  by: string;
  /** The command, form or route that led here. */
  cause: string;
}

/** As the log names who did it. */
export const actorOf = (by: string): string => `operator:${by}`;

export interface Step extends Done {
  patientId: string;
  /** The version that this person saw; null where it does not matter. */
  version: number | null;
}

export type Stepped =
  | { status: 'done'; life: RecordLife }
  | { status: 'overtaken' }
  | { status: 'impossible'; refused: LifeRefusal };

type StepContext = Pick<VaultContext, 'clock'>;

/** The typist says that the draft is finished: to the second reading, or active when no critical field waits for one. */
export const finishDraft = (tx: Sql, ctx: StepContext, step: Step): Promise<Stepped> =>
  take(tx, ctx, step, { type: 'finished', by: step.by });

/** Another person compared `keys` with the form and they agree: all that wait, or it is refused. */
export const passSecondReading = (
  tx: Sql,
  ctx: StepContext,
  step: Step & { keys: readonly CriticalKey[] },
): Promise<Stepped> => take(tx, ctx, step, { type: 'second_reading_passed', by: step.by, keys: step.keys });

/** They do not agree: back to the typist. */
export const failSecondReading = (
  tx: Sql,
  ctx: StepContext,
  step: Step & { keys: readonly CriticalKey[] },
): Promise<Stepped> => take(tx, ctx, step, { type: 'second_reading_failed', by: step.by, keys: step.keys });

/** Everything is still so: the 90 days begin anew. */
export const confirmRecord = (tx: Sql, ctx: StepContext, step: Step): Promise<Stepped> =>
  take(tx, ctx, step, { type: 'confirmed', by: step.by });

export const suspendRecord = (tx: Sql, ctx: StepContext, step: Step & { reason: SuspensionReason }): Promise<Stepped> =>
  take(tx, ctx, step, { type: 'suspended', reason: step.reason });

export const resumeRecord = (tx: Sql, ctx: StepContext, step: Step): Promise<Stepped> =>
  take(tx, ctx, step, { type: 'resumed' });

/** Deceased, withdrawn, moved: every version unreadable for good, the search forgets the patient, the log stays verifiable. */
export const closeRecord = (tx: Sql, ctx: StepContext, step: Step & { reason: ClosingReason }): Promise<Stepped> =>
  take(tx, ctx, step, { type: 'closed', reason: step.reason });

async function take(tx: Sql, ctx: StepContext, step: Step, event: LifeEvent): Promise<Stepped> {
  const { associationId, patientId, by, cause, version } = step;
  await store.lockPatient(tx, associationId, patientId);
  const before = await store.lifeOfPatient(tx, associationId, patientId);
  if (before && version !== null && before.version !== version) return { status: 'overtaken' };
  const at = ctx.clock.now();
  const decision = decideLife(before, event, at);
  if ('refused' in decision || !before)
    return { status: 'impossible', refused: 'refused' in decision ? decision.refused : 'not_there' };
  const { life } = decision;
  await store.saveLife(tx, { patientId, associationId, life, at });
  const keys = 'keys' in event ? event.keys : undefined;
  const reason = 'reason' in event ? event.reason : undefined;
  const data = { version: life.version, status: life.status, openVersion: life.openVersion, keys, reason };
  const actor = actorOf(by);
  await appendEntry(tx, {
    ...{ chainId: patientId, associationId, at, cause, actor, data },
    kind: `record_${event.type}`,
  });
  await follow(tx, ctx, { before, life, associationId, patientId, actor, cause });
  return { status: 'done', life };
}

/** What the vault has to do for it. */
async function follow(
  tx: Sql,
  ctx: StepContext,
  {
    before,
    life,
    ...of
  }: { before: RecordLife; life: RecordLife; associationId: string; patientId: string; actor: string; cause: string },
): Promise<void> {
  if (life.status === 'closed') {
    await shredPatient(tx, ctx, of);
    await search.forgetTokens(tx, of.patientId);
    await store.retirePatient(tx, of.patientId);
  } else if ((life.status === 'suspended') !== (before.status === 'suspended')) {
    await setRecordStatus(tx, ctx, { ...of, status: life.status === 'suspended' ? 'suspended' : 'active' });
  } else if (life.openVersion !== before.openVersion) {
    await releaseVersion(tx, ctx, { ...of, version: life.openVersion });
  }
}
