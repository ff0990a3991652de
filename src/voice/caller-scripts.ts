import { carrierOf } from '../carriers/carrier.ts';
import { isSearchingBed } from '../escalations/conversation.ts';
import { acceptorLeg } from '../escalations/decision.ts';
import { meetingCarrier } from '../escalations/meeting.ts';
import type { UrgentCall } from '../escalations/urgent-call.ts';
import { askKey, bridgeTo, type Confer, hangUp, type Script, say } from './script.ts';
import { menuSeconds, paths, type Speech } from './speech.ts';

/** The first words of a case: understood, being called, and the choice to be called back. Then the conference. */
export function opened(s: Speech, call: UrgentCall, words: 'case_opened' | 'case_continued' | 'person_opened'): Script {
  const question = { ...askKey(paths.choice(s, call.id), 1, s.prompts.say(words)), reportsSilence: false };
  return [question, ...joinAsCaller(s, call)];
}

/** Whatever fits a caller now, from the state alone: after a conference, after being moved, after a menu. */
export function callerScript(s: Speech, call: UrgentCall): Script {
  if (call.status === 'closed') return [say(s.prompts.say('goodbye')), hangUp];
  if (call.acceptance?.overAt != null)
    return [
      { ...askKey(paths.again(s, call.id), 10, s.prompts.say('conversation_over')), reportsSilence: false },
      say(s.prompts.say('goodbye')),
      hangUp,
    ];
  if (call.status === 'unanswered' && !call.messageLeft) return messageScript(s, call);
  if (call.acceptance === null && call.choiceOffered) return choiceScript(s, call, 'long_wait_choice');
  return joinAsCaller(s, call);
}

/** * while waiting: the choice again, then back. In a conversation a stray * only leads back. */
export function steppedOut(s: Speech, call: UrgentCall): Script {
  const isWaiting = call.status !== 'closed' && call.acceptance === null;
  if (isWaiting && !(call.status === 'unanswered' && !call.messageLeft)) return choiceScript(s, call, 'wait_choice');
  return callerScript(s, call);
}

function choiceScript(s: Speech, call: UrgentCall, words: 'wait_choice' | 'long_wait_choice'): Script {
  const question = { ...askKey(paths.choice(s, call.id), 4, s.prompts.say(words)), reportsSilence: false };
  return [question, ...joinAsCaller(s, call)];
}

export function messageScript(s: Speech, call: UrgentCall): Script {
  const { prompts } = s;
  return [
    say(prompts.say('message_ask')),
    { verb: 'record', maxSeconds: 120, path: paths.message(s, call.id) },
    say(prompts.say('message_thanks')),
    hangUp,
  ];
}

/** Into the conference, or to it by way of the carrier where it is. */
export function joinAsCaller(s: Speech, call: UrgentCall): Script {
  const confer = callerConfer(s, call);
  return carrierOf(call.caller.callId) === meetingCarrier(call) ? [confer] : [bridgeTo(call.id, confer)];
}

export function callerConfer(s: Speech, call: UrgentCall): Confer {
  // A doctor who waits inside did not start the conversation (the caller was away), so the caller's coming does.
  const starts = acceptorLeg(call)?.inConference ?? false;
  return {
    ...{ verb: 'confer', conference: call.id, starts, endsForAll: false, starLeaves: true },
    waitPath: paths.callerWait(s, call.id),
    statusPath: paths.conference(call.id),
    afterPath: paths.callerAfter(s, call.id),
  };
}

/**
 * What a waiting caller hears, again and again: what is being done, then quiet. With the words it lasts no longer than
 * the plan's `progressSeconds` (rule 1: never over 20 s without a voice); it ends in a redirect, because after the end
 * of a waiting document there is silence for good.
 */
export function callerWaiting(s: Speech, call: UrgentCall): Script {
  const words = `${progress(s, call)}${s.prompts.say('please_wait')}`;
  const spoken = secondsOf(words);
  const quiet = Math.max(1, Math.floor(call.plan.progressSeconds - 3 - spoken));
  return [say(words), { verb: 'pause', seconds: quiet }, { verb: 'goto', path: paths.callerWait(s, call.id) }];
}

/** A generous guess of how long words take: Japanese about 6 characters a second, Latin about 12. */
export const secondsOf = (words: string): number =>
  [...words].reduce((sum, letter) => sum + (letter > '\u2fff' ? 1 / 6 : 1 / 12), 0.5);

function progress(s: Speech, call: UrgentCall): string {
  const { prompts } = s;
  if (call.status === 'accepted') {
    if (isSearchingBed(call) || acceptorLeg(call))
      return prompts.say(acceptorLeg(call)?.inConference ? 'progress_accepted' : 'progress_doctor_busy');
    return prompts.say('progress_returning');
  }
  if (call.status === 'unanswered') return prompts.say('progress_unanswered');
  if (call.status === 'calling_standby') return prompts.say('progress_standby');
  if (call.status === 'seeking_bed') return prompts.say('progress_bed');
  const count = Math.max(1, call.rung.length);
  return prompts.say('progress_doctor', { ordinal: prompts.say(count <= 5 ? `ordinal_${count}` : 'ordinal_n') });
}

export function areaQuestion(
  s: Speech,
  areas: readonly { key: number; spoken_name: string }[],
  tries: number,
  ...before: string[]
): Script {
  const list = areas.map((area) => s.prompts.say('area_item', { area: area.spoken_name, key: area.key })).join('、');
  return [askKey(paths.area(s, tries), menuSeconds, ...before, s.prompts.say('area_ask', { areas: list }))];
}
