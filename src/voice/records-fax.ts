import type { Association } from '../directory/actions.ts';
import { requestOnCall } from '../disclosures/reading.ts';
import { storedReply } from '../http/receipts.ts';
import { plain } from './answer.ts';
import { openForPerson } from './caller.ts';
import type { VoiceContext, VoiceRequest } from './context.ts';
import { atRecords } from './records-scripts.ts';
import { hangUp, say, wordsBefore } from './script.ts';
import { mostTries } from './speech.ts';

/** Where a card is asked, twelve digits are a card and four are the code of a test page: nothing else is that short. */
export const isTestCode = (digits: string): boolean => /^\d{4}$/.test(digits);

/**
 * A doctor who has proved himself by code and PIN keys the four digits of the test page from his fax: from now on records may go
 * there. One refusal for a wrong, an old and an expired code; the fax line counts them and ends the test after five.
 */
export async function confirmFax(
  ctx: VoiceContext,
  request: VoiceRequest,
  association: Association,
  about: { requestId: string; callSid: string },
  tries: number,
): Promise<string> {
  const { prompts } = ctx.speech;
  const told = await storedReply(ctx.db, request.receiptKey);
  if (told !== null) return told; // a repeat must not try the code again: it is used up
  const known = await requestOnCall(ctx, about.requestId, about.callSid);
  if (known?.status !== 'identified')
    return plain(ctx, request, known ? await atRecords(ctx, known, tries) : [say(prompts.say('case_over')), hangUp]);
  const { doctorId } = known;
  const confirmed = await ctx.release.faxes.confirm(ctx, { doctorId, code: request.digits });
  if (!confirmed && tries + 1 >= mostTries) return openForPerson(ctx, request, association);
  const words = confirmed
    ? prompts.say('records_fax_confirmed', {
        tail: [...confirmed.e164.slice(-4)].join(' '),
        key: confirmed.position,
      })
    : prompts.say('records_fax_code_wrong');
  return plain(ctx, request, wordsBefore(words, await atRecords(ctx, known, confirmed ? 0 : tries + 1)));
}
