import { appendEntry } from '../audit/append.ts';
import type { AuditKind } from '../audit/kinds.ts';
import type { Sql } from '../db.ts';
import type { Clock } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import { type AlarmKind, isRinging } from './alarm.ts';
import { ringAbout } from './ring-store.ts';
import * as store from './store.ts';

/** What waits for a person, oldest first. */
export const openAlarms = store.openAlarms;

/** Raises it in the caller's transaction. Twice equals once, also after it was settled: the same thing is not told again. */
export async function raiseAlarm(
  tx: Sql,
  { ids }: { ids: Ids },
  about: { associationId: string; kind: AlarmKind; subjectId: string },
  at: Date,
): Promise<void> {
  const alarm = { id: ids.next('al'), ...about, raisedAt: at };
  if (!(await store.insertAlarm(tx, alarm))) return;
  const { kind, subjectId, associationId } = about;
  if (isRinging(kind)) await ringAbout(tx, associationId, at);
  await note(tx, alarm, 'alarm_raised', 'gateway', at, { kind, subjectId });
}

/** A person has seen to it. @returns false when it is unknown here, or somebody was quicker. */
export async function settleAlarm(
  tx: Sql,
  { clock }: { clock: Pick<Clock, 'now'> },
  { associationId, alarmId, operatorId }: { associationId: string; alarmId: string; operatorId: string },
): Promise<boolean> {
  const at = clock.now();
  const alarm = { id: alarmId, associationId };
  const by = `operator:${operatorId}`;
  if (!(await store.settleAlarm(tx, alarm, by, at))) return false;
  await note(tx, alarm, 'alarm_settled', by, at, {});
  return true;
}

/** The thing has mended itself: nothing for a person to do any more. */
export async function withdrawAlarm(tx: Sql, kind: AlarmKind, subjectId: string, at: Date): Promise<void> {
  const alarm = await store.lockOpenAlarm(tx, kind, subjectId);
  if (!alarm) return;
  await store.settleAlarm(tx, alarm, 'gateway', at);
  await note(tx, alarm, 'alarm_settled', 'gateway', at, {});
}

async function note(
  tx: Sql,
  { id: chainId, associationId }: { id: string; associationId: string },
  kind: AuditKind,
  actor: string,
  at: Date,
  data: object,
): Promise<void> {
  await appendEntry(tx, { chainId, associationId, at, actor, cause: 'alarm', kind, data });
}
