import { raiseAlarm } from '../../src/alarms/actions.ts';
import type { AlarmKind } from '../../src/alarms/alarm.ts';
import { inTransaction } from '../../src/db.ts';
import type { World } from './world.ts';

/** An alarm of the town's association about one disclosure more. @returns which. */
export async function raise({ db, ctx, town, now }: World, kind: AlarmKind): Promise<string> {
  const subjectId = ctx.ids.next('ds');
  await inTransaction(db, (tx) => raiseAlarm(tx, ctx, { associationId: town.associationId, kind, subjectId }, now()));
  return subjectId;
}
