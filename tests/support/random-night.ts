import fc from 'fast-check';
import type { Command } from '../../src/escalations/command.ts';
import type { Leg } from '../../src/escalations/urgent-call.ts';
import type { Answer, PureCase, PureOptions } from './pure-case.ts';

/** One thing that happens: `dt` seconds after the last, on the `pick`-th leg there is. */
export interface Step {
  dt: number;
  kind: StepKind;
  pick: number;
  extra: number;
}

const legKinds = [
  'placed',
  'refused',
  'unknown',
  'not_found',
  'ringing',
  'in-progress',
  'completed',
  'busy',
  'no-answer',
  'failed',
  'canceled',
  'picked_up',
  'silent',
  'declines',
  'leaves',
  'hospital_refuses',
  'steps_out',
  'bed_wanted',
  'outcome',
  'joined',
  'left_conference',
] as const;
const callerKinds = [
  'tick',
  'caller_joined',
  'caller_left',
  'caller_out',
  'caller_rings_again',
  'call_back',
  'again',
  'message',
  'still_waiting',
] as const;
const townKinds = ['somebody_reserved', 'somebody_freed', 'shift_begins', 'shift_ends', 'stranger'] as const;
export type StepKind =
  | 'accepts'
  | (typeof legKinds)[number]
  | (typeof callerKinds)[number]
  | (typeof townKinds)[number];

const allKinds: readonly StepKind[] = [...legKinds, ...callerKinds, ...townKinds];

/** Steps in any order at all: most of them are late, doubled or impossible, as the outside may be. */
export const steps = (options: { accepting: boolean; maxLength?: number }): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.record({
      dt: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 60 })),
      kind: options.accepting
        ? fc.oneof(
            { weight: 6, arbitrary: fc.constantFrom(...allKinds) },
            { weight: 1, arbitrary: fc.constant('accepts' as const) },
          )
        : fc.constantFrom(...allKinds),
      pick: fc.nat({ max: 40 }),
      extra: fc.nat({ max: 5 }),
    }),
    { minLength: 1, maxLength: options.maxLength ?? 60 },
  );

/** A town of up to five doctors with up to two phones each, hospitals with any news of beds, standby persons. */
export const towns: fc.Arbitrary<PureOptions> = fc
  .record({
    doctors: fc.integer({ min: 0, max: 5 }),
    hospitals: fc.integer({ min: 0, max: 3 }),
    standby: fc.integer({ min: 0, max: 2 }),
    phones: fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 5, maxLength: 5 }),
    beds: fc.array(fc.constantFrom('free', 'to_ask', 'closed'), { minLength: 3, maxLength: 3 }),
    kind: fc.constantFrom('patient', 'area', 'person'),
    withheld: fc.boolean(),
    phonesAtOnce: fc.constantFrom('all', 'one'),
    busy: fc.subarray(['d1', 'd2', 'd3', 'h1', 's1', 'd1/1', 'd2/1', 'line']),
  })
  .map(({ doctors, hospitals, standby, phones, beds, kind, withheld, phonesAtOnce, busy }) => {
    const names = (letter: string, count: number) => Array.from({ length: count }, (_, n) => `${letter}${n + 1}`);
    return {
      ...{ doctors: names('d', doctors), hospitals: names('h', hospitals), standby: names('s', standby) },
      phones: Object.fromEntries(phones.map((count, index) => [`d${index + 1}`, count])),
      beds: Object.fromEntries(beds.map((news, index) => [`h${index + 1}`, news])),
      ...{ kind, withheld, plan: { phonesAtOnce }, busy },
    } as PureOptions;
  });

/** Lets one step happen. @returns what the case answered, or null when the step only changed the town. */
export function happen(night: PureCase, step: Step): Answer | null {
  night.waitUntil(night.seconds + step.dt);
  const { town } = night;
  const everybody = [...town.doctors, ...town.hospitals, ...town.standby];
  const somebody = everybody[step.pick % Math.max(1, everybody.length)];
  switch (step.kind) {
    case 'somebody_reserved':
      if (somebody && !isHeldBy(night, somebody)) town.busy.add(step.extra > 2 ? somebody : `${somebody}/1`);
      return null;
    case 'somebody_freed':
      town.busy.delete([...town.busy][step.pick % Math.max(1, town.busy.size)] ?? '');
      return null;
    case 'shift_begins':
      town.doctors.push(`n${town.doctors.length}`);
      return null;
    case 'shift_ends':
      town.doctors.splice(step.pick % Math.max(1, town.doctors.length), 1);
      return null;
  }
  return night.tell(commandOf(night, step));
}

const isHeldBy = (night: PureCase, subjectId: string): boolean =>
  night.call.acceptance?.subjectId === subjectId || night.legs(subjectId).some((leg) => !leg.isDown);

function commandOf(night: PureCase, { kind, pick, extra }: Step): Command {
  const legs = night.legs();
  const leg: Leg | undefined = legs[legs.length - 1 - (pick % Math.max(1, legs.length))];
  const legId = kind === 'stranger' || !leg ? 'nobody' : leg.id;
  const callId = `CA-${legId}`;
  const ofCaller = night.call.caller.callId ?? 'CA-caller';
  switch (kind) {
    case 'placed':
    case 'stranger':
      return { type: 'leg_placed', legId, callId };
    case 'refused':
      return { type: 'leg_refused', legId, code: '21211' };
    case 'unknown':
      return { type: 'leg_outcome_unknown', legId, code: '500' };
    case 'not_found':
      return { type: 'leg_not_found', legId };
    case 'ringing':
    case 'in-progress':
    case 'completed':
    case 'busy':
    case 'no-answer':
    case 'failed':
    case 'canceled':
      return { type: 'leg_progress', legId, callId, status: kind };
    case 'picked_up':
      return { type: 'leg_picked_up', legId, callId };
    case 'silent':
      return { type: 'leg_silent', legId };
    case 'accepts':
      return { type: 'leg_accepts', legId };
    case 'declines':
      return { type: 'leg_declines', legId };
    case 'leaves':
      return { type: 'leg_leaves', legId };
    case 'hospital_refuses': {
      const isFull = extra < 3;
      return {
        type: 'hospital_refuses',
        legId,
        refusal: isFull ? 'full' : 'ask_again',
        minutes: isFull ? null : extra * 10,
      };
    }
    case 'steps_out':
      return { type: 'leg_out_of_conference', legId };
    case 'bed_wanted':
      return { type: 'bed_wanted', legId };
    case 'outcome':
      return { type: 'outcome_keyed', legId, outcome: 'advice', visitMinutes: null };
    case 'joined':
      return { type: 'line_joined', callId };
    case 'left_conference':
      return { type: 'line_left_conference', callId };
    case 'caller_joined':
      return { type: 'line_joined', callId: ofCaller };
    case 'caller_left':
      return { type: 'caller_left', callId: ofCaller };
    case 'caller_out':
      return { type: 'caller_out_of_conference', callId: ofCaller };
    case 'caller_rings_again':
      return { type: 'attach_caller', lineId: `line${extra}`, callId: `CA-again-${pick}`, canBeCalledBack: extra < 4 };
    case 'call_back':
      return { type: 'caller_chose', what: 'call_back' };
    case 'again':
      return { type: 'caller_chose', what: 'again' };
    case 'message':
      return { type: 'message_left' };
    case 'still_waiting':
      return { type: 'still_waiting', callId: extra > 2 ? ofCaller : callId };
    default:
      return { type: 'tick' };
  }
}
