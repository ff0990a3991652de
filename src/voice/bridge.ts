/**
 * A line of one carrier led into the conference at the other: it dials a SIP address there that holds the id of its leg (or, for a
 * caller, of his case), and what arrives is put into the conference in its place. The id is unguessable, the address is closed to
 * everybody but the other carrier, and it opens nothing but a conversation that this very leg has accepted.
 */
import { carrierOf } from '../carriers/carrier.ts';
import { advance, readCase } from '../escalations/actions.ts';
import { isOver } from '../escalations/command.ts';
import { meetingCarrier } from '../escalations/meeting.ts';
import { isLive, type UrgentCall } from '../escalations/urgent-call.ts';
import { plain, tellCase } from './answer.ts';
import { callerConfer } from './caller-scripts.ts';
import type { CarrierCall, VoiceContext, VoiceRequest } from './context.ts';
import type { Readers } from './gate.ts';
import { legConfer } from './leg-scripts.ts';
import { type Confer, hangUp, type Script } from './script.ts';
import { paths } from './speech.ts';

const carrier = { actor: 'carrier', cause: 'bridge' } as const;

/** `sip:<leg or case>@…`, as the carrier gives what was dialled. */
const dialled = /^(?:sips?:)?((?:lg|uc)_[0-9a-z]{26})@/;

interface Arrival {
  call: UrgentCall;
  /** The line that is led in, by the id that the case knows. */
  callId: string;
  confer: Confer;
}

/** Null: nothing that may be joined now. */
async function arrivalOf(ctx: VoiceContext, line: CarrierCall): Promise<Arrival | null> {
  const id = dialled.exec(line.to)?.[1];
  if (id === undefined) return null;
  const isLeg = id.startsWith('lg_');
  const caseId = isLeg ? (await ctx.legOf(id))?.case_id : id;
  const call = caseId === undefined ? null : await readCase(ctx, caseId);
  if (!call || call.status === 'closed') return null;
  const leg = call.legs[id];
  const isMember = isLeg ? leg !== undefined && isLive(leg) && leg.status === 'accepted' : call.caller.callId !== null;
  const callId = isLeg ? leg?.callId : call.caller.callId;
  if (!isMember || !callId || carrierOf(callId) === carrierOf(line.callId)) return null;
  return { call, callId, confer: leg ? legConfer(ctx.speech, call, leg) : callerConfer(ctx.speech, call) };
}

/** What was dialled has come: into the conference with it, in the place of the line that dialled. */
export async function bridgeArrives(ctx: VoiceContext, request: VoiceRequest): Promise<string> {
  const arrival = await arrivalOf(ctx, request.call);
  if (!arrival || meetingCarrier(arrival.call) !== carrierOf(request.call.callId)) return plain(ctx, request, [hangUp]);
  const { call, callId, confer } = arrival;
  return tellCase(ctx, request, call.id, { type: 'line_joined', callId }, carrier, () => arrived(confer));
}

// Its * is heard by the carrier that dialled, and whatever comes after is said on the line itself: here it only ends.
const arrived = (confer: Confer): Script => [{ ...confer, starLeaves: false, afterPath: paths.bridgeOver }];

/** It is down: the line it stood for is out of the conference, if nobody has said so yet. */
export async function bridgeStatus(
  ctx: VoiceContext,
  report: NonNullable<ReturnType<Readers['status']>>,
): Promise<void> {
  if (!isOver(report.status)) return;
  const arrival = await arrivalOf(ctx, report.call);
  if (!arrival) return;
  const receiptKey = `${report.call.callId}:bridge:${report.sequence}:${report.status}`;
  const command = { type: 'line_left_conference', callId: arrival.callId } as const;
  await advance(ctx, arrival.call.id, command, carrier, { receiptKey, reply: async () => '' });
}
