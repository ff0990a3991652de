import { type Association, memberDoctor, spokenNames } from '../directory/actions.ts';
import { facilitiesUnderTest } from '../fax/actions.ts';
import { isMemberCode } from '../lib/check-digits.ts';
import { doctorsOnDuty } from '../roster/actions.ts';
import { japanCalendar } from '../roster/calendar.ts';
import { plain } from './answer.ts';
import { openForPerson } from './caller.ts';
import type { VoiceContext, VoiceRequest } from './context.ts';
import { isTestCode, keyTestCode } from './fax-codes.ts';
import { askKey, askNumber, hangUp, type Script, say } from './script.ts';
import { menuSeconds, mostTries, paths } from './speech.ts';

/**
 * 当番: a member hears who is on duty in his area now. Swaps by key come with the roster desk. Four digits are the code of a test page
 * that came out at a facility's fax.
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
  if (doctor) return plain(ctx, request, await whoIsOn(ctx, doctor, 0));
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

async function whoIsOn(
  ctx: VoiceContext,
  doctor: { id: string; area_id: string; area: string },
  tries: number,
): Promise<Script> {
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
