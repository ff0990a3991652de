import type pg from 'pg';
import { firstHash } from '../../src/audit/chain.ts';
import { evolve } from '../../src/escalations/evolve.ts';
import type { Fact, UrgentCall } from '../../src/escalations/urgent-call.ts';
import { randomIds } from '../../src/lib/ids.ts';
import { standardPlan } from './pure-case.ts';

/** A case in which each of `doctors` holds a picked-up phone and has heard the question. */
export interface Race {
  caseId: string;
  legs: { legId: string; callId: string; doctorId: string }[];
  callerCallId: string;
}

export interface RaceTown {
  associationId: string;
  areaId: string;
  doctors: readonly string[];
}

let serial = 0;
const nextCallId = (): string => `CA${(++serial).toString(16).padStart(32, '0')}`;

/** Puts many cases into the database at once, each built from its facts by the rules themselves. */
export async function insertRaces(db: pg.Pool, town: RaceTown, sizes: readonly number[], at: Date): Promise<Race[]> {
  const made = sizes.map((size) => makeRace(town, size, at));
  const lines = made.map(({ call }) => ({ id: call.caller.lineId, e164: `+8180${String(++serial).padStart(8, '0')}` }));
  await db.query(
    `insert into caller_line (id, association_id, e164, created_at)
    select id, $1, e164, $2 from jsonb_to_recordset($3::jsonb) as l(id text, e164 text)`,
    [town.associationId, at, JSON.stringify(lines)],
  );
  const rows = made.map(({ call }) => ({
    ...{ id: call.id, line: call.caller.lineId, status: call.status, state: call },
    hash: firstHash(call.id).toString('hex'),
  }));
  await db.query(
    `insert into urgent_call
      (id, association_id, kind, area_id, caller_line_id, status, state, opened_at, audit_seq, audit_hash)
    select id, $1, 'area', $2, line, status, state, $3, 0, decode(hash, 'hex')
    from jsonb_to_recordset($4::jsonb) as c(id text, line text, status text, state jsonb, hash text)`,
    [town.associationId, town.areaId, at, JSON.stringify(rows)],
  );
  const legs = made.flatMap(({ call }) =>
    Object.values(call.legs).map((leg) => ({
      ...{ id: leg.id, case_id: call.id, subject_id: leg.subjectId, phone_id: leg.phoneId, call_sid: leg.callId },
      ...{ status: leg.status, e164: `+8170${String(++serial).padStart(8, '0')}` },
    })),
  );
  await db.query(
    `insert into leg (id, case_id, role, subject_id, phone_id, e164, status, call_sid, is_live, requested_at)
    select id, case_id, 'doctor', subject_id, phone_id, e164, status, call_sid, true, $1
    from jsonb_to_recordset($2::jsonb) as l(
      id text, case_id text, subject_id text, phone_id text, e164 text, status text, call_sid text)`,
    [at, JSON.stringify(legs)],
  );
  return made.map(({ race }) => race);
}

function makeRace(town: RaceTown, size: number, at: Date): { race: Race; call: UrgentCall } {
  const callerCallId = nextCallId();
  const caseId = randomIds.next('uc');
  const caller = {
    ...{ lineId: randomIds.next('cl'), canBeCalledBack: true, presence: 'on_line' as const },
    ...{ callId: callerCallId, wantsCallBack: false },
  };
  const { associationId, areaId } = town;
  const facts: Fact[] = [
    {
      type: 'case_opened',
      id: caseId,
      associationId,
      kind: 'area',
      patientId: null,
      areaId,
      plan: standardPlan,
      caller,
    },
  ];
  const legs = town.doctors.slice(0, size).map((doctorId) => {
    const [legId, callId] = [randomIds.next('lg'), nextCallId()];
    const leg = { role: 'doctor', subjectId: doctorId, phoneId: randomIds.next('ph'), ring: 1 } as const;
    facts.push(
      { type: 'leg_requested', legId, ...leg, requestId: null, isReturn: false },
      { type: 'leg_placed', legId, callId },
      { type: 'leg_answered', legId, callId },
    );
    return { legId, callId, doctorId };
  });
  const call = facts.reduce<UrgentCall | null>((state, fact) => evolve(state, fact, at.getTime()), null);
  return { race: { caseId, legs, callerCallId }, call: call! };
}
