import type { Association } from '../directory/actions.ts';
import { type Keyed, openPhoneRequest, tellRequest } from '../disclosures/actions.ts';
import { isWrittenDate } from '../disclosures/identity.ts';
import { areaOfRequest, requestOnCall } from '../disclosures/reading.ts';
import { isOver, type RecordRequest, reasons } from '../disclosures/request.ts';
import { isCardNumber, isMemberCode } from '../lib/check-digits.ts';
import { plain } from './answer.ts';
import { openForArea, openForPerson } from './caller.ts';
import { areaQuestion } from './caller-scripts.ts';
import type { VoiceContext, VoiceRequest } from './context.ts';
import { isTestCode, keyTestCode } from './fax-codes.ts';
import { atRecords, helpScript } from './records-scripts.ts';
import { readBack } from './records-speech.ts';
import { hangUp, type Script, say, wordsBefore } from './script.ts';
import { mostTries, paths, type RecordStep } from './speech.ts';

/** A doctor who wants a record (product.md, "The keys"): code, PIN #, card, birth date, reason, fax 1-3 or 9. Ninety seconds. */
const keys = { repeat: '*', person: '0', duty: '1', attest: '1', spoken: '9' } as const;

export const openRecords = (ctx: VoiceContext, request: VoiceRequest, association: Association): Promise<string> =>
  openPhoneRequest(
    ctx,
    { associationId: association.id, callSid: request.call.callId, line: request.call.fromNumber },
    { receiptKey: request.receiptKey, reply: async (opened) => ctx.render(await atRecords(ctx, opened, 0)) },
  );

/** Any step of it. The request belongs to this very call; another call's is answered with a farewell. */
export async function recordStep(
  ctx: VoiceContext,
  request: VoiceRequest,
  association: Association,
  step: RecordStep,
  requestId: string,
  tries: number,
): Promise<string> {
  const { digits, call } = request;
  const about = { requestId, callSid: call.callId, line: call.fromNumber };
  if (step === 'now') return recordNow(ctx, about);
  if (digits === keys.person) return openForPerson(ctx, request, association);
  if (step === 'help') return help(ctx, request, association, about, tries);
  if (step === 'card' && isTestCode(digits)) return confirmFax(ctx, request, association, about, tries);
  const keyed = readKeys(step, digits);
  if (!keyed) return again(ctx, request, association, about, step, tries);
  const told = await tellRequest(ctx, about, keyed, {
    receiptKey: request.receiptKey,
    reply: async (next, refused) => ctx.render(await replyTo(ctx, step, next, refused, tries)),
  });
  return told?.reply ?? plain(ctx, request, [say(ctx.speech.prompts.say('case_over')), hangUp]);
}

/** Where the card is asked, four digits are the code of a test page. */
async function confirmFax(
  ctx: VoiceContext,
  request: VoiceRequest,
  association: Association,
  about: { requestId: string; callSid: string },
  tries: number,
): Promise<string> {
  const known = await requestOnCall(ctx, about.requestId, about.callSid);
  if (known?.status !== 'identified')
    return plain(
      ctx,
      request,
      known ? await atRecords(ctx, known, tries) : [say(ctx.speech.prompts.say('case_over')), hangUp],
    );
  return keyTestCode(ctx, request, association, {
    ...{ owners: [{ kind: 'doctor', id: known.doctorId }], tries },
    ...{ whenRight: await atRecords(ctx, known, 0), whenWrong: await atRecords(ctx, known, tries + 1) },
  });
}

/** What the keys of a step mean; null: nothing that it could use. */
function readKeys(step: RecordStep, digits: string): Keyed | null {
  switch (step) {
    case 'code':
      return isMemberCode(digits) ? { type: 'code_keyed', code: digits } : null;
    case 'pin':
      return /^\d{6,8}$/.test(digits) ? { type: 'pin_keyed', pin: digits } : null;
    case 'card':
      return isCardNumber(digits) ? { type: 'card_number_keyed', number: digits } : null;
    case 'birth':
      return isWrittenDate(digits) ? { type: 'birth_date_keyed', birthDate: digits } : null;
    case 'verdict':
      return { type: 'verdict_heard' };
    case 'reason': {
      const reason = reasons[Number(digits) - 1];
      return reason ? { type: 'reason_keyed', reason } : null;
    }
    case 'attest':
      return digits === keys.attest ? { type: 'attested' } : null;
    case 'where':
      if (digits === keys.spoken) return { type: 'destination_keyed', choice: 'spoken' };
      return /^[123]$/.test(digits) ? { type: 'destination_keyed', choice: Number(digits) } : null;
    default:
      return null;
  }
}

async function replyTo(
  ctx: VoiceContext,
  step: RecordStep,
  next: RecordRequest,
  refused: string | null,
  tries: number,
): Promise<Script> {
  const { prompts } = ctx.speech;
  if (refused === 'no_consent') return atRecords(ctx, next, tries + 1); // the question says why
  if (refused === 'sealed_too_long')
    return wordsBefore(prompts.say('records_sealed_too_long'), await atRecords(ctx, next, tries + 1));
  if (refused === 'not_on_offer') return wordsBefore(prompts.say('wrong_key'), await atRecords(ctx, next, tries + 1));
  // The words about the patient are in no receipt: another path speaks them, and reads them anew each time.
  if (next.status === 'confirmed') return [{ verb: 'goto', path: paths.record(ctx.speech, 'now', next.id, 0) }];
  const isSealed = next.status === 'released' && next.destination.to === 'fax' && next.destination.form === 'sealed';
  if (isSealed) return [{ verb: 'goto', path: paths.record(ctx.speech, 'now', next.id, 0) }];
  const script = await atRecords(ctx, next, 0);
  if (next.status === 'released' && next.destination.to === 'fax' && next.destination.isInstead)
    return wordsBefore(prompts.say('records_sealed_instead'), script);
  if (step === 'pin' && next.status === 'opened') return wordsBefore(prompts.say('records_code_wrong'), script);
  if (step === 'verdict' && next.status === 'identified')
    return wordsBefore(prompts.say('records_not_confirmed'), script);
  return script;
}

/** Silence, a slip of the finger, or *: the same question, three times; then people are offered. */
async function again(
  ctx: VoiceContext,
  request: VoiceRequest,
  association: Association,
  about: { requestId: string; callSid: string; line: string | null },
  step: RecordStep,
  tries: number,
): Promise<string> {
  const { prompts } = ctx.speech;
  const { digits } = request;
  const isRepeat = digits === keys.repeat;
  if (!isRepeat && tries + 1 >= mostTries) return openForPerson(ctx, request, association);
  const known = await requestOnCall(ctx, about.requestId, about.callSid);
  if (!known) return plain(ctx, request, [say(prompts.say('case_over')), hangUp]);
  if (step === 'after' && !isRepeat) return plain(ctx, request, [say(prompts.say('goodbye')), hangUp]);
  if (known.status === 'released') return plain(ctx, request, await replyTo(ctx, step, known, null, tries));
  const script = await atRecords(ctx, known, isRepeat ? tries : tries + 1);
  const why = digits === '' ? 'nothing_heard' : 'records_unreadable';
  return plain(ctx, request, isRepeat ? script : wordsBefore(prompts.say(why), script));
}

/**
 * What fits the line now, with what may not be kept: the patient's initials and year of birth, a sealed page's secret. Keeps
 * no receipt; it changes nothing, so a repeated delivery hears the same.
 */
async function recordNow(
  ctx: VoiceContext,
  about: { requestId: string; callSid: string; line: string | null },
): Promise<string> {
  const { prompts } = ctx.speech;
  const known = await requestOnCall(ctx, about.requestId, about.callSid);
  if (!known) return ctx.render([say(prompts.say('case_over')), hangUp]);
  const script = await atRecords(ctx, known, 0);
  const words = await readBack(ctx, known);
  return ctx.render(words ? wordsBefore(words, script) : script);
}

/** 1: the duty doctor of his own area (he may choose another when he is not known), anything else: a person. */
async function help(
  ctx: VoiceContext,
  request: VoiceRequest,
  association: Association,
  about: { requestId: string; callSid: string; line: string | null },
  tries: number,
): Promise<string> {
  const known = await requestOnCall(ctx, about.requestId, about.callSid);
  if (!known || !isOver(known)) return openForPerson(ctx, request, association);
  const { digits } = request;
  if (digits === keys.duty) {
    const areaId = await areaOfRequest(ctx, known);
    return areaId
      ? openForArea(ctx, request, association, areaId)
      : plain(ctx, request, areaQuestion(ctx.speech, association.areas, 0));
  }
  if (digits !== keys.repeat && tries + 1 >= mostTries) return openForPerson(ctx, request, association);
  return plain(ctx, request, helpScript(ctx, known, digits === keys.repeat ? tries : tries + 1));
}
