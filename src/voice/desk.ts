import { bedTypesOf, confirmOffer, draftOffer, openDesk } from '../beds/actions.ts';
import { type Acceptance, bedTypes } from '../beds/beds.ts';
import { inTransaction } from '../db.ts';
import type { Association } from '../directory/actions.ts';
import { spokenName } from '../directory/actions.ts';
import { isUnderTest } from '../fax/actions.ts';
import { plain } from './answer.ts';
import { openForPerson } from './caller.ts';
import type { VoiceContext, VoiceRequest } from './context.ts';
import { isTestCode, keyTestCode } from './fax-codes.ts';
import { askKey, askNumber, hangUp, type Script, say } from './script.ts';
import { type DeskStep, menuSeconds, mostTries, paths } from './speech.ts';

/**
 * A hospital's bed desk (病床連絡): code # PIN # type, count #, ○△×, read back, 1. Twenty seconds. While a test page of its fax is out,
 * 9 in place of a type takes the page's code.
 */
const faxKey = '9';
const acceptances: Readonly<Record<string, Acceptance>> = { '1': 'open', '2': 'consult', '3': 'closed' };

export async function deskCode(
  ctx: VoiceContext,
  request: VoiceRequest,
  association: Association,
  tries: number,
): Promise<string> {
  const { speech } = ctx;
  if (request.digits === '0') return openForPerson(ctx, request, association);
  if (/^[0-9]{3,6}$/.test(request.digits))
    return plain(ctx, request, [
      askNumber(paths.deskPin(speech, request.digits, tries), 8, speech.prompts.say('desk_pin_ask')),
    ]);
  if (request.digits !== '*' && tries + 1 >= mostTries) return openForPerson(ctx, request, association);
  const next = request.digits === '*' ? tries : tries + 1;
  return plain(ctx, request, [askNumber(paths.deskCode(speech, next), 6, speech.prompts.say('desk_code_ask'))]);
}

export async function deskPin(
  ctx: VoiceContext,
  request: VoiceRequest,
  association: Association,
  code: string,
  tries: number,
): Promise<string> {
  const { speech } = ctx;
  const { prompts } = speech;
  const { call, digits: pin } = request;
  if (pin === '0') return openForPerson(ctx, request, association);
  const at = ctx.clock.now();
  const sessionId = ctx.ids.next('bd');
  const line = call.fromNumber ?? 'withheld';
  const entry = { associationId: association.id, code, pin, line, callSid: call.callId, sessionId, at };
  const opened = await openDesk(ctx.db, entry);
  if (opened.outcome === 'locked') {
    ctx.log.warn('desk_locked', {});
    // Rule 6: only the update is locked. The person who rang still reaches a person.
    return openForPerson(ctx, request, association);
  }
  if (opened.outcome === 'wrong') {
    if (tries + 1 >= mostTries) return openForPerson(ctx, request, association);
    return plain(ctx, request, [askNumber(paths.deskCode(speech, tries + 1), 6, prompts.say('desk_wrong'))]);
  }
  return plain(ctx, request, await typeQuestion(ctx, opened.hospitalId, sessionId, 0));
}

async function typeQuestion(ctx: VoiceContext, hospitalId: string, sessionId: string, tries: number): Promise<Script> {
  const { prompts } = ctx.speech;
  const types = await bedTypesOf(ctx.db, hospitalId);
  const list = types
    .map(({ bed_type }, index) =>
      prompts.say('desk_type_item', { bed: prompts.say(`bed_${bed_type}`), key: index + 1 }),
    )
    .join('、');
  const owner = { kind: 'hospital', id: hospitalId } as const;
  const fax = (await isUnderTest(ctx.db, owner, ctx.clock.now()))
    ? [prompts.say('desk_fax_item', { key: faxKey })]
    : [];
  const name = await spokenName(ctx.db, hospitalId);
  const words = prompts.say('desk_type_ask', { name, types: list });
  return [askKey(paths.desk(ctx.speech, 'type', sessionId, tries), menuSeconds, words, ...fax)];
}

/** Any step after the PIN. The session belongs to this very call; another call's session is answered with a farewell. */
export async function deskStep(
  ctx: VoiceContext,
  request: VoiceRequest,
  association: Association,
  step: DeskStep,
  sessionId: string,
  tries: number,
): Promise<string> {
  const { call, digits } = request;
  const own = { id: sessionId, callSid: call.callId };
  const session = await inTransaction(ctx.db, (tx) => draftOffer(tx, own, {}));
  if (!session) return plain(ctx, request, [say(ctx.speech.prompts.say('case_over')), hangUp]);
  if (digits === '0' && step !== 'count') return openForPerson(ctx, request, association);
  if (step === 'fax' && isTestCode(digits))
    return keyTestCode(ctx, request, association, {
      ...{ owners: [{ kind: 'hospital', id: session.hospital_id }], tries },
      whenRight: await typeQuestion(ctx, session.hospital_id, sessionId, 0),
      whenWrong: faxQuestion(ctx, sessionId, tries + 1),
    });
  if (digits !== '*' && tries + 1 >= mostTries && !isUsable(step, digits))
    return openForPerson(ctx, request, association);
  const asked: Asked = { ctx, own, hospitalId: session.hospital_id, digits, tries: digits === '*' ? tries : tries + 1 };
  return plain(ctx, request, await steps[step](asked));
}

interface Asked {
  ctx: VoiceContext;
  own: { id: string; callSid: string };
  hospitalId: string;
  digits: string;
  /** What a re-asked question carries. */
  tries: number;
}

const isUsable = (step: DeskStep, digits: string): boolean =>
  step === 'count' ? /^[0-9]{1,3}$/.test(digits) : /^[1-9]$/.test(digits);

const steps: Readonly<Record<DeskStep, (asked: Asked) => Promise<Script>>> = {
  async type({ ctx, own, hospitalId, digits, tries }) {
    const types = await bedTypesOf(ctx.db, hospitalId);
    if (digits === faxKey && (await isUnderTest(ctx.db, { kind: 'hospital', id: hospitalId }, ctx.clock.now())))
      return faxQuestion(ctx, own.id, 0);
    const chosen = types[Number(digits) - 1];
    if (!chosen) return typeQuestion(ctx, hospitalId, own.id, tries);
    await inTransaction(ctx.db, (tx) => draftOffer(tx, own, { bedType: chosen.bed_type }));
    return [askNumber(paths.desk(ctx.speech, 'count', own.id, 0), 3, ctx.speech.prompts.say('desk_count_ask'))];
  },
  async count({ ctx, own, hospitalId, digits, tries }) {
    const { speech } = ctx;
    const path = paths.desk(speech, 'count', own.id, tries);
    if (!/^[0-9]{1,3}$/.test(digits)) return [askNumber(path, 3, speech.prompts.say('desk_count_ask'))];
    const session = await inTransaction(ctx.db, (tx) => draftOffer(tx, own, {}));
    const types = await bedTypesOf(ctx.db, hospitalId);
    const staffed = types.find((type) => type.bed_type === session?.bed_type)?.staffed ?? 0;
    if (Number(digits) > staffed) return [askNumber(path, 3, speech.prompts.say('desk_count_wrong', { staffed }))];
    await inTransaction(ctx.db, (tx) => draftOffer(tx, own, { freeCount: Number(digits) }));
    return [acceptanceQuestion(ctx, own.id, 0)];
  },
  async acceptance({ ctx, own, digits, tries }) {
    const acceptance = acceptances[digits];
    if (!acceptance) return [acceptanceQuestion(ctx, own.id, tries)];
    await inTransaction(ctx.db, (tx) => draftOffer(tx, own, { acceptance }));
    return readBack(ctx, own, 0);
  },
  async confirm({ ctx, own, hospitalId, digits, tries }) {
    const { speech } = ctx;
    if (digits === '2') return typeQuestion(ctx, hospitalId, own.id, 0);
    if (digits !== '1') return readBack(ctx, own, tries);
    const confirmed = await inTransaction(ctx.db, (tx) => confirmOffer(tx, own, ctx.clock.now()));
    if (!confirmed) return typeQuestion(ctx, hospitalId, own.id, tries);
    return [askKey(paths.desk(speech, 'more', own.id, 0), menuSeconds, speech.prompts.say('desk_done'))];
  },
  async more({ ctx, own, hospitalId, digits }) {
    if (digits !== '1') return [say(ctx.speech.prompts.say('goodbye')), hangUp];
    await inTransaction(ctx.db, (tx) => draftOffer(tx, own, { reopen: true }));
    return typeQuestion(ctx, hospitalId, own.id, 0);
  },
  fax: async ({ ctx, own, tries }) => faxQuestion(ctx, own.id, tries),
};

const faxQuestion = (ctx: VoiceContext, sessionId: string, tries: number): Script => [
  askNumber(paths.desk(ctx.speech, 'fax', sessionId, tries), 4, ctx.speech.prompts.say('fax_code_ask')),
];

const acceptanceQuestion = (ctx: VoiceContext, sessionId: string, tries: number) =>
  askKey(
    paths.desk(ctx.speech, 'acceptance', sessionId, tries),
    menuSeconds,
    ctx.speech.prompts.say('desk_acceptance_ask'),
  );

async function readBack(ctx: VoiceContext, own: { id: string; callSid: string }, tries: number): Promise<Script> {
  const { prompts } = ctx.speech;
  const session = await inTransaction(ctx.db, (tx) => draftOffer(tx, own, {}));
  const words = prompts.say('desk_confirm', {
    bed: prompts.say(`bed_${session?.bed_type ?? bedTypes[0]}`),
    count: session?.free_count ?? 0,
    acceptance: prompts.say(`acceptance_${session?.acceptance ?? 'closed'}`),
  });
  return [askKey(paths.desk(ctx.speech, 'confirm', own.id, tries), menuSeconds, words)];
}
