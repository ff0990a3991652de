import { type Association, memberDoctor, spokenNames } from '../directory/actions.ts';
import { isMemberCode } from '../lib/check-digits.ts';
import { doctorsOnDuty } from '../roster/actions.ts';
import { japanCalendar } from '../roster/calendar.ts';
import { plain } from './answer.ts';
import { openForPerson } from './caller.ts';
import type { VoiceContext, VoiceRequest } from './context.ts';
import { askKey, askNumber, hangUp, type Script, say } from './script.ts';
import { menuSeconds, mostTries, paths } from './speech.ts';

/** 当番: a member hears who is on duty in his area now. Swaps by key come with the roster desk. */
export async function dutyCode(
  ctx: VoiceContext,
  request: VoiceRequest,
  association: Association,
  tries: number,
): Promise<string> {
  const { speech } = ctx;
  const { digits } = request;
  if (digits === '0') return openForPerson(ctx, request, association);
  const doctor = isMemberCode(digits) ? await memberDoctor(ctx.db, association.id, { code: digits }) : null;
  if (doctor) return plain(ctx, request, await whoIsOn(ctx, doctor, 0));
  if (digits !== '*' && tries + 1 >= mostTries) return openForPerson(ctx, request, association);
  const next = digits === '*' ? tries : tries + 1;
  const words = speech.prompts.say(digits === '*' ? 'duty_code_ask' : 'duty_code_wrong');
  return plain(ctx, request, [askNumber(paths.duty(speech, next), 6, words)]);
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
