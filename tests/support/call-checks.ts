import { expect } from 'chai';
import type { CallView, World } from './world.ts';

/** What the exchange itself saw, call by call: the judge of what Kamome did, whatever Kamome believes. */
export async function allCalls(world: World): Promise<CallView[]> {
  return (await world.control('GET', '/exchange/calls?limit=1000')) as CallView[];
}

/** Never two live legs to one phone: no two calls of ours to one number overlap in time, on the exchange's own list. */
export async function expectNoPhoneRungTwiceAtOnce(world: World): Promise<void> {
  const ours = (await allCalls(world)).filter((call) => call.direction !== 'inbound');
  for (const number of new Set(ours.map((call) => call.to))) {
    const calls = ours.filter((call) => call.to === number);
    const inOrder = calls.toSorted((one, other) => Date.parse(one.createdAt) - Date.parse(other.createdAt));
    for (const [index, call] of inOrder.entries()) {
      const next = inOrder[index + 1];
      if (!next) continue;
      const ended = call.endedAt === null ? Number.POSITIVE_INFINITY : Date.parse(call.endedAt);
      expect(ended, `${number} was still up when it was rung again at ${next.createdAt}`).to.be.at.most(
        Date.parse(next.createdAt),
      );
    }
  }
}

/**
 * Rule 1: no caller is over 20 s without a voice. The exchange writes down every silence a person heard; people in a
 * conversation count as a voice.
 */
export async function expectNoLongSilence(world: World): Promise<void> {
  const isCaller = (call: CallView): boolean => call.direction === 'inbound' && !call.to.startsWith('sip:');
  const callers = (await allCalls(world)).filter(isCaller);
  expect(callers).not.to.have.length(0);
  for (const call of callers) {
    const silences = call.transcript.filter((line) => line.kind === 'heard-silence');
    for (const { at, text } of silences)
      expect(Number.parseFloat(text), `${call.from} heard nothing from ${at}`).to.be.at.most(20);
    expect(
      call.transcript.some((line) => line.kind === 'said'),
      `${call.from} heard a voice`,
    ).to.equal(true);
  }
}

/** No error of ours on the way; a carrier that misbehaves is a warning. */
export function expectNoFaultOfOurs(world: World): void {
  const faults = world.complaints.filter((line) => !line.includes('"level":"warn"'));
  expect(faults).to.deep.equal([]);
}

/** Every doctor's lease and every telephone is free again. */
export async function expectNothingHeld(world: World): Promise<void> {
  expect((await world.db.query('select e164 from leg where is_live')).rows).to.deep.equal([]);
  expect((await world.db.query('select doctor_id from doctor_lease')).rows).to.deep.equal([]);
}
