import { type Association, patientByCard } from '../directory/actions.ts';
import type { CaseOfPatient } from '../disclosures/context.ts';
import { openCase } from '../escalations/actions.ts';
import type { CaseKind } from '../escalations/urgent-call.ts';
import { isCardNumber } from '../lib/check-digits.ts';
import { plain, tellCase } from './answer.ts';
import {
  areaQuestion,
  callerConfer,
  callerScript,
  callerWaiting,
  joinAsCaller,
  messageScript,
  opened,
  steppedOut,
} from './caller-scripts.ts';
import type { VoiceContext, VoiceRequest } from './context.ts';
import { askKey, askNumber, hangUp, type Script, say } from './script.ts';
import { menuSeconds, mostTries, paths } from './speech.ts';
import { watchMenuKey, watchQuestion } from './watch.ts';

/** Keys of the main menu (product.md, "The keys"). */
const menuKeys = { urgent: '1', doctor: '2', desk: '3', duty: '4', person: '0', repeat: '*' } as const;

const byCaller = { actor: 'caller', cause: 'voice' } as const;

/** Somebody rings one of our numbers: 119 first, then the menu. */
export async function inbound(ctx: VoiceContext, request: VoiceRequest, association: Association): Promise<string> {
  const { prompts } = ctx.speech;
  const first = prompts.say('emergency_first', { association: association.spoken_name });
  return plain(ctx, request, menu(ctx, 0, first));
}

function menu(ctx: VoiceContext, tries: number, ...before: string[]): Script {
  const { speech } = ctx;
  return [askKey(paths.menu(speech, tries), menuSeconds, ...before, speech.prompts.say('main_menu'))];
}

export async function menuKey(
  ctx: VoiceContext,
  request: VoiceRequest,
  association: Association,
  tries: number,
): Promise<string> {
  const { speech } = ctx;
  const { prompts } = speech;
  switch (request.digits) {
    case menuKeys.urgent:
      return plain(ctx, request, [askNumber(paths.card(speech, 0), 12, prompts.say('card_ask'))]);
    case menuKeys.doctor:
      return plain(ctx, request, [{ verb: 'goto', path: paths.recordsOpen(speech) }]);
    case menuKeys.desk:
      return plain(ctx, request, [askNumber(paths.deskCode(speech, 0), 6, prompts.say('desk_code_ask'))]);
    case menuKeys.duty:
      return plain(ctx, request, [askNumber(paths.duty(speech, 0), 6, prompts.say('duty_code_ask'))]);
    case menuKeys.person:
      return openForPerson(ctx, request, association);
    case menuKeys.repeat:
      return plain(ctx, request, menu(ctx, tries));
  }
  const watch = request.digits === watchMenuKey ? await watchQuestion(ctx, request, association) : null;
  if (watch) return plain(ctx, request, watch);
  // Someone who cannot use the keys is still someone: after three tries a person is rung.
  if (tries + 1 >= mostTries) return openForPerson(ctx, request, association);
  const why = prompts.say(request.digits === '' ? 'nothing_heard' : 'wrong_key');
  return plain(ctx, request, menu(ctx, tries + 1, why));
}

/** The card number. Its check digits are its confirmation; 0, or twice wrong, leads to the area. */
export async function cardKeys(
  ctx: VoiceContext,
  request: VoiceRequest,
  association: Association,
  tries: number,
): Promise<string> {
  const { speech, cards, db } = ctx;
  if (request.digits === '0') return plain(ctx, request, areaQuestion(speech, association.areas, 0));
  if (request.digits === '*')
    return plain(ctx, request, [askNumber(paths.card(speech, tries), 12, speech.prompts.say('card_ask'))]);
  if (isCardNumber(request.digits)) {
    const began = ctx.clock.now().getTime();
    const { callId } = request.call;
    const derived = await inTime(ctx, longestDerivationMs, cards.derive(request.digits));
    if (derived === null) {
      ctx.log.error('card_derivation_late', { callSid: callId });
      return plain(ctx, request, areaQuestion(speech, association.areas, 0, speech.prompts.say('card_late')));
    }
    ctx.log.debug('card_derived', { callSid: callId, ms: ctx.clock.now().getTime() - began });
    const found = await patientByCard(db, association.id, derived.index);
    if (found) return openForPatient(ctx, request, association, found, derived);
  }
  if (tries >= 1) return plain(ctx, request, areaQuestion(speech, association.areas, 0));
  return plain(ctx, request, [askNumber(paths.card(speech, tries + 1), 12, speech.prompts.say('card_wrong'))]);
}

/** Three seconds before the carrier gives the call to the fallback; a caller may hear nothing for 20 s. */
const longestDerivationMs = 12_000;

/** @returns null when it takes longer: so many wait for their derivation that the caller is better led on without the card. */
function inTime<T>(ctx: VoiceContext, longestMs: number, work: Promise<T>): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const timer = ctx.clock.after(longestMs, () => resolve(null));
    work.then(resolve, reject).finally(() => timer.cancel());
  });
}

/**
 * Opens the case, and keeps the data key of the record for whoever takes it. In this order, in one request: the first leg is
 * committed and its worker woken before the vault is asked, and nobody is rung the later for it; the caller's next words wait
 * for two statements. Not after the reply: a process told to leave ends its requests, and would forget what runs beside them.
 */
async function openForPatient(
  ctx: VoiceContext,
  request: VoiceRequest,
  association: Association,
  found: { patient_id: string; area_id: string },
  derived: { index: Buffer; key: Buffer },
): Promise<string> {
  const { patient_id: patientId, area_id: areaId } = found;
  let caseId: string | null = null;
  const what = { kind: 'patient', patientId, areaId } as const;
  const reply = await openFor(ctx, request, association, what, (opened) => {
    caseId = opened;
  });
  // A repeated delivery opened nothing: the first one has seen to the key.
  if (caseId !== null) await keepRecord(ctx, { associationId: association.id, caseId, patientId }, derived);
  return reply;
}

/** Longer than two statements take; help does not wait for a record. */
const longestKeepingMs = 1000;

/** Best effort: the call goes on without a page, and the log says why. */
async function keepRecord(
  ctx: VoiceContext,
  about: CaseOfPatient,
  derived: { index: Buffer; key: Buffer },
): Promise<void> {
  const { caseId } = about;
  const keeping = ctx.release.vault
    .keepForCase(about, derived)
    .then((kept) => ctx.log.debug('case_record', { caseId, state: kept ?? 'none' }))
    .catch((error: unknown) => ctx.log.error('case_record_not_kept', { caseId, error }));
  const inTimeOrNull = await inTime(
    ctx,
    longestKeepingMs,
    keeping.then(() => 'settled' as const),
  );
  if (inTimeOrNull === null) ctx.log.warn('case_record_late', { caseId });
}

export async function areaKey(
  ctx: VoiceContext,
  request: VoiceRequest,
  association: Association,
  tries: number,
): Promise<string> {
  const area = association.areas.find((candidate) => String(candidate.key) === request.digits);
  if (area) return openFor(ctx, request, association, { kind: 'area', patientId: null, areaId: area.id });
  if (request.digits === '0' || (request.digits !== '*' && tries + 1 >= mostTries))
    return openForPerson(ctx, request, association);
  return plain(ctx, request, areaQuestion(ctx.speech, association.areas, request.digits === '*' ? tries : tries + 1));
}

/** 0, or nothing understood three times: a person is rung for whoever this is. */
export const openForPerson = (ctx: VoiceContext, request: VoiceRequest, association: Association): Promise<string> =>
  openFor(ctx, request, association, { kind: 'person', patientId: null, areaId: null });

/** The doctors on duty for an area are rung for this caller. */
export const openForArea = (
  ctx: VoiceContext,
  request: VoiceRequest,
  association: Association,
  areaId: string,
): Promise<string> => openFor(ctx, request, association, { kind: 'area', patientId: null, areaId });

/** Opens the case, or continues the open one, and answers with its first words. */
async function openFor(
  ctx: VoiceContext,
  request: VoiceRequest,
  association: Association,
  what: { kind: CaseKind; patientId: string | null; areaId: string | null },
  onCase: (caseId: string) => void = () => undefined,
): Promise<string> {
  const { call } = request;
  const number = call.isInbound ? call.fromNumber : call.to;
  const wanted = { associationId: association.id, ...what, callId: call.callId, callerNumber: number };
  return openCase(ctx, wanted, byCaller, {
    receiptKey: request.receiptKey,
    reply: async (opening, how) => {
      onCase(opening.id);
      const words = opening.kind === 'person' ? 'person_opened' : how === 'opened' ? 'case_opened' : 'case_continued';
      return ctx.render(opened(ctx.speech, opening, words));
    },
  });
}

/** 1: be called back. 2: leave a message. 0: the standby person at once. Anything else: keep waiting. */
export async function choiceKey(ctx: VoiceContext, request: VoiceRequest, caseId: string): Promise<string> {
  const { speech } = ctx;
  const { prompts } = speech;
  if (request.digits === '1')
    return tellCase(ctx, request, caseId, { type: 'caller_chose', what: 'call_back' }, byCaller, (call, refused) => {
      if (refused === 'number_withheld')
        return [say(prompts.say('call_back_impossible')), ...joinAsCaller(speech, call)];
      return refused ? callerScript(speech, call) : [say(prompts.say('call_back_promised')), hangUp];
    });
  const wantsPerson = { type: 'caller_chose', what: 'person' } as const;
  const command = request.digits === '0' ? wantsPerson : ({ type: 'tick' } as const);
  return tellCase(ctx, request, caseId, command, byCaller, (call) => {
    const mayRecord = call.status !== 'closed' && call.acceptance === null;
    if (request.digits === '2' && mayRecord) return messageScript(speech, call);
    return call.acceptance?.overAt == null && call.status !== 'closed'
      ? joinAsCaller(speech, call)
      : callerScript(speech, call);
  });
}

/** The caller's line left the conference: * pressed, or the other side ended it. */
export const callerAfter = (ctx: VoiceContext, request: VoiceRequest, caseId: string): Promise<string> =>
  tellCase(ctx, request, caseId, { type: 'caller_out_of_conference', callId: request.call.callId }, byCaller, (call) =>
    steppedOut(ctx.speech, call),
  );

export const callerNow = (ctx: VoiceContext, request: VoiceRequest, caseId: string): Promise<string> =>
  tellCase(ctx, request, caseId, { type: 'tick' }, byCaller, (call) => callerScript(ctx.speech, call));

export const callerAgain = (ctx: VoiceContext, request: VoiceRequest, caseId: string): Promise<string> => {
  if (request.digits !== '1') return callerNow(ctx, request, caseId);
  const command = { type: 'caller_chose', what: 'again' } as const;
  return tellCase(ctx, request, caseId, command, byCaller, (call, refused) =>
    refused ? callerScript(ctx.speech, call) : joinAsCaller(ctx.speech, call),
  );
};

export const callerWaits = (ctx: VoiceContext, request: VoiceRequest, caseId: string): Promise<string> =>
  tellCase(ctx, request, caseId, { type: 'still_waiting', callId: request.call.callId }, byCaller, (call) =>
    ctx.waitsOutside && callerConfer(ctx.speech, call).starts
      ? joinAsCaller(ctx.speech, call)
      : callerWaiting(ctx.speech, call),
  );

/** Only that a message was left is kept here; the recording stays with the carrier under the call until it is heard. */
export const messageLeft = (ctx: VoiceContext, request: VoiceRequest, caseId: string): Promise<string> =>
  tellCase(ctx, request, caseId, { type: 'message_left' }, byCaller, () => [
    say(ctx.speech.prompts.say('message_thanks')),
    hangUp,
  ]);
