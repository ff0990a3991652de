import type { Sql } from '../db.ts';
import { recordProspect, secretInCase } from '../disclosures/reading.ts';
import { advance, readCase } from '../escalations/actions.ts';
import type { Command } from '../escalations/command.ts';
import { acceptorLeg, isWanted } from '../escalations/decision.ts';
import type { Leg, Outcome, UrgentCall } from '../escalations/urgent-call.ts';
import { tellCase, wordsFor } from './answer.ts';
import type { VoiceContext, VoiceRequest } from './context.ts';
import {
  afterConference,
  bedSearchStarted,
  doctorMenu,
  isInMenu,
  join,
  legConfer,
  legScript,
  legWaiting,
  minutesQuestion,
  outcomeQuestion,
  question,
  visitQuestion,
} from './leg-scripts.ts';
import { secretWords } from './records-speech.ts';
import { hangUp, type Script, say, wordsBefore } from './script.ts';
import { mostTries, paths } from './speech.ts';

/** Keys of a phone that is rung (product.md, "The keys"). */
const doctorKeys = { accept: '1', decline: '2', again: '3' } as const;
const hospitalKeys = { accept: '1', full: '2', askLater: '3', again: '4' } as const;
const menuKeys = { bed: '1', back: '2', close: '3' } as const;
const outcomes: Readonly<Record<string, Outcome>> = { '1': 'visiting', '2': 'advice', '3': 'bed', '4': 'handed_on' };

/** Which leg of which case a webhook is about. */
export interface LegAddress {
  caseId: string;
  legId: string;
}

type Words = (call: UrgentCall, leg: Leg, refused: string | null, sql: Sql) => Script | Promise<Script>;

function tellLeg(
  ctx: VoiceContext,
  request: VoiceRequest,
  { caseId, legId }: LegAddress,
  command: Command,
  script: Words,
): Promise<string> {
  const cause = { actor: `leg:${legId}`, cause: 'voice' };
  return tellCase(ctx, request, caseId, command, cause, async (call, refused, sql) => {
    const leg = call.legs[legId];
    return leg ? script(call, leg, refused, sql) : [say(ctx.speech.prompts.say('case_over')), hangUp];
  });
}

/** Whatever fits the line now, from the state alone. */
const present =
  (ctx: VoiceContext): Words =>
  async (call, leg, _refused, sql) =>
    legScript(ctx.speech, call, leg, await wordsFor(ctx, sql, call, leg));

/** The phone was picked up; it may be a voicemail, which presses no key. */
export const legAnswered = (ctx: VoiceContext, request: VoiceRequest, at: LegAddress): Promise<string> =>
  tellLeg(ctx, request, at, { type: 'leg_picked_up', legId: at.legId, callId: request.call.callId }, present(ctx));

export const legNow = (ctx: VoiceContext, request: VoiceRequest, at: LegAddress): Promise<string> =>
  tellLeg(ctx, request, at, { type: 'tick' }, present(ctx));

export const legWaits = (ctx: VoiceContext, request: VoiceRequest, at: LegAddress): Promise<string> =>
  tellLeg(ctx, request, at, { type: 'still_waiting', callId: request.call.callId }, (call, leg) =>
    ctx.waitsOutside && legConfer(ctx.speech, call, leg).starts
      ? join(ctx.speech, call, leg)
      : legWaiting(ctx.speech, leg),
  );

/** The key of a rung phone. Wrong keys are asked again; silence is a voicemail until a key says otherwise. */
export async function legKey(
  ctx: VoiceContext,
  request: VoiceRequest,
  at: LegAddress,
  role: Leg['role'],
  tries: number,
): Promise<string> {
  const { legId } = at;
  const { digits } = request;
  const { prompts } = ctx.speech;
  if (digits === '') return silent(ctx, request, at);
  if (digits === doctorKeys.accept)
    return tellLeg(ctx, request, at, { type: 'leg_accepts', legId }, afterAccepting(ctx));
  if (role === 'hospital') {
    if (digits === hospitalKeys.full)
      return tellLeg(ctx, request, at, { type: 'hospital_refuses', legId, refusal: 'full', minutes: null }, () => [
        say(prompts.say('bed_full_noted')),
        hangUp,
      ]);
    if (digits === hospitalKeys.askLater)
      return tellLeg(ctx, request, at, { type: 'tick' }, (_call, leg) => minutesQuestion(ctx.speech, leg, 0));
  } else if (digits === doctorKeys.decline && role !== 'caller')
    return tellLeg(ctx, request, at, { type: 'leg_declines', legId }, () => [say(prompts.say('declined')), hangUp]);
  const isRepeat = digits === '*' || digits === (role === 'hospital' ? hospitalKeys.again : doctorKeys.again);
  if (!isRepeat && tries + 1 >= mostTries) return silent(ctx, request, at);
  return tellLeg(ctx, request, at, { type: 'tick' }, async (call, leg, _refused, sql) => {
    const words = await wordsFor(ctx, sql, call, leg);
    if (!isWanted(call, leg)) return legScript(ctx.speech, call, leg, words);
    const again = question(ctx.speech, call, leg, words, isRepeat ? tries : tries + 1);
    return isRepeat ? again : wordsBefore(prompts.say('wrong_key'), again);
  });
}

const silent = (ctx: VoiceContext, request: VoiceRequest, at: LegAddress): Promise<string> =>
  tellLeg(ctx, request, at, { type: 'leg_silent', legId: at.legId }, present(ctx));

const afterAccepting =
  (ctx: VoiceContext): Words =>
  async (call, leg, refused, sql) => {
    if (refused === 'bed_gone') return [say(ctx.speech.prompts.say('bed_gone')), hangUp];
    const [words, page] = await Promise.all([
      wordsFor(ctx, sql, call, leg),
      refused === null && isFirstWord(call, leg) ? prospect(ctx, sql, call, leg) : null,
    ]);
    const script = legScript(ctx.speech, call, leg, words);
    // No card: he has heard so in the question.
    return page === null ? script : wordsBefore(ctx.speech.prompts.say(recordWords[page]), script);
  };

const prospect = (ctx: VoiceContext, sql: Sql, { id, associationId, patientId }: UrgentCall, leg: Leg) =>
  patientId === null ? null : recordProspect(ctx, sql, { id, associationId, patientId }, leg.subjectId);

const recordWords = {
  coming: 'record_coming',
  sealed: 'record_coming_sealed',
  no_fax: 'record_no_fax',
  no_record: 'record_none',
  no_consent: 'record_no_consent',
  sealed_too_long: 'record_sealed_too_long',
} as const;

/** A doctor has just taken a case about a card; one who is called back into it has heard about the page. */
const isFirstWord = (call: UrgentCall, leg: Leg): boolean =>
  leg.role === 'doctor' && !leg.isReturn && call.patientId !== null && call.acceptance?.legId === leg.id;

/** The desk wants to be asked again in so many minutes. */
export async function legMinutes(
  ctx: VoiceContext,
  request: VoiceRequest,
  at: LegAddress,
  tries: number,
): Promise<string> {
  const minutes = Number(request.digits);
  const isUsable = request.digits !== '' && Number.isInteger(minutes) && minutes >= 1 && minutes <= 240;
  if (!isUsable && tries + 1 < mostTries)
    return tellLeg(ctx, request, at, { type: 'tick' }, (_call, leg) => minutesQuestion(ctx.speech, leg, tries + 1));
  const wait = isUsable ? minutes : 15; // three times unclear: a quarter of an hour, and the desk hears it
  const command = { type: 'hospital_refuses', legId: at.legId, refusal: 'ask_again', minutes: wait } as const;
  return tellLeg(ctx, request, at, command, () => [
    say(ctx.speech.prompts.say('bed_again_noted', { minutes: wait })),
    hangUp,
  ]);
}

/** The line left the conference: * for the menu, or it was ended. */
export const legAfter = (ctx: VoiceContext, request: VoiceRequest, at: LegAddress): Promise<string> =>
  tellLeg(ctx, request, at, { type: 'leg_out_of_conference', legId: at.legId }, async (call, leg, _refused, sql) => {
    const hasSecret = isInMenu(call, leg) && (await secretInCase(ctx, call.id, leg.subjectId)) !== null;
    if (hasSecret) return [{ verb: 'goto', path: paths.legSecret(ctx.speech, leg.id) }];
    return afterConference(ctx.speech, call, leg, await wordsFor(ctx, sql, call, leg));
  });

/**
 * What opens the sealed page, to whoever took the case on his own line, and then his menu. Keeps no receipt, which would keep
 * the secret; it changes nothing, so a repeated delivery hears the same.
 */
export async function legSecret(
  ctx: VoiceContext,
  request: VoiceRequest,
  { caseId, legId }: LegAddress,
): Promise<string> {
  const { prompts } = ctx.speech;
  const call = await readCase(ctx, caseId);
  const leg = call?.legs[legId];
  if (!call || leg?.callId !== request.call.callId || call.acceptance?.subjectId !== leg.subjectId)
    return ctx.render([say(prompts.say('case_over')), hangUp]);
  const secret = await secretInCase(ctx, caseId, leg.subjectId);
  const menu = doctorMenu(ctx.speech, leg, 0);
  return ctx.render(secret === null ? menu : wordsBefore(secretWords(prompts, secret), menu));
}

export async function legMenu(
  ctx: VoiceContext,
  request: VoiceRequest,
  at: LegAddress,
  tries: number,
): Promise<string> {
  const { legId } = at;
  if (request.digits === menuKeys.bed)
    return tellLeg(ctx, request, at, { type: 'bed_wanted', legId }, (call, leg, refused) =>
      bedSearchStarted(ctx.speech, call, leg, refused),
    );
  return tellLeg(ctx, request, at, { type: 'tick' }, async (call, leg, _refused, sql) => {
    if (request.digits === menuKeys.close) return outcomeQuestion(ctx.speech, leg, 0);
    const isBack = request.digits === menuKeys.back || (request.digits !== '*' && tries + 1 >= mostTries);
    if (!isBack) return doctorMenu(ctx.speech, leg, request.digits === '*' ? tries : tries + 1);
    if (acceptorLeg(call)?.id === leg.id && call.acceptance?.overAt === null) return join(ctx.speech, call, leg);
    return legScript(ctx.speech, call, leg, await wordsFor(ctx, sql, call, leg));
  });
}

/** 1 visiting (then minutes) · 2 advice · 3 bed · 4 handed on. */
export async function legOutcome(
  ctx: VoiceContext,
  request: VoiceRequest,
  at: LegAddress,
  tries: number,
): Promise<string> {
  const outcome = outcomes[request.digits];
  if (outcome === 'visiting')
    return tellLeg(ctx, request, at, { type: 'tick' }, (_call, leg) => visitQuestion(ctx.speech, leg, 0));
  if (outcome) return report(ctx, request, at, outcome, null);
  if (tries + 1 >= mostTries) return tellLeg(ctx, request, at, { type: 'tick' }, () => [hangUp]);
  const next = request.digits === '*' ? tries : tries + 1;
  return tellLeg(ctx, request, at, { type: 'tick' }, (_call, leg) => outcomeQuestion(ctx.speech, leg, next));
}

export async function legVisit(
  ctx: VoiceContext,
  request: VoiceRequest,
  at: LegAddress,
  tries: number,
): Promise<string> {
  const isUsable = /^[0-9]{1,3}$/.test(request.digits);
  if (!isUsable && tries + 1 < mostTries)
    return tellLeg(ctx, request, at, { type: 'tick' }, (_call, leg) => visitQuestion(ctx.speech, leg, tries + 1));
  return report(ctx, request, at, 'visiting', isUsable ? Number(request.digits) : null);
}

const report = (
  ctx: VoiceContext,
  request: VoiceRequest,
  at: LegAddress,
  outcome: Outcome,
  visitMinutes: number | null,
): Promise<string> =>
  tellLeg(ctx, request, at, { type: 'outcome_keyed', legId: at.legId, outcome, visitMinutes }, () => [
    say(ctx.speech.prompts.say('outcome_thanks')),
    hangUp,
  ]);

/** 0 on a rung phone: whoever holds it wants a person. The question goes on to the next; he is connected to a person. */
export async function legAsksForPerson(ctx: VoiceContext, { caseId, legId }: LegAddress): Promise<void> {
  await advance(ctx, caseId, { type: 'leg_leaves', legId }, { actor: `leg:${legId}`, cause: 'voice' });
}
