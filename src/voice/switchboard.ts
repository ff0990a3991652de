/** Which address of ours does what when a telephone asks: paths, and the actions behind them. No signature, no HTTP (webhooks.ts). */
import type { Association } from '../directory/actions.ts';
import type { Leg } from '../escalations/urgent-call.ts';
import { idPattern } from '../lib/ids.ts';
import { announcement } from './announcements.ts';
import { bridgeArrives, bridgeStatus } from './bridge.ts';
import * as caller from './caller.ts';
import type { CarrierCall, VoiceContext, VoiceRequest } from './context.ts';
import { deskCode, deskPin, deskStep } from './desk.ts';
import { dutyAfter, dutyCode, dutySwap } from './duty.ts';
import { fallbackScript, type LastResort } from './fallback.ts';
import type { Readers } from './gate.ts';
import * as legs from './legs.ts';
import { openRecords, recordStep } from './records.ts';
import { callbackAnswer, callbackStatus, callbackStep } from './records-callback.ts';
import { conferenceReport, inboundStatus, legStatus } from './reports.ts';
import { hangUp, say } from './script.ts';
import { callbackSteps, type DeskStep, recordSteps } from './speech.ts';
import { watchKeyed } from './watch.ts';

export type Params = Readonly<Record<string, string>>;

/** A webhook that brings keys (or none) on a call, with the association of the number it runs under. */
type CallHandler = (
  ctx: VoiceContext,
  request: VoiceRequest,
  params: Params,
  association: Association,
) => Promise<string>;
type CaseHandler = (ctx: VoiceContext, request: VoiceRequest, caseId: string) => Promise<string>;
type LegHandler = (
  ctx: VoiceContext,
  request: VoiceRequest,
  at: legs.LegAddress,
  tries: number,
  role: Leg['role'],
) => Promise<string>;

const tries = (params: Params): number => Number(params.tries ?? 0);

/** Every question of the menus: path → what its keys do. The last part of a path is the question's nonce. */
const questions: Readonly<Record<string, CallHandler>> = {
  '/inbound': (ctx, request, _params, association) => caller.inbound(ctx, request, association),
  '/menu/:tries/:nonce': (ctx, request, params, association) =>
    caller.menuKey(ctx, request, association, tries(params)),
  '/card/:tries/:nonce': (ctx, request, params, association) =>
    caller.cardKeys(ctx, request, association, tries(params)),
  '/area/:tries/:nonce': (ctx, request, params, association) =>
    caller.areaKey(ctx, request, association, tries(params)),
  '/records/open/:nonce': (ctx, request, _params, association) => openRecords(ctx, request, association),
  ...recordRoutes(),
  '/duty/after/:doctorId/:tries/:nonce': (ctx, request, params, association) =>
    dutyAfter(ctx, request, association, params.doctorId ?? '', tries(params)),
  '/duty/swap/:swapId/:doctorId/:tries/:nonce': (ctx, request, params, association) =>
    dutySwap(ctx, request, association, params.swapId ?? '', params.doctorId ?? '', tries(params)),
  '/duty/:tries/:nonce': (ctx, request, params, association) => dutyCode(ctx, request, association, tries(params)),
  '/watch/:roundId/:nonce': (ctx, request, params) => watchKeyed(ctx, request, params.roundId ?? ''),
  '/desk/code/:tries/:nonce': (ctx, request, params, association) => deskCode(ctx, request, association, tries(params)),
  '/desk/pin/:code/:tries/:nonce': (ctx, request, params, association) =>
    deskPin(ctx, request, association, params.code ?? '', tries(params)),
  ...deskRoutes(),
};

function recordRoutes(): Record<string, CallHandler> {
  const steps = recordSteps.map((step): [string, CallHandler] => [
    `/records/${step}/:requestId/:tries/:nonce`,
    (ctx, request, params, association) =>
      recordStep(ctx, request, association, step, params.requestId ?? '', tries(params)),
  ]);
  const callback = callbackSteps.map((step): [string, CallHandler] => [
    `/callback/:callbackId/${step}/:tries/:nonce`,
    (ctx, request, params, association) =>
      callbackStep(ctx, request, association, step, params.callbackId ?? '', tries(params)),
  ]);
  const answer: CallHandler = (ctx, request, params) => callbackAnswer(ctx, request, params.callbackId ?? '');
  return Object.fromEntries([...steps, ...callback, ['/callback/:callbackId/answer', answer]]);
}

function deskRoutes(): Record<string, CallHandler> {
  const steps: DeskStep[] = ['type', 'count', 'acceptance', 'confirm', 'more', 'fax'];
  return Object.fromEntries(
    steps.map((step): [string, CallHandler] => [
      `/desk/${step}/:sessionId/:tries/:nonce`,
      (ctx, request, params, association) =>
        deskStep(ctx, request, association, step, params.sessionId ?? '', tries(params)),
    ]),
  );
}

/** The caller's side of a case. */
const caseRoutes: Readonly<Record<string, CaseHandler>> = {
  'choice/:nonce': caller.choiceKey,
  'after/:nonce': caller.callerAfter,
  'now/:nonce': caller.callerNow,
  'wait/:nonce': caller.callerWaits,
  'again/:nonce': caller.callerAgain,
  'message/:nonce': caller.messageLeft,
};

/** The side of a phone that Kamome rang. */
const legRoutes: Readonly<Record<string, LegHandler>> = {
  answer: legs.legAnswered,
  'now/:nonce': legs.legNow,
  'wait/:nonce': legs.legWaits,
  'after/:nonce': legs.legAfter,
  'secret/:nonce': legs.legSecret,
  'key/:tries/:nonce': (ctx, request, at, count, role) => legs.legKey(ctx, request, at, role, count),
  'minutes/:tries/:nonce': legs.legMinutes,
  'menu/:tries/:nonce': legs.legMenu,
  'outcome/:tries/:nonce': legs.legOutcome,
  'visit/:tries/:nonce': legs.legVisit,
};

/** What is asked at one address. `read` gives what the carrier says, `url` is the address as it was asked. Null: the shape was wrong. */
export interface VoiceRoute {
  path: string;
  handle(read: Readers, params: Params, url: string): Promise<string | null>;
}

/** Every address under `/voice`; the first that fits counts. */
export function voiceRoutes(ctx: VoiceContext, lastResort: LastResort): VoiceRoute[] {
  const routes: VoiceRoute[] = [];
  const on = (path: string, handle: VoiceRoute['handle']): void => void routes.push({ path, handle });

  const requestOf = (read: Readers, url: string): VoiceRequest | null => {
    const form = read.keys();
    return form && { ...form, receiptKey: `${form.call.callId}:${url}` };
  };
  const over = (): string => ctx.render([say(ctx.speech.prompts.say('case_over')), hangUp]);

  // The router tries one after another: what comes most often (a rung phone's reports and keys) stands first.
  on('/leg/:legId/status', async (read, params) => {
    const report = read.status();
    if (!report || !isId(params.legId)) return null;
    const leg = await ctx.legOf(params.legId);
    if (leg) await legStatus(ctx, { caseId: leg.case_id, legId: params.legId }, report);
    return '';
  });
  on('/status', async (read) => {
    const report = read.status();
    if (!report) return null;
    await inboundStatus(ctx, report);
    return '';
  });
  for (const [path, handle] of Object.entries(legRoutes))
    on(`/leg/:legId/${path}`, async (read, params, url) => {
      const request = requestOf(read, url);
      const { legId } = params;
      if (!request || !isId(legId)) return null;
      const leg = await ctx.legOf(legId);
      if (!leg) return over();
      if (request.digits === '0' && path.startsWith('key')) {
        // 0 reaches a person on every phone: this one is not put to the question again, and a person is rung for it.
        const association = await ctx.associationOf(request.call.from);
        await legs.legAsksForPerson(ctx, { caseId: leg.case_id, legId });
        if (association) return caller.openForPerson(ctx, request, association);
      }
      return handle(ctx, request, { caseId: leg.case_id, legId }, tries(params), leg.role);
    });

  on('/callback/:callbackId/status', async (read, params) => {
    const report = read.status();
    if (!report || !isId(params.callbackId)) return null;
    await callbackStatus(ctx, params.callbackId, report);
    return '';
  });
  on('/case/:caseId/conference', async (read, params) => {
    const report = read.conference();
    if (!report || !isId(params.caseId)) return null;
    await conferenceReport(ctx, params.caseId, report);
    return '';
  });
  on('/case/:caseId/announce/:what', async (_read, params) => {
    if (!isId(params.caseId)) return null;
    const script = await announcement(ctx, params.caseId, params.what ?? '');
    return script && ctx.render(script);
  });
  for (const [path, handle] of Object.entries(caseRoutes))
    on(`/case/:caseId/${path}`, async (read, params, url) => {
      const request = requestOf(read, url);
      if (!request || !isId(params.caseId)) return null;
      return handle(ctx, request, params.caseId);
    });

  for (const [path, handle] of Object.entries(questions))
    on(path, async (read, params, url) => {
      const request = requestOf(read, url);
      if (!request) return null;
      const association = await ctx.associationOf(ourNumber(request.call));
      if (!association) return ctx.render([say(ctx.speech.prompts.say('unknown_number')), hangUp]);
      return handle(ctx, request, params, association);
    });

  on('/bridge', async (read, _params, url) => {
    const request = requestOf(read, url);
    return request && bridgeArrives(ctx, request);
  });
  on('/bridge/status', async (read) => {
    const report = read.status();
    if (!report) return null;
    await bridgeStatus(ctx, report);
    return '';
  });
  on('/bridge/over', async () => ctx.render([hangUp]));
  on('/fallback', async (read) => {
    const call = read.call();
    if (!call) return null;
    ctx.log.error('fallback_asked', {});
    return ctx.render(fallbackScript(ctx.speech.prompts, lastResort, call));
  });
  return routes;
}

/** The number of ours that a call runs under: dialled by the caller, or shown to the one we rang. */
const ourNumber = (call: CarrierCall): string => (call.isInbound ? call.to : call.from);

const isId = (text: string | undefined): text is string => text !== undefined && idPattern.test(text);
