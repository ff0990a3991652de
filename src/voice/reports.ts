import { endOfCall } from '../disclosures/actions.ts';
import { advance, announceCaseConference, caseOfCallerCall } from '../escalations/actions.ts';
import { type CarrierStatus, type Command, isOver } from '../escalations/command.ts';
import { answerOnce } from '../http/receipts.ts';
import { noteReported } from '../watch/actions.ts';
import type { CarrierCall, VoiceContext } from './context.ts';
import type { ConferenceEvent } from './gate.ts';
import type { LegAddress } from './legs.ts';

const carrier = { actor: 'carrier', cause: 'status' } as const;

/** Status callback of a leg: ringing, picked up, ended. May come late, twice, out of order. */
export async function legStatus(
  ctx: VoiceContext,
  at: LegAddress,
  report: { call: CarrierCall; status: CarrierStatus; sequence: string },
): Promise<void> {
  const { call, status, sequence } = report;
  const receiptKey = `${call.callId}:leg-status:${sequence}:${status}`;
  const command: Command = { type: 'leg_progress', legId: at.legId, callId: call.callId, status };
  await advance(ctx, at.caseId, command, carrier, { receiptKey, reply: async () => '' });
  // Whoever was rung and pressed 0 is now the caller of a case of his own.
  const ownCase = isOver(status) ? await caseOfCallerCall(ctx, call.callId) : null;
  if (ownCase && ownCase !== at.caseId)
    await advance(ctx, ownCase, { type: 'caller_left', callId: call.callId }, carrier);
}

/** Status callback of a call that came in: only its end matters, and only if it is the caller of a case. */
export async function inboundStatus(
  ctx: VoiceContext,
  report: { call: CarrierCall; status: CarrierStatus; sequence: string },
): Promise<void> {
  const { call, status, sequence } = report;
  const receiptKey = `${call.callId}:status:${sequence}:${status}`;
  const caseId = isOver(status) ? await caseOfCallerCall(ctx, call.callId) : null;
  if (isOver(status)) await endOfCall(ctx, call.callId);
  if (!caseId) {
    if (isOver(status)) await noteReported(ctx.db, call.callId, ctx.clock.now());
    await answerOnce(ctx.db, receiptKey, ctx.clock.now(), '');
    return;
  }
  const command: Command = { type: 'caller_left', callId: call.callId };
  await advance(ctx, caseId, command, carrier, { receiptKey, reply: async () => '' });
}

/** Who is in the conference. The start tells the carrier's id of it, which announcements need. */
export async function conferenceReport(ctx: VoiceContext, caseId: string, report: ConferenceEvent): Promise<void> {
  if (report.name !== caseId) return;
  const { conferenceId, event, callId, sequence } = report;
  const receiptKey = `${conferenceId}:${sequence}:${event}:${callId ?? ''}`;
  if (event === 'start' || event === 'end') {
    await announceCaseConference(ctx, caseId, conferenceId, event === 'start');
    await answerOnce(ctx.db, receiptKey, ctx.clock.now(), '');
    return;
  }
  if (callId === null || event === 'other') return;
  const command: Command = { type: event === 'join' ? 'line_joined' : 'line_left_conference', callId };
  const cause = { actor: 'carrier', cause: 'conference' };
  await advance(ctx, caseId, command, cause, { receiptKey, reply: async () => '' });
}
