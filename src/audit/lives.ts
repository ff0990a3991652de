/** Which rows live beside chains of the log, and how each is rebuilt from its own. */
import { rebuild } from '../escalations/evolve.ts';
import type { Fact, UrgentCall } from '../escalations/urgent-call.ts';
import type { Life } from './row-check.ts';

const urgentCalls: Life = {
  prefix: 'uc_',
  table: 'urgent_call',
  rebuild: (log) => rebuild(log as { fact: Fact; at: number }[]),
  columns: (call: UrgentCall) => ({
    association_id: call.associationId,
    kind: call.kind,
    patient_id: call.patientId,
    area_id: call.areaId,
    caller_line_id: call.caller.lineId,
    status: call.status,
    accepted_by: call.acceptance?.subjectId ?? null,
    fence: call.fence,
    opened_at: new Date(call.openedAt),
  }),
};

/** Every kind of row that lives beside a chain of the log. */
export const lives: readonly Life[] = [urgentCalls];
