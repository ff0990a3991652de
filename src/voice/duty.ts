import { inTransaction } from '../db.ts';
import { type Association, memberDoctor, spokenNames } from '../directory/actions.ts';
import { facilitiesUnderTest } from '../fax/actions.ts';
import { isMemberCode } from '../lib/check-digits.ts';
import { doctorsOnDuty } from '../roster/actions.ts';
import { japanCalendar } from '../roster/calendar.ts';
import { phonesOf, sideOf, swapAwaiting, swapById, tellSwap } from '../roster/swaps.ts';
import { plain } from './answer.ts';
import { openForPerson } from './caller.ts';
import type { VoiceContext, VoiceRequest } from './context.ts';
import { isTestCode, keyTestCode } from './fax-codes.ts';
import { askKey, askNumber, hangUp, type Script, say, wordsBefore } from './script.ts';
import { menuSeconds, mostTries, paths } from './speech.ts';

/**
 * 当番: a member hears who is on duty in his area now, and first of all of a swap that waits for his word. Four digits are the code of a
 * test page that came out at a facility's fax.
 */
export async function dutyCode(
  ctx: VoiceContext,
  request: VoiceRequest,
  association: Association,
  tries: number,
): Promise<string> {
  const { speech } = ctx;
  const { digits } = request;
  if (digits === '0') return openForPerson(ctx, request, association);
  if (isTestCode(digits)) return confirmFacilityFax(ctx, request, association, tries);
  const doctor = isMemberCode(digits) ? await memberDoctor(ctx.db, association.id, { code: digits }) : null;
  if (doctor) return plain(ctx, request, await withSwaps(ctx, request, doctor, 0, ''));
  if (digits !== '*' && tries + 1 >= mostTries) return openForPerson(ctx, request, association);
  const next = digits === '*' ? tries : tries + 1;
  const words = speech.prompts.say(digits === '*' ? 'duty_code_ask' : 'duty_code_wrong');
  return plain(ctx, request, [askNumber(paths.duty(speech, next), 6, words)]);
}

/**
 * A facility has neither member code nor PIN, and no record ever goes to its fax: the code of the page it holds counts from the
 * telephone that the lists have of it. From any other line it is a wrong code, and tries nothing.
 */
async function confirmFacilityFax(
  ctx: VoiceContext,
  request: VoiceRequest,
  association: Association,
  tries: number,
): Promise<string> {
  const { speech } = ctx;
  const { fromNumber } = request.call;
  const found = fromNumber ? await facilitiesUnderTest(ctx.db, association.id, fromNumber, ctx.clock.now()) : [];
  return keyTestCode(ctx, request, association, {
    ...{ owners: found.map(({ id }) => ({ kind: 'facility', id })), tries },
    whenRight: [hangUp],
    whenWrong: [askNumber(paths.duty(speech, tries + 1), 6, speech.prompts.say('duty_code_ask'))],
  });
}

interface Member {
  id: string;
  area_id: string;
  area: string;
}

/**
 * What waits for the doctor's word, or who is on duty. A yes is taken only from a telephone that is registered as his: the member
 * code alone is printed on every form of his.
 */
async function withSwaps(
  ctx: VoiceContext,
  request: VoiceRequest,
  doctor: Member,
  tries: number,
  before: string,
): Promise<Script> {
  const { prompts } = ctx.speech;
  const swap = await swapAwaiting(ctx.db, doctor.id, ctx.clock.now());
  const led = (script: Script): Script => (before === '' ? script : wordsBefore(before, script));
  if (!swap) return led(await whoIsOn(ctx, doctor, 0));
  if (!(await isOwnPhone(ctx, request, doctor.id)))
    return led(wordsBefore(prompts.say('duty_swap_other_phone'), await whoIsOn(ctx, doctor, 0)));
  const [giver = '', taker = ''] = await spokenNames(ctx.db, [swap.giver_id, swap.taker_id]);
  const [, month = '', day = ''] = swap.service_date.split('-');
  const words = prompts.say('duty_swap_ask', { month: String(Number(month)), day: String(Number(day)), giver, taker });
  return led([askKey(paths.dutySwap(ctx.speech, swap.id, doctor.id, tries), menuSeconds, words)]);
}

const isOwnPhone = async (ctx: VoiceContext, { call }: VoiceRequest, doctorId: string): Promise<boolean> =>
  (await phonesOf(ctx.db, doctorId)).some(({ e164 }) => e164 === call.fromNumber);

const swapKeys: Readonly<Record<string, 'confirm' | 'decline'>> = { '1': 'confirm', '2': 'decline' };

/** A doctor's word on a swap: 1 yes, 2 no. */
export async function dutySwap(
  ctx: VoiceContext,
  request: VoiceRequest,
  association: Association,
  swapId: string,
  doctorId: string,
  tries: number,
): Promise<string> {
  if (request.digits === '0') return openForPerson(ctx, request, association);
  const doctor = await memberDoctor(ctx.db, association.id, { id: doctorId });
  if (!doctor || !(await isOwnPhone(ctx, request, doctorId))) return plain(ctx, request, farewell(ctx));
  const type = swapKeys[request.digits];
  if (!type && tries + 1 < mostTries) return plain(ctx, request, await withSwaps(ctx, request, doctor, tries + 1, ''));
  if (!type) return plain(ctx, request, await whoIsOn(ctx, doctor, 0));
  const said = await inTransaction(ctx.db, async (tx) => {
    const edit = { associationId: association.id, swapId, by: doctorId, cause: 'voice' };
    const swap = await swapById(tx, association.id, swapId);
    const side = swap && sideOf(swap, doctorId);
    return side ? tellSwap(tx, ctx, edit, { type, side }) : null;
  });
  const words = ctx.speech.prompts.say(said && 'status' in said ? swapWords[said.status] : 'duty_swap_over');
  return plain(ctx, request, await withSwaps(ctx, request, doctor, 0, words));
}

/** By what the swap is afterwards. */
export const swapWords = {
  waiting: 'duty_swap_yes',
  agreed: 'duty_swap_agreed',
  declined: 'duty_swap_no',
  withdrawn: 'duty_swap_over',
  lapsed: 'duty_swap_over',
} as const;

async function whoIsOn(ctx: VoiceContext, doctor: Member, tries: number): Promise<Script> {
  const { prompts } = ctx.speech;
  const duties = await doctorsOnDuty(ctx.db, doctor.area_id, ctx.clock.now(), japanCalendar);
  const ids = duties.map((duty) => duty.subjectId);
  const names = await spokenNames(ctx.db, ids);
  const words =
    names.length > 0
      ? prompts.say('duty_now', { area: doctor.area, names: names.join('、') })
      : prompts.say('duty_nobody', { area: doctor.area });
  const path = paths.dutyAfter(ctx.speech, doctor.id, tries);
  return [askKey(path, menuSeconds, words, prompts.say('duty_after'))];
}

export async function dutyAfter(
  ctx: VoiceContext,
  request: VoiceRequest,
  association: Association,
  doctorId: string,
  tries: number,
): Promise<string> {
  if (request.digits === '0') return openForPerson(ctx, request, association);
  if (request.digits !== '*' || tries >= 9) return plain(ctx, request, farewell(ctx));
  const doctor = await memberDoctor(ctx.db, association.id, { id: doctorId });
  return plain(ctx, request, doctor ? await whoIsOn(ctx, doctor, tries + 1) : farewell(ctx));
}

const farewell = (ctx: VoiceContext): Script => [say(ctx.speech.prompts.say('goodbye')), hangUp];
