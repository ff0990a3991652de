import { associationById } from '../directory/actions.ts';
import type { Callback } from '../disclosures/callbacks.ts';
import { answerRollCall, gapsOfRollCall, tonightOf } from '../roster/calling.ts';
import { plain } from './answer.ts';
import type { VoiceContext, VoiceRequest } from './context.ts';
import { askKey, hangUp, type Script, say } from './script.ts';
import { menuSeconds, mostTries, paths } from './speech.ts';

/** The first words of a call of the roll-call: tonight's doctor is asked, a standby person is told of the gap. */
export async function rollCallQuestion(ctx: VoiceContext, callback: Callback, tries: number): Promise<Script> {
  const { prompts } = ctx.speech;
  const path = paths.callback(ctx.speech, 'duty', callback.id, tries);
  const areaIds = callback.doctor_id
    ? await tonightOf(ctx.db, callback.roll_call_id ?? '', callback.doctor_id)
    : await gapsOfRollCall(ctx.db, callback.roll_call_id ?? '');
  const association = await associationById(ctx.db, callback.association_id);
  const areas = (association?.areas ?? [])
    .filter(({ id }) => areaIds.includes(id))
    .map((area) => area.spoken_name)
    .join('、');
  return [askKey(path, menuSeconds, prompts.say(callback.doctor_id ? 'roll_call_ask' : 'roster_gap', { areas }))];
}

/** 1 I am on, 2 I need a swap; of a gap 1 says that it was heard. Only a key is an answer: a voicemail keys none. */
export async function rollCallKeyed(
  ctx: VoiceContext,
  request: VoiceRequest,
  callback: Callback,
  tries: number,
): Promise<string> {
  const { prompts } = ctx.speech;
  const answer = answers[request.digits];
  const isEnough = callback.doctor_id === null ? request.digits === '1' : answer !== undefined;
  if (!isEnough) {
    if (tries + 1 >= mostTries) return plain(ctx, request, [say(prompts.say('goodbye')), hangUp]);
    return plain(ctx, request, await rollCallQuestion(ctx, callback, tries + 1));
  }
  const { roll_call_id: rollCallId, doctor_id: doctorId } = callback;
  if (rollCallId && doctorId && answer) await answerRollCall(ctx, { rollCallId, doctorId }, answer);
  const words = doctorId === null ? 'goodbye' : answer === 'on' ? 'roll_call_on' : 'roll_call_needs_swap';
  return plain(ctx, request, [say(prompts.say(words)), hangUp]);
}

const answers: Readonly<Record<string, 'on' | 'needs_swap'>> = { '1': 'on', '2': 'needs_swap' };
