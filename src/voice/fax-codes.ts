import type { Association } from '../directory/actions.ts';
import type { DestinationOwner } from '../fax/destination.ts';
import { answerWithChange } from '../http/receipts.ts';
import { openForPerson } from './caller.ts';
import type { VoiceContext, VoiceRequest } from './context.ts';
import { type Script, wordsBefore } from './script.ts';
import { mostTries } from './speech.ts';

/** Twelve digits are a card, six a member, four the code of a test page: nothing else that is asked there is that short. */
export const isTestCode = (digits: string): boolean => /^\d{4}$/.test(digits);

export interface TestCode {
  /** Who may have keyed it: one, or the facilities behind one telephone. */
  owners: readonly DestinationOwner[];
  tries: number;
  whenRight: Script;
  whenWrong: Script;
}

/**
 * Whoever has shown who he is keys the four digits of the test page from his fax: from now on pages may go there. One refusal for a
 * wrong, an old and an expired code; the fax line counts them and ends the test after five. The code, its count and the answer are one
 * transaction: of two deliveries of one key press the second hears that it was right.
 */
export async function keyTestCode(
  ctx: VoiceContext,
  request: VoiceRequest,
  association: Association,
  { owners, tries, whenRight, whenWrong }: TestCode,
): Promise<string> {
  const { prompts } = ctx.speech;
  const reply = await answerWithChange(ctx.db, request.receiptKey, ctx.clock.now(), async (tx) => {
    for (const owner of owners) {
      const confirmed = await ctx.release.faxes.confirm(tx, ctx, { owner, code: request.digits });
      if (!confirmed) continue;
      const about = { tail: [...confirmed.e164.slice(-4)].join(' '), key: confirmed.position };
      const words = owner.kind === 'doctor' ? 'records_fax_confirmed' : 'fax_confirmed';
      return ctx.render(wordsBefore(prompts.say(words, about), whenRight));
    }
    if (tries + 1 >= mostTries) return null;
    return ctx.render(wordsBefore(prompts.say('records_fax_code_wrong'), whenWrong));
  });
  return reply ?? openForPerson(ctx, request, association);
}
