/** Which rows live beside chains of the log, and how each is rebuilt from its own. */
import { loggedDisclosure } from '../disclosures/logged.ts';
import { rebuild } from '../escalations/evolve.ts';
import type { Fact, UrgentCall } from '../escalations/urgent-call.ts';
import { loggedLife } from '../patients/logged.ts';
import { loggedCurrent } from '../vault/logged.ts';
import type { Echo } from './echo-check.ts';
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

/** Rows that repeat what entries of their chain say. */
export const echoes: readonly Echo[] = [
  { prefix: 'ds_', table: 'disclosure', key: 'id', expect: loggedDisclosure },
  { prefix: 'pt_', table: 'record_life', key: 'patient_id', expect: loggedLife },
  { prefix: 'pt_', table: 'record_current', key: 'patient_id', expect: loggedCurrent },
];
