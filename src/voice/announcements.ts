import { spokenName } from '../directory/actions.ts';
import { readCase } from '../escalations/actions.ts';
import type { VoiceContext } from './context.ts';
import { type Script, say } from './script.ts';

/** What is spoken into a running conversation: the hospital that said yes, or that none did. Null: nothing to say. */
export async function announcement(ctx: VoiceContext, caseId: string, what: string): Promise<Script | null> {
  const call = await readCase(ctx, caseId);
  const { prompts } = ctx.speech;
  if (what === 'beds_exhausted') return [say(prompts.say('beds_exhausted'))];
  const accepted = call?.bed?.requests.findLast((request) => request.status === 'accepted');
  if (what !== 'bed_found' || !accepted) return null;
  return [say(prompts.say('bed_found', { name: await spokenName(ctx.db, accepted.hospitalId) }))];
}
