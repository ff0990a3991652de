import type { Association } from '../directory/actions.ts';
import { tellRequest } from '../disclosures/actions.ts';
import { type Callback, callbackAnswered, callbackReported, readCallback } from '../disclosures/callbacks.ts';
import { spokenContent } from '../disclosures/reading.ts';
import type { CarrierStatus } from '../escalations/command.ts';
import { alarmKeyed, alarmQuestion } from './alarm-call.ts';
import { plain } from './answer.ts';
import { openForPerson } from './caller.ts';
import type { CarrierCall, VoiceContext, VoiceRequest } from './context.ts';
import { spokenRecord } from './records-speech.ts';
import { rollCallKeyed, rollCallQuestion } from './roll-call.ts';
import { askKey, askNumber, hangUp, type Script, say, wordsBefore } from './script.ts';
import { type CallbackStep, menuSeconds, mostTries, paths } from './speech.ts';
import { swapKeyed, swapQuestion } from './swap-call.ts';
import { watchKeys } from './watch.ts';

/**
 * A doctor's registered telephone that Kamome rang. Whoever picks up, or whatever records it, hears no word about a patient
 * before the PIN.
 */
export async function callbackAnswer(ctx: VoiceContext, request: VoiceRequest, callbackId: string): Promise<string> {
  const callback = await callbackAnswered(ctx, callbackId, request.call.callId);
  if (!callback || callback.status === 'ended') return plain(ctx, request, over(ctx));
  return plain(ctx, request, await firstWords(ctx, callback));
}

const firstWords = async (ctx: VoiceContext, callback: Callback): Promise<Script> => {
  if (callback.roll_call_id) return rollCallQuestion(ctx, callback, 0);
  if (callback.swap_id) return swapQuestion(ctx, callback, 0);
  if (callback.watch_round_id) return watchKeys(callback.watch_round_id);
  if (callback.purpose === 'alarm') return alarmQuestion(ctx, callback, 0);
  return callback.purpose === 'spoken' ? pinQuestion(ctx, callback.id, 0) : notDelivered(ctx, callback.id, 0);
};

export async function callbackStatus(
  ctx: VoiceContext,
  callbackId: string,
  report: { call: CarrierCall; status: CarrierStatus },
): Promise<void> {
  await callbackReported(ctx, callbackId, { callSid: report.call.callId, status: report.status });
}

export async function callbackStep(
  ctx: VoiceContext,
  request: VoiceRequest,
  association: Association,
  step: CallbackStep,
  callbackId: string,
  tries: number,
): Promise<string> {
  const { digits, call } = request;
  const callback = await readCallback(ctx, callbackId);
  if (!callback || callback.call_sid !== call.callId) return plain(ctx, request, over(ctx));
  if (digits === '0') return openForPerson(ctx, request, association);
  if (callback.roll_call_id) return rollCallKeyed(ctx, request, callback, tries);
  if (callback.swap_id) return swapKeyed(ctx, request, callback, tries);
  if (callback.purpose === 'alarm') return alarmKeyed(ctx, request, callback, tries);
  if (callback.purpose === 'not_delivered') {
    if (digits !== '*' || tries + 1 >= mostTries) return plain(ctx, request, over(ctx));
    return plain(ctx, request, notDelivered(ctx, callbackId, tries + 1));
  }
  if (step === 'pin') return pinKeyed(ctx, request, callback, tries);
  // What is spoken is in no receipt: it changes nothing, so a repeated delivery hears it again.
  if (step === 'speak' || (digits === '*' && tries < 9)) return ctx.render(await speak(ctx, callback, tries));
  return plain(ctx, request, [say(ctx.speech.prompts.say('goodbye')), hangUp]);
}

async function pinKeyed(ctx: VoiceContext, request: VoiceRequest, callback: Callback, tries: number): Promise<string> {
  const { prompts } = ctx.speech;
  const { digits } = request;
  if (!/^\d{6,8}$/.test(digits)) {
    // A voicemail keys nothing: three questions, and the line is put down.
    if (tries + 1 >= mostTries) return plain(ctx, request, over(ctx));
    return plain(ctx, request, pinQuestion(ctx, callback.id, tries + 1));
  }
  const about = { requestId: callback.request_id ?? '', callSid: null, line: callback.e164 };
  const told = await tellRequest(
    ctx,
    about,
    { type: 'pin_keyed_at_callback', pin: digits },
    {
      receiptKey: request.receiptKey,
      reply: (next) => {
        if (next.status === 'released')
          return ctx.render([{ verb: 'goto', path: paths.callback(ctx.speech, 'speak', callback.id, 0) }]);
        if (next.status === 'calling_back')
          return ctx.render(wordsBefore(prompts.say('records_pin_wrong'), pinQuestion(ctx, callback.id, tries)));
        // Locked, or three times wrong: no record, but people.
        const words = prompts.say(next.status === 'locked' ? 'records_locked' : 'records_refused');
        const path = paths.callback(ctx.speech, 'after', callback.id, 9);
        return ctx.render([askKey(path, menuSeconds, words, prompts.say('records_help_person'))]);
      },
    },
  );
  return told?.reply ?? plain(ctx, request, over(ctx));
}

async function speak(ctx: VoiceContext, callback: Callback, tries: number): Promise<Script> {
  const { prompts } = ctx.speech;
  const opened = await spokenContent(ctx, callback.request_id ?? '');
  if (!opened) return over(ctx);
  const sentences = spokenRecord(opened.content, prompts, { confirmedAt: opened.confirmedAt, at: ctx.clock.now() });
  const path = paths.callback(ctx.speech, 'after', callback.id, tries + 1);
  return [askKey(path, menuSeconds, ...sentences, prompts.say('records_spoken_after'))];
}

const pinQuestion = (ctx: VoiceContext, callbackId: string, tries: number): Script => [
  askNumber(
    paths.callback(ctx.speech, 'pin', callbackId, tries),
    8,
    ctx.speech.prompts.say('records_callback_pin_ask'),
  ),
];

const notDelivered = (ctx: VoiceContext, callbackId: string, tries: number): Script => [
  askKey(
    paths.callback(ctx.speech, 'after', callbackId, tries),
    menuSeconds,
    ctx.speech.prompts.say('records_not_delivered'),
  ),
];

const over = (ctx: VoiceContext): Script => [say(ctx.speech.prompts.say('goodbye')), hangUp];
