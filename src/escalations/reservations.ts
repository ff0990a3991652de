import { admitToBed, askForBed, hospitalsToAsk, refuseBed } from '../beds/actions.ts';
import { inOrder, type Sql } from '../db.ts';
import type { Ids } from '../lib/ids.ts';
import type { Command } from './command.ts';
import { decide } from './decide.ts';
import type { Decision, Surroundings, Taken } from './decision.ts';
import * as store from './reservation-store.ts';
import { lookAround } from './surroundings.ts';
import type { Fact, UrgentCall } from './urgent-call.ts';

/** Phones, doctors and beds belong to one case at a time; here a decision gets what it wants, or is made again. */

export interface Drawn {
  decision: Decision;
  known: Partial<Surroundings>;
}

/**
 * Decides, looks up whom the decision asked for, reserves what it wants; starts again when another case was quicker.
 * Bounded: each turn either learns a part of the surroundings or marks something as taken.
 */
export async function draw(ctx: { ids: Ids }, tx: Sql, call: UrgentCall, command: Command, at: Date): Promise<Drawn> {
  const known: Partial<Surroundings> = {};
  const taken = { phones: new Set<string>(), hospitals: new Set<string>(), bedRequests: new Set<string>() };
  for (let turn = 0; turn < 50; turn++) {
    const { decision, missing } = decide(call, command, at.getTime(), ctx.ids, known, taken);
    if (missing.length > 0) {
      Object.assign(known, await lookAround(tx, call, missing, at));
      continue;
    }
    if (!isReserving(decision)) return { decision, known };
    const [, isReserved] = await inOrder(tx.query('savepoint reservation'), reserve(tx, decision, at, taken));
    if (isReserved) return { decision, known };
    await tx.query('rollback to savepoint reservation');
  }
  throw new Error(`case ${call.id} found no decision it could reserve`);
}

/** Does it want phones or beds, or give a bed back? Then it needs the case's lock and a transaction. */
export const isReserving = (decision: Decision): boolean => decision.facts.some((fact) => reserving.has(fact.type));

const reserving: ReadonlySet<Fact['type']> = new Set(['leg_requested', 'bed_asked', 'bed_accepted', 'bed_refused']);

/** Lock order: case (held), bed offer, doctor, phone. @returns false when something was taken, now marked in `taken`. */
async function reserve(
  tx: Sql,
  decision: Decision,
  at: Date,
  taken: { [Part in keyof Taken]: Set<string> },
): Promise<boolean> {
  const { call } = decision;
  for (const fact of decision.facts) {
    if (fact.type === 'bed_accepted' && !(await admitToBed(tx, fact.requestId, at))) {
      taken.bedRequests.add(fact.requestId);
      return false;
    }
    if (fact.type === 'bed_refused') await refuseBed(tx, fact.requestId, fact.refusal, at);
    if (fact.type === 'bed_asked') {
      const { associationId, patientId, plan, id: caseId } = call;
      const { bedType } = await hospitalsToAsk(tx, { associationId, patientId, at });
      const { requestId, hospitalId } = fact;
      const isHeld = await askForBed(tx, { requestId, caseId, hospitalId, bedType, at, holdSeconds: plan.holdSeconds });
      if (!isHeld) {
        taken.hospitals.add(hospitalId);
        return false;
      }
    }
  }
  return reserveLegs(tx, decision, at, taken.phones);
}

async function reserveLegs(tx: Sql, decision: Decision, at: Date, takenPhones: Set<string>): Promise<boolean> {
  const legs = decision.facts.flatMap((fact) => {
    if (fact.type !== 'leg_requested') return [];
    const { legId: id, role, subjectId: subject_id, phoneId: phone_id, requestId: request_id } = fact;
    return [{ id, role, subject_id, phone_id, request_id, is_reserving: role === 'doctor' }];
  });
  if (legs.length === 0) return true;
  const granted = await store.claimLegs(tx, decision.call.id, legs, at);
  if (granted.length === legs.length) return true;
  for (const leg of legs) if (!granted.includes(leg.id)) takenPhones.add(leg.phone_id);
  return false;
}

/**
 * A doctor stays reserved while a phone of his is live here, or while the case is his.
 * @returns the doctors who remain reserved when others no longer are; null when nobody is freed.
 */
export function freedDoctors(before: UrgentCall, after: UrgentCall): string[] | null {
  const kept = reservedDoctors(after);
  return [...reservedDoctors(before)].some((doctorId) => !kept.has(doctorId)) ? [...kept] : null;
}

function reservedDoctors(call: UrgentCall): Set<string> {
  const legs = Object.values(call.legs).filter((leg) => leg.role === 'doctor' && !leg.isDown);
  const doctors = new Set(legs.map((leg) => leg.subjectId));
  if (call.status === 'accepted' && call.acceptance?.role === 'doctor') doctors.add(call.acceptance.subjectId);
  return doctors;
}
