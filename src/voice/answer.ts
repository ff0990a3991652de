import type { Sql } from '../db.ts';
import { areaName, bedWish, relationOf, spokenName } from '../directory/actions.ts';
import { advance, type Cause } from '../escalations/actions.ts';
import type { Command } from '../escalations/react.ts';
import type { Leg, UrgentCall } from '../escalations/urgent-call.ts';
import { answerOnce } from '../http/receipts.ts';
import type { VoiceContext, VoiceRequest } from './context.ts';
import type { LegWords } from './leg-scripts.ts';
import { hangUp, type Script, say } from './script.ts';

/** Answers a webhook that changes no case. */
export const plain = (ctx: VoiceContext, request: VoiceRequest, script: Script): Promise<string> =>
  answerOnce(ctx.db, request.receiptKey, ctx.clock.now(), ctx.render(script));

/** Tells the case what happened and answers with what it makes of it, in one transaction with the receipt. */
export async function tellCase(
  ctx: VoiceContext,
  request: VoiceRequest,
  caseId: string,
  command: Command,
  cause: Cause,
  script: (call: UrgentCall, refused: string | null, sql: Sql) => Script | Promise<Script>,
): Promise<string> {
  const advanced = await advance(ctx, caseId, command, cause, {
    receiptKey: request.receiptKey,
    reply: async (call, refused, sql) => ctx.render(await script(call, refused, sql)),
  });
  return advanced?.reply ?? ctx.render([say(ctx.speech.prompts.say('case_over')), hangUp]);
}

/** What a leg's words need beside the case. */
export async function wordsFor(sql: Sql, call: UrgentCall, leg: Leg): Promise<LegWords> {
  const isDoctor = leg.role === 'doctor' && !leg.isReturn;
  const isOther = call.acceptance !== null && call.acceptance.subjectId !== leg.subjectId;
  // Asked together, while the case is locked: one round trip.
  const [area, relation, wish, acceptedBy] = await Promise.all([
    isDoctor && call.areaId ? areaName(sql, call.areaId) : '',
    isDoctor && call.patientId ? relationOf(sql, call.patientId, leg.subjectId) : ('no_card' as const),
    leg.role === 'hospital' && call.patientId ? bedWish(sql, call.patientId) : null,
    isOther && call.acceptance ? spokenName(sql, call.acceptance.subjectId) : '',
  ]);
  return { area, relation, bed: wish?.bed_type ?? 'general', needs: wish?.needs ?? [], acceptedBy };
}
