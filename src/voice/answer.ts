import type { Sql } from '../db.ts';
import { bedWish, spokenName } from '../directory/actions.ts';
import { advance } from '../escalations/actions.ts';
import type { Command } from '../escalations/command.ts';
import type { Cause } from '../escalations/context.ts';
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
export async function wordsFor(ctx: VoiceContext, sql: Sql, call: UrgentCall, leg: Leg): Promise<LegWords> {
  const isDoctor = leg.role === 'doctor' && !leg.isReturn;
  const isOther = call.acceptance !== null && call.acceptance.subjectId !== leg.subjectId;
  const { areaId, patientId } = call;
  const [doctors, wish, acceptedBy] = await Promise.all([
    isDoctor ? ctx.doctorsWords({ areaId, patientId, doctorId: leg.subjectId }) : null,
    leg.role === 'hospital' && patientId ? bedWish(sql, patientId) : null,
    isOther && call.acceptance ? spokenName(sql, call.acceptance.subjectId) : '',
  ]);
  const { area, relation } = doctors ?? { area: '', relation: 'no_card' as const };
  return { area, relation, bed: wish?.bed_type ?? 'general', needs: wish?.needs ?? [], acceptedBy };
}
