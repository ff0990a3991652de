import type { AuditKind } from '../audit/kinds.ts';
import type { Sql } from '../db.ts';
import type { Effect, Leg, UrgentCall } from './urgent-call.ts';

export interface CaseWrite {
  call: UrgentCall;
  /** The end of the case's log when this was decided; a case that has gone on since is not saved. */
  decidedOnHash: Buffer;
  acceptedBy: string | null;
  dueAt: number | null;
  auditSeq: number;
  auditHash: Buffer;
  entries: AuditRow[];
  legs: LegRow[];
  effects: EffectRow[];
  receipt: { key: string; reply: string } | null;
  at: Date;
}

export interface AuditRow {
  seq: number;
  actor: string;
  cause: string;
  kind: AuditKind;
  data: unknown;
  prev_hash: string; // hex
  hash: string; // hex
}

export interface LegRow {
  id: string;
  status: Leg['status'];
  outcome: string | null;
  call_sid: string | null;
  is_live: boolean;
  ended_at: string | null;
}

export interface EffectRow {
  id: string;
  leg_id: string | null;
  kind: Effect['kind'];
  what: string | null;
  priority: number;
  due_at: string;
}

/**
 * Everything that one decision changes, in one statement: row, log, telephones, outbox, receipt.
 * The acceptance is guarded here (rule 2): it can be set only where there is none, or kept, or given up.
 * @returns false when the case has gone on since, the receipt was already there (a repeat that ran at the same time), or the
 * guard held.
 */
export async function saveCase(sql: Sql, write: CaseWrite): Promise<boolean> {
  const { call, decidedOnHash, acceptedBy, dueAt, auditSeq, auditHash, entries, legs, effects, receipt, at } = write;
  const values: unknown[] = [
    ...[call.id, call.status, JSON.stringify(call), acceptedBy, call.fence, dueAt === null ? null : new Date(dueAt)],
    ...[auditSeq, auditHash, call.caller.lineId, at, decidedOnHash, receipt?.key ?? null, receipt?.reply ?? null],
  ];
  // Of the five parts most events need three; each that is left out saves the database a third of a plain insert.
  const parts: Part[] = [];
  if (entries.length > 0) parts.push({ ...saveParts.entries, rows: entries });
  if (legs.length > 0) parts.push({ ...saveParts.legs, rows: legs });
  if (effects.length > 0) parts.push({ ...saveParts.effects, rows: effects });
  const texts = parts.map(({ text, rows }) => text(`$${values.push(JSON.stringify(rows))}::jsonb`));
  const saved = await sql.query<{ rows: number; receipts: number }>({
    name: ['save-case', ...parts.map((part) => part.name)].join(' '),
    text: `with ${[saveRow, ...texts, saveReceipt].join(', ')}
    select (select count(*)::int from saved) as rows, (select count(*)::int from receipts) as receipts`,
    values,
  });
  const row = saved.rows[0];
  return row?.rows === 1 && (receipt === null || row.receipts === 1);
}

interface Part {
  name: string;
  /** @param rows the parameter that holds them */
  text(rows: string): string;
  rows: readonly unknown[];
}

const saveRow = `saved as (
      update urgent_call
      set status = $2, state = $3, accepted_by = $4, fence = $5, due_at = $6, audit_seq = $7, audit_hash = $8,
        caller_line_id = $9
      where id = $1
        and audit_hash = $11
        and (accepted_by is null or $4::text is null or accepted_by = $4 or fence < $5)
        and not exists (select from receipt where key = $12)
      returning association_id
    )`;

const saveReceipt = `receipts as (
      insert into receipt (key, reply, received_at)
      select $12, $13, $10 from saved where $12::text is not null
      on conflict (key) do nothing
      returning 1
    )`;

const saveParts = {
  entries: {
    name: 'entries',
    text: (rows: string) => `entries as (
      insert into audit_entry (chain_id, seq, association_id, at, actor, cause, kind, data, prev_hash, hash)
      select $1, e.seq, saved.association_id, $10, e.actor, e.cause, e.kind, e.data,
        decode(e.prev_hash, 'hex'), decode(e.hash, 'hex')
      from saved, jsonb_to_recordset(${rows}) as e(
        seq int, actor text, cause text, kind text, data jsonb, prev_hash text, hash text)
    )`,
  },
  legs: {
    name: 'legs',
    text: (rows: string) => `legs as (
      update leg
      set status = l.status, outcome = l.outcome, call_sid = l.call_sid, is_live = l.is_live,
        ended_at = l.ended_at
      from jsonb_to_recordset(${rows}) as l(
        id text, status text, outcome text, call_sid text, is_live boolean, ended_at timestamptz)
      where leg.id = l.id and exists (select 1 from saved)
    )`,
  },
  effects: {
    name: 'effects',
    text: (rows: string) => `effects as (
      insert into effect (id, case_id, leg_id, kind, what, priority, status, due_at, created_at)
      select e.id, $1, e.leg_id, e.kind, e.what, e.priority, 'pending', e.due_at, $10
      from saved, jsonb_to_recordset(${rows}) as e(
        id text, leg_id text, kind text, what text, priority smallint, due_at timestamptz)
    )`,
  },
} as const;
