/** Statements of escalations/ (store, save-store), of the log, and of receipts. */
import type { Lessons } from './notebook.ts';
import { violated } from './notebook.ts';
import type { CaseRow, EffectRow, EntryRow, LegRow, Tables } from './tables.ts';
import type { Town } from './town.ts';

const instant = (value: Date | string | null): Date | null => (value === null ? null : new Date(value));

export function caseLessons(town: Town, tables: Tables): Lessons {
  const { cases, receipts, legs, callerLines, effects, entries } = tables;
  const asRead = (row: CaseRow | undefined, receiptKey: string | null) => {
    if (!row) return [];
    const { state, audit_seq, audit_hash, due_at } = row;
    const reply = receiptKey === null ? null : (receipts.get(receiptKey)?.reply ?? null);
    return [{ state: JSON.parse(state), audit_seq, audit_hash, due_at, reply }];
  };
  const openCases = (): CaseRow[] => [...cases.rows.values()].filter((row) => row.status !== 'closed');
  const byAge = (one: CaseRow, other: CaseRow): number => one.opened_at.getTime() - other.opened_at.getTime();

  return {
    'lock-case': { prints: '31f0d43c', run: ([id, key]) => asRead(cases.get(id), key) },
    'peek-case': { prints: 'f430a002', run: ([id, key]) => asRead(cases.get(id), key) },
    'read-case': {
      prints: '434c0ba2',
      run: ([id]) => asRead(cases.get(id), null).map(({ state }) => ({ state })),
    },
    'keep-receipt-of-case': {
      prints: '835cdc81',
      run: ([key, reply, _at, caseId, hash]) => {
        if (receipts.has(key) || !cases.get(caseId)?.audit_hash.equals(hash)) return 0;
        receipts.put(key, { reply });
        return 1;
      },
    },
    'keep-receipt': {
      prints: 'ea72db10',
      run: ([key, reply]) => {
        if (receipts.has(key)) return 0;
        receipts.put(key, { reply });
        return 1;
      },
    },
    'stored-reply': { prints: 'c4080968', run: ([key]) => [receipts.get(key)].filter((row) => row !== undefined) },
    'select reply from receipt': {
      prints: 'c4080968',
      run: ([key]) => [receipts.get(key)].filter((row) => row !== undefined),
    },
    'insert-case': {
      prints: '752ecf55',
      run: ([id, association_id, kind, patient_id, area_id, caller_line_id, status, state, opened_at, audit_hash]) => {
        if (patient_id !== null && openCases().some((row) => row.patient_id === patient_id))
          throw violated('urgent_call_open_patient');
        cases.put(id, {
          ...{ id, association_id, kind, patient_id, area_id, caller_line_id, status, state, opened_at, audit_hash },
          ...{ caller_call_id: callerCallOf(state), accepted_by: null, fence: 0, due_at: null, audit_seq: 0 },
          conference_sid: null,
        });
        return 1;
      },
    },
    'insert-caller-line': {
      prints: '795d1a04',
      run: ([id, _associationId, e164]) => {
        callerLines.put(id, { e164 });
        return 1;
      },
    },
    'open-case-of-patient': {
      prints: '13ddf5db',
      run: ([patientId]) => openCases().filter((row) => row.patient_id === patientId),
    },
    'select urgent_call.id from urgent_call join caller_line': {
      prints: '30f3d5e0',
      run: ([associationId, e164, kind, areaId]) =>
        openCases()
          .filter(
            (row) =>
              row.association_id === associationId &&
              e164 !== null &&
              callerLines.get(row.caller_line_id)?.e164 === e164 &&
              row.kind === kind &&
              row.area_id === areaId &&
              (JSON.parse(row.state).acceptance?.overAt ?? null) === null,
          )
          .sort((one, other) => byAge(other, one))
          .slice(0, 1),
    },
    // One text for each choice of its parts.
    'save-case*': {
      prints: ['35566865', 'd07a8b8a', '8af514ff', '23752189', '3de879a7', '4548ebf2', '2306b50e', '7901a6b1'],
      run: (values) => saveCase(tables, values),
    },
    'due-cases': {
      prints: 'ee501f53',
      run: ([at, limit]) =>
        [...cases.rows.values()]
          .filter((row) => row.due_at !== null && row.due_at <= (at as Date))
          .sort((one, other) => Number(one.due_at) - Number(other.due_at))
          .slice(0, limit),
    },
    "select id from urgent_call where status <> 'closed' order by opened_at": {
      prints: '385dfa2f',
      run: () => openCases().sort(byAge),
    },
    'leg-by-id': { prints: '27bc9105', run: ([id]) => [legs.get(id)].filter((row) => row !== undefined) },
    'case-of-caller-call': {
      prints: 'c530004c',
      run: ([callId]) => [...cases.rows.values()].filter((row) => row.caller_call_id === callId),
    },
    'update urgent_call set conference_sid': {
      prints: 'f7f6fd0e',
      run: ([id, sid, isRunning]) => {
        const row = cases.get(id);
        if (!row || !(isRunning || row.conference_sid === sid)) return 0;
        cases.change(id, { conference_sid: isRunning ? sid : null });
        return 1;
      },
    },
    'chain-end': { prints: '1e1722a0', run: ([chainId]) => (entries.get(chainId)?.list ?? []).slice(-1) },
    'append-entry': {
      prints: 'cc51dd23',
      run: ([chain_id, seq, association_id, at, actor, cause, kind, data, _prev, hash]) => {
        append(tables, [{ chain_id, seq, association_id, at, actor, cause, kind, data: JSON.parse(data), hash }]);
        return 1;
      },
    },
    'call-target': {
      prints: '8fbbb5a0',
      run: ([legId]) => {
        const leg = legs.get(legId);
        const from = leg && town.associations.get(cases.get(leg.case_id)?.association_id ?? '')?.caller_number;
        return leg && from ? [{ ...leg, from }] : [];
      },
    },
    'select call_sid from leg where call_sid = any($1) union all': {
      prints: 'cfecff29',
      run: ([sids]) =>
        [...legs.rows.values()].filter((leg) => (sids as readonly (string | null)[]).includes(leg.call_sid)),
    },
    'select created_at as since, carrier from effect where leg_id': {
      prints: '67fe93fd',
      run: ([legId]) =>
        [...effects.rows.values()]
          .filter((row) => row.leg_id === legId && row.kind === 'place-call')
          .map((row) => ({ since: row.created_at, carrier: 'first' })),
    },
  };
}

/** As the generated column of the table; the state itself is read when somebody asks for it. */
const callerCallOf = (state: string): string | null => /"caller":\{[^{}]*"callId":"([^"]+)"/.exec(state)?.[1] ?? null;

interface EntryJson {
  seq: number;
  actor: string;
  cause: string;
  kind: string;
  data: unknown;
  hash: string;
}

/** The primary key of the log: a place in a chain is written once. */
function append({ entries }: Tables, rows: readonly EntryRow[]): void {
  for (const row of rows) {
    const list = entries.get(row.chain_id)?.list ?? [];
    if (list.length >= row.seq) throw violated('audit_entry_pkey');
    entries.put(row.chain_id, { list: [...list, row] });
  }
}

/** `saveCase` of save-store.ts. Its parts are told by their content, since those that are empty are left out. */
function saveCase(tables: Tables, values: readonly unknown[]): object[] {
  const { cases, receipts, legs, liveLegs, effects } = tables;
  const [
    id,
    status,
    state,
    acceptedBy,
    fence,
    dueAt,
    auditSeq,
    auditHash,
    lineId,
    at,
    decidedOn,
    key,
    reply,
    ...parts
  ] = values as [
    string,
    string,
    string,
    string | null,
    number,
    Date | null,
    number,
    Buffer,
    string,
    Date,
    Buffer,
    string | null,
    string | null,
    ...string[],
  ];
  const row = cases.get(id);
  const isGuarded =
    !row || !(row.accepted_by === null || acceptedBy === null || row.accepted_by === acceptedBy || row.fence < fence);
  if (!row?.audit_hash.equals(decidedOn) || isGuarded || (key !== null && receipts.has(key)))
    return [{ rows: 0, receipts: 0 }];
  cases.put(id, {
    ...row,
    ...{
      status,
      state,
      accepted_by: acceptedBy,
      fence,
      due_at: instant(dueAt),
      audit_seq: auditSeq,
      audit_hash: auditHash,
    },
    ...{ caller_line_id: lineId, caller_call_id: callerCallOf(state) },
  });
  if (status === 'closed' && row.status !== 'closed') tables.caseKeys.remove(id);
  for (const part of parts) {
    for (const item of JSON.parse(part) as Record<string, unknown>[]) {
      if ('prev_hash' in item) {
        const { hash, ...entry } = item as unknown as EntryJson;
        const { association_id } = row;
        append(tables, [{ ...entry, chain_id: id, association_id, at, hash: Buffer.from(hash, 'hex') }]);
      } else if ('call_sid' in item) {
        const change = item as unknown as Pick<LegRow, 'id' | 'status' | 'outcome' | 'call_sid' | 'is_live'>;
        const leg = legs.get(change.id);
        legs.change(change.id, {
          status: change.status,
          outcome: change.outcome,
          call_sid: change.call_sid,
          is_live: change.is_live,
        });
        if (leg?.is_live && !change.is_live) liveLegs.remove(leg.e164);
      } else {
        const { id: effectId, leg_id, kind, what, priority, due_at } = item as unknown as EffectRow;
        effects.put(effectId, {
          ...{ id: effectId, case_id: id, leg_id, kind, what, priority, status: 'pending', due_at: new Date(due_at) },
          ...{ created_at: at, attempts: 0, attempted_at: null },
        });
      }
    }
  }
  if (key !== null) receipts.put(key, { reply: reply ?? '' });
  return [{ rows: 1, receipts: key === null ? 0 : 1 }];
}
