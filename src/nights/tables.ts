/** What the notebook holds of a night: the rows that change. Who lives in the town does not change (town.ts). */
import { Journal, Table } from './notebook.ts';

export interface CaseRow {
  id: string;
  association_id: string;
  kind: string;
  patient_id: string | null;
  area_id: string | null;
  caller_line_id: string;
  caller_call_id: string | null;
  status: string;
  /** JSON, as it was sent: whoever reads it gets an object of his own. */
  state: string;
  accepted_by: string | null;
  fence: number;
  due_at: Date | null;
  audit_seq: number;
  audit_hash: Buffer;
  opened_at: Date;
  conference_sid: string | null;
}

export interface EntryRow {
  chain_id: string;
  seq: number;
  association_id: string;
  at: Date;
  actor: string;
  cause: string;
  kind: string;
  data: unknown;
  hash: Buffer;
}

export interface LegRow {
  id: string;
  case_id: string;
  role: string;
  subject_id: string;
  phone_id: string;
  e164: string;
  request_id: string | null;
  status: string;
  outcome: string | null;
  call_sid: string | null;
  is_live: boolean;
  requested_at: Date;
}

export interface EffectRow {
  id: string;
  case_id: string;
  leg_id: string | null;
  kind: string;
  what: string | null;
  priority: number;
  status: 'pending' | 'performing' | 'done' | 'dropped';
  due_at: Date;
  created_at: Date;
  attempts: number;
  attempted_at: Date | null;
}

export interface OfferRow {
  hospital_id: string;
  bed_type: string;
  free_count: number | null;
  acceptance: 'open' | 'consult' | 'closed';
  as_of: Date;
  holds_until: Date | null;
}

export interface HoldRow {
  request_id: string;
  case_id: string;
  hospital_id: string;
  bed_type: string;
  is_counted: boolean;
  status: 'held' | 'admitted' | 'cancelled' | 'expired';
  expires_at: Date;
  settled_at: Date | null;
}

export interface DisclosureRow {
  id: string;
  association_id: string;
  case_id: string | null;
  patient_id: string;
  version: number;
  doctor_id: string | null;
  hospital_id: string | null;
  relation: string;
  is_break_glass: boolean;
  reason: string;
  form: string;
  destination_id: string | null;
  phone_id: string | null;
  disclosed_at: Date;
}

export interface PageRow {
  id: string;
  association_id: string;
  kind: string;
  disclosure_id: string | null;
  destination_id: string | null;
  is_alarmed: boolean;
  sealed_key: Buffer | null;
  status: string;
  attempts: number;
  due_at: Date | null;
}

export type Tables = ReturnType<typeof createTables>;

export function createTables() {
  const journal = new Journal();
  return {
    journal,
    callerLines: new Table<{ e164: string | null }>(journal),
    cases: new Table<CaseRow>(journal),
    receipts: new Table<{ reply: string }>(journal),
    /** By chain. */
    entries: new Table<{ list: readonly EntryRow[] }>(journal),
    legs: new Table<LegRow>(journal),
    /** Leg by the number that it holds: one live leg for each telephone. */
    liveLegs: new Table<{ legId: string }>(journal),
    leases: new Table<{ doctor_id: string; case_id: string }>(journal),
    effects: new Table<EffectRow>(journal, (row) =>
      row.status === 'pending' || row.status === 'performing' ? row.status : null,
    ),
    pace: new Table<{ next_at: Date }>(journal),
    offers: new Table<OfferRow>(journal),
    holds: new Table<HoldRow>(journal, (row) =>
      row.status === 'held' || row.status === 'admitted' ? `${row.hospital_id} ${row.bed_type}` : null,
    ),
    /** Sealed data keys of open cases, by case: here only which version. */
    caseKeys: new Table<{ patient_id: string }>(journal),
    disclosures: new Table<DisclosureRow>(journal),
    pages: new Table<PageRow>(journal),
    notices: new Table<{ disclosure_id: string; doctor_id: string }>(journal),
  };
}
