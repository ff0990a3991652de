import type { RingingKind } from '../alarms/alarm.ts';
import { alarmsHeard, tellAlarms } from '../alarms/ringing.ts';
import type { Callback } from '../disclosures/callbacks.ts';
import { plain } from './answer.ts';
import type { VoiceContext, VoiceRequest } from './context.ts';
import { askKey, hangUp, type Script, say } from './script.ts';
import { menuSeconds, mostTries, paths } from './speech.ts';

const heard = '1';
/** What each alarm that rings says. */
const sentences: Readonly<Record<RingingKind, string>> = {
  recipient_not_told: 'alarm_recipient_not_told',
  watch_failed: 'alarm_watch_failed',
};

/** A standby person's telephone, rung about alarms: what is wrong, in a sentence each; nothing of a patient. */
export async function alarmQuestion(ctx: VoiceContext, callback: Callback, tries: number): Promise<Script> {
  const { prompts } = ctx.speech;
  const kinds = await tellAlarms(ctx, { associationId: callback.association_id, callbackId: callback.id });
  if (kinds.length === 0) return [say(prompts.say('alarm_over')), hangUp];
  const what = kinds.map((kind) => prompts.say(sentences[kind])).join('');
  return [
    askKey(paths.callback(ctx.speech, 'after', callback.id, tries), menuSeconds, prompts.say('alarm_call', { what })),
  ];
}

/** 1: heard. Anything else, or nothing (a voicemail keys nothing): said again, three times in all. */
export async function alarmKeyed(
  ctx: VoiceContext,
  request: VoiceRequest,
  callback: Callback,
  tries: number,
): Promise<string> {
  const { prompts } = ctx.speech;
  if (request.digits === heard) {
    await alarmsHeard(ctx, { associationId: callback.association_id, callbackId: callback.id, e164: callback.e164 });
    return plain(ctx, request, [say(prompts.say('alarm_heard')), hangUp]);
  }
  if (tries + 1 >= mostTries) return plain(ctx, request, [say(prompts.say('goodbye')), hangUp]);
  return plain(ctx, request, await alarmQuestion(ctx, callback, tries + 1));
}
