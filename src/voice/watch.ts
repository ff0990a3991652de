/** The watchman's round as a telephone hears it: the line that rings presses keys, the line that came in takes them. */
import type { Association } from '../directory/actions.ts';
import { noteKeyed, noteMenu, roundFrom } from '../watch/actions.ts';
import { keysOf, menuKey } from '../watch/round.ts';
import { plain } from './answer.ts';
import type { VoiceContext, VoiceRequest } from './context.ts';
import { askNumber, hangUp, type Script, say } from './script.ts';
import { paths } from './speech.ts';

export const watchMenuKey = menuKey;

/**
 * The main menu is there a moment after our number has answered, and hears keys during its words; the round's own keys wait for the
 * answer of a webhook (four seconds are many).
 */
export const watchKeys = (roundId: string): Script => [
  { verb: 'press', keys: `wwww${menuKey}wwwwwwww${keysOf(roundId)}` },
  { verb: 'pause', seconds: 20 }, // the other end hangs up
  hangUp,
];

/** Null: this is no line of ours, or no round is open; then the key is no key. */
export async function watchQuestion(
  ctx: VoiceContext,
  { call }: VoiceRequest,
  association: Association,
): Promise<Script | null> {
  const roundId = call.isInbound ? await roundFrom(ctx.db, association.id, call.from) : null;
  if (!roundId) return null;
  await noteMenu(ctx.db, roundId, call.callId, ctx.clock.now());
  return [askNumber(paths.watch(ctx.speech, roundId), 4, ctx.speech.prompts.say('watch_ask'))];
}

/** The keys of the round that this line belongs to, or of none. */
export async function watchKeyed(ctx: VoiceContext, request: VoiceRequest, roundId: string): Promise<string> {
  const { prompts } = ctx.speech;
  const isRight =
    request.digits === keysOf(roundId) && (await noteKeyed(ctx.db, roundId, request.call.callId, ctx.clock.now()));
  return plain(ctx, request, [say(prompts.say(isRight ? 'watch_heard' : 'goodbye')), hangUp]);
}
