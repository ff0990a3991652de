import { inTransaction } from '../db.ts';
import { spokenNames } from '../directory/actions.ts';
import type { Callback } from '../disclosures/callbacks.ts';
import { sideOf, swapById, tellSwap } from '../roster/swaps.ts';
import { plain } from './answer.ts';
import type { VoiceContext, VoiceRequest } from './context.ts';
import { swapWords } from './duty.ts';
import { askKey, hangUp, type Script, say } from './script.ts';
import { menuSeconds, mostTries, paths } from './speech.ts';

/** The first words to a doctor who is rung about a swap; when it is over meanwhile, that. */
export async function swapQuestion(ctx: VoiceContext, callback: Callback, tries: number): Promise<Script> {
  const { prompts } = ctx.speech;
  const swap = await swapById(ctx.db, callback.association_id, callback.swap_id ?? '');
  if (swap?.status !== 'waiting') return [say(prompts.say('duty_swap_over')), hangUp];
  const [giver = '', taker = ''] = await spokenNames(ctx.db, [swap.giver_id, swap.taker_id]);
  const [, month = '', day = ''] = swap.service_date.split('-');
  const about = { month: String(Number(month)), day: String(Number(day)), giver, taker };
  const path = paths.callback(ctx.speech, 'duty', callback.id, tries);
  return [askKey(path, menuSeconds, prompts.say('duty_swap_rung'), prompts.say('duty_swap_ask', about))];
}

/** 1 agreed, 2 declined. Only a key is an answer: a voicemail keys none, and is rung again later. */
export async function swapKeyed(
  ctx: VoiceContext,
  request: VoiceRequest,
  callback: Callback,
  tries: number,
): Promise<string> {
  const { prompts } = ctx.speech;
  const type = keys[request.digits];
  if (!type) {
    if (tries + 1 >= mostTries) return plain(ctx, request, [say(prompts.say('goodbye')), hangUp]);
    return plain(ctx, request, await swapQuestion(ctx, callback, tries + 1));
  }
  const { association_id: associationId, doctor_id: doctorId, swap_id: swapId } = callback;
  const said = await inTransaction(ctx.db, async (tx) => {
    const swap = await swapById(tx, associationId, swapId ?? '');
    const side = swap && doctorId && sideOf(swap, doctorId);
    if (!side) return null;
    return tellSwap(tx, ctx, { associationId, swapId: swap.id, by: doctorId, cause: 'voice' }, { type, side });
  });
  const words = said && 'status' in said ? swapWords[said.status] : 'duty_swap_over';
  return plain(ctx, request, [say(prompts.say(words)), hangUp]);
}

const keys: Readonly<Record<string, 'confirm' | 'decline'>> = { '1': 'confirm', '2': 'decline' };
