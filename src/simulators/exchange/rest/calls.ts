import type { Request } from 'express';
import { wholeSecond } from '../dates.ts';
import { Refusal } from '../errors.ts';
import { performCall } from '../interpreter.ts';
import { createCall, endCall, queueCall } from '../lifecycle.ts';
import { reachOwnNumber } from '../own-number.ts';
import { type Call, isEnded, type Network, type VoiceUrls } from '../state.ts';
import * as form from './form.ts';
import { isVisible, notFound, pathPart } from './operation.ts';
import { pageOf } from './paging.ts';
import { callResource } from './resources.ts';

/** `Calls`: https://www.twilio.com/docs/voice/api/call-resource */

const longestTwiml = 4000;
const statuses = ['queued', 'ringing', 'in-progress', 'completed', 'busy', 'failed', 'no-answer', 'canceled'] as const;

/** Checks the two ends of a new call or participant. */
export function endsOf(network: Network, fields: Record<string, unknown>): { from: string; to: string } {
  const to = form.text(fields, 'To');
  const from = form.text(fields, 'From');
  if (to === undefined) throw new Refusal('toMissing');
  if (from === undefined) throw new Refusal('fromMissing');
  if (!form.isE164(from)) throw new Refusal('fromInvalid', from);
  if (!network.numbers.has(from)) throw new Refusal('fromNotVerified', from);
  if (!form.isE164(to)) throw new Refusal('toInvalid', to);
  return { from, to };
}

function voiceOf(fields: Record<string, unknown>): VoiceUrls {
  const twiml = form.text(fields, 'Twiml') ?? null;
  const url = form.url(fields, 'Url', 'urlInvalid') ?? null;
  if (!url && !twiml) throw new Refusal('urlInvalid', 'give Url or Twiml');
  if (twiml && twiml.length > longestTwiml)
    throw new Refusal('invalidParameter', `Twiml is longer than ${longestTwiml} characters`);
  return {
    url,
    method: form.method(fields, 'Method'),
    twiml: url ? null : twiml,
    fallbackUrl: form.url(fields, 'FallbackUrl', 'urlInvalid') ?? null,
    fallbackMethod: form.method(fields, 'FallbackMethod'),
  };
}

export function createCallResource(network: Network, request: Request): unknown {
  const fields = form.bodyOf(request);
  const { from, to } = endsOf(network, fields);
  const voice = voiceOf(fields);
  const call = createCall(network, {
    direction: 'outbound-api',
    from,
    to,
    voice,
    reports: form.callReports(fields),
    timeoutSeconds: form.integer(fields, 'Timeout', 1, 600),
    timeLimitSeconds: form.integer(fields, 'TimeLimit', 1, 86_400),
    machineDetection: form.oneOf(fields, 'MachineDetection', ['Enable', 'DetectMessageEnd']) ?? null,
  });
  call.whenAnswered = () =>
    performCall(network, call, { url: voice.url ?? '', method: voice.method, twiml: voice.twiml });
  if (network.numbers.has(to)) call.whenDialled = () => reachOwnNumber(network, call);
  network.work.soon(() => queueCall(network, call));
  return callResource(network, call);
}

function find(network: Network, request: Request): Call {
  const call = network.calls.get(pathPart(request, 'sid'));
  if (!call) throw notFound(request);
  return call;
}

export function fetchCallResource(network: Network, request: Request): unknown {
  const call = find(network, request);
  if (!isVisible(network, call)) throw notFound(request);
  return callResource(network, call);
}

export function updateCallResource(network: Network, request: Request): unknown {
  const call = find(network, request);
  const fields = form.bodyOf(request);
  const status = form.oneOf(fields, 'Status', ['canceled', 'completed']);
  if (isEnded(call)) throw new Refusal('callNotInProgress');
  if (status === 'canceled') {
    if (call.state === 'in-progress')
      throw new Refusal('callNotInProgress', 'only a queued or ringing call is canceled');
    endCall(network, call, 'canceled', 'api', 487);
  } else if (status === 'completed') {
    if (call.state === 'in-progress') endCall(network, call, 'completed', 'api');
    else endCall(network, call, 'canceled', 'api', 487);
  } else if (form.text(fields, 'Url') || form.text(fields, 'Twiml')) redirect(network, call, fields);
  else throw new Refusal('urlInvalid', 'give Url, Twiml or Status');
  return callResource(network, call);
}

function redirect(network: Network, call: Call, fields: Record<string, unknown>): void {
  if (call.state !== 'in-progress') throw new Refusal('callNotInProgress');
  const voice = voiceOf(fields);
  call.voice = {
    ...voice,
    fallbackUrl: voice.fallbackUrl ?? call.voice.fallbackUrl,
    fallbackMethod: voice.fallbackUrl ? voice.fallbackMethod : call.voice.fallbackMethod,
  };
  const reports = form.callReports(fields);
  if (reports) call.reports = { ...reports, sequence: call.reports?.sequence ?? 0 };
  network.work.soon(() =>
    performCall(network, call, { url: voice.url ?? '', method: voice.method, twiml: voice.twiml }),
  );
}

export function deleteCallResource(network: Network, request: Request): void {
  const call = find(network, request);
  if (!isEnded(call)) throw new Refusal('invalidParameter', 'a call that has not ended cannot be deleted');
  network.calls.delete(call.sid);
}

export function listCallResources(network: Network, request: Request): unknown {
  const query = request.query as Record<string, unknown>;
  const to = form.text(query, 'To');
  const from = form.text(query, 'From');
  const parent = form.text(query, 'ParentCallSid');
  const status = form.oneOf(query, 'Status', statuses);
  const started = range(query, 'StartTime');
  const ended = range(query, 'EndTime');
  // By the phone's own list when one is asked for: settling an unclear attempt must not cost a walk over all calls.
  const pool = (to !== undefined && network.callsOfPhone.get(to)) || network.calls.values();
  const found: Call[] = [];
  for (const call of pool) {
    if (to !== undefined && call.to !== to) continue;
    if (from !== undefined && call.from !== from) continue;
    if (parent !== undefined && call.parentSid !== parent) continue;
    if (status !== undefined && call.state !== status) continue;
    // A call still queued has no start time; it is found by when it was asked for.
    if (!started(call.startedAt ?? call.createdAt) || !ended(call.endedAt)) continue;
    if (network.calls.has(call.sid) && isVisible(network, call)) found.push(call);
  }
  return pageOf(request, 'calls', found.reverse(), (call) => callResource(network, call));
}

/** `StartTime`, `StartTime<`, `StartTime>`: whole seconds, ends included; a date alone means that day. */
export function range(query: Record<string, unknown>, name: string): (at: Date | null) => boolean {
  const bound = (suffix: string): number | undefined => {
    const value = form.text(query, name + suffix);
    if (value === undefined) return undefined;
    const at = Date.parse(value);
    if (Number.isNaN(at)) throw new Refusal('invalidParameter', `${name}${suffix} "${value}" is not a date`);
    return at;
  };
  const day = form.text(query, name)?.length === 10;
  const exact = bound('');
  const least = bound('>');
  const most = bound('<');
  return (at) => {
    if (exact === undefined && least === undefined && most === undefined) return true;
    if (!at) return false;
    const second = wholeSecond(at);
    if (exact !== undefined && (day ? second < exact || second >= exact + 86_400_000 : second !== exact)) return false;
    return (least === undefined || second >= least) && (most === undefined || second <= most);
  };
}
