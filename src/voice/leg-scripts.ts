import { carrierOf } from '../carriers/carrier.ts';
import { isSearchingBed } from '../escalations/conversation.ts';
import { acceptorLeg, isWanted } from '../escalations/decision.ts';
import { meetingCarrier } from '../escalations/meeting.ts';
import type { Leg, UrgentCall } from '../escalations/urgent-call.ts';
import type { Prompts } from './prompts.ts';
import { askKey, askNumber, bridgeTo, type Confer, hangUp, type Script, say, wordsBefore } from './script.ts';
import { menuSeconds, paths, type Speech } from './speech.ts';

/** What the words of a leg need beside the case; looked up by the action, so that scripts stay pure. */
export interface LegWords {
  area: string;
  relation: 'attending' | 'deputy' | 'duty' | 'no_card';
  bed: string;
  needs: readonly string[];
  /** Who accepted, if anybody did. */
  acceptedBy: string;
}

/** The question a phone hears when it is picked up: who calls about what kind of case, no patient data, in six seconds. */
export function question(s: Speech, call: UrgentCall, leg: Leg, words: LegWords, tries = 0): Script {
  const { prompts } = s;
  if (leg.role === 'outcome') return wordsBefore(prompts.say('outcome_called'), outcomeQuestion(s, leg, 0));
  return [askKey(paths.legKey(s, leg.id, tries), call.plan.promptTimeoutSeconds, questionWords(s, leg, words))];
}

function questionWords({ prompts }: Speech, leg: Leg, words: LegWords): string {
  if (leg.role === 'caller') return prompts.say('return_called_caller');
  if (leg.isReturn) return prompts.say('return_called_doctor');
  return firstWords(prompts, leg.role === 'outcome' ? 'doctor' : leg.role, words);
}

/** What somebody hears who is rung for a case and has not been in it yet. */
export function firstWords(
  prompts: Prompts,
  role: 'doctor' | 'hospital' | 'standby',
  words: Omit<LegWords, 'acceptedBy'>,
): string {
  if (role === 'standby') return prompts.say('standby_called');
  if (role === 'hospital') {
    const needs = words.needs.map((need) => prompts.say('need_item', { need: needName(prompts, need) })).join('');
    return prompts.say('hospital_called', { bed: prompts.say(`bed_${words.bed}`), needs });
  }
  return prompts.say('doctor_called', { area: words.area, relation: prompts.say(`relation_${words.relation}`) });
}

const spokenNeeds: readonly string[] = [
  ...['ventilator', 'oxygen', 'tracheostomy', 'dialysis', 'isolation', 'central_line', 'tube_feeding', 'dementia'],
  'end_of_life',
];
const needName = (prompts: Prompts, need: string): string =>
  prompts.say(spokenNeeds.includes(need) ? `need_${need}` : 'need_other');

/** Whatever fits this line now, from the state alone: picked up late, moved, back from the conference. */
export function legScript(s: Speech, call: UrgentCall, leg: Leg, words: LegWords): Script {
  const { prompts } = s;
  if (leg.status === 'accepted') return acceptedScript(s, call, leg, words);
  const { acceptance } = call;
  if (!isWanted(call, leg)) {
    if (leg.role === 'hospital') return farewell(prompts.say('no_longer_needed'));
    if (acceptance && acceptance.subjectId !== leg.subjectId && words.acceptedBy !== '')
      return farewell(prompts.say('taken_by', { name: words.acceptedBy }));
    return farewell(prompts.say('case_over'));
  }
  if (leg.status === 'ended') return farewell(prompts.say('case_over'));
  return question(s, call, leg, words);
}

const farewell = (words: string): Script => [say(words), hangUp];

function acceptedScript(s: Speech, call: UrgentCall, leg: Leg, words: LegWords): Script {
  const { prompts } = s;
  if (call.status === 'closed') return farewell(prompts.say('case_over'));
  if (leg.role === 'outcome') return outcomeQuestion(s, leg, 0);
  const isAcceptor = acceptorLeg(call)?.id === leg.id;
  const { acceptance, caller } = call;
  if (acceptance?.overAt != null) {
    const asksOutcome = isAcceptor && leg.role === 'doctor' && acceptance.outcome === null;
    if (isAcceptor && caller.presence === 'gone' && !caller.canBeCalledBack && acceptance.bridgedAt === null)
      return wordsBefore(prompts.say('accepted_no_number'), outcomeQuestion(s, leg, 0));
    return asksOutcome ? outcomeQuestion(s, leg, 0) : farewell(prompts.say('case_over'));
  }
  const isReachable = leg.role === 'caller' || caller.presence !== 'gone';
  if (isAcceptor && !isReachable) return [say(prompts.say('accepted_wait_caller')), ...join(s, call, leg)];
  if (leg.role === 'caller' && !acceptorLeg(call))
    return [say(prompts.say('progress_returning')), ...join(s, call, leg)];
  void words;
  return [say(prompts.say('accepted_join')), ...join(s, call, leg)];
}

/** Into the conference, or to it by way of the carrier where it is. */
export function join(s: Speech, call: UrgentCall, leg: Leg): Script {
  const confer = legConfer(s, call, leg);
  return carrierOf(leg.callId) === meetingCarrier(call) ? [confer] : [bridgeTo(leg.id, confer)];
}

/** The acceptor's leaving ends it for all, so that each line goes on with its own next words. */
export function legConfer(s: Speech, call: UrgentCall, leg: Leg): Confer {
  const acceptor = acceptorLeg(call);
  const isAcceptor = acceptor?.id === leg.id;
  const starts = isAcceptor ? call.caller.presence !== 'gone' : (acceptor?.inConference ?? false);
  return {
    ...{ verb: 'confer', conference: call.id, starts, endsForAll: isAcceptor },
    starLeaves: isAcceptor && leg.role !== 'hospital',
    waitPath: paths.legWait(s, leg.id),
    statusPath: paths.conference(call.id),
    afterPath: paths.legAfter(s, leg.id),
  };
}

export function legWaiting(s: Speech, leg: Leg): Script {
  const words = s.prompts.say(leg.role === 'caller' ? 'progress_returning' : 'wait_for_caller');
  return [say(words), { verb: 'pause', seconds: 10 }, { verb: 'goto', path: paths.legWait(s, leg.id) }];
}

/** * in the conversation: a menu for the one who accepted. */
export function afterConference(s: Speech, call: UrgentCall, leg: Leg, words: LegWords): Script {
  return isInMenu(call, leg) ? doctorMenu(s, leg, 0) : legScript(s, call, leg, words);
}

/** Whoever took the case stepped out of a conversation that goes on. */
export function isInMenu(call: UrgentCall, leg: Leg): boolean {
  const isTalking = call.status === 'accepted' && call.acceptance?.overAt === null && call.caller.presence !== 'gone';
  return isTalking && acceptorLeg(call)?.id === leg.id && leg.role !== 'hospital';
}

export const doctorMenu = (s: Speech, leg: Leg, tries: number): Script => [
  askKey(paths.legMenu(s, leg.id, tries), menuSeconds, s.prompts.say('doctor_menu')),
];

export function bedSearchStarted(s: Speech, call: UrgentCall, leg: Leg, refused: string | null): Script {
  const words = refused && !isSearchingBed(call) ? 'bed_search_running' : 'bed_search_started';
  return [say(s.prompts.say(words)), ...join(s, call, leg)];
}

export const outcomeQuestion = (s: Speech, leg: Leg, tries: number): Script => [
  askKey(paths.legOutcome(s, leg.id, tries), menuSeconds, s.prompts.say('outcome_ask')),
];

export const visitQuestion = (s: Speech, leg: Leg, tries: number): Script => [
  askNumber(paths.legVisit(s, leg.id, tries), 3, s.prompts.say('visit_minutes_ask')),
];

export const minutesQuestion = (s: Speech, leg: Leg, tries: number): Script => [
  askNumber(paths.legMinutes(s, leg.id, tries), 3, s.prompts.say('bed_again_minutes')),
];
