import { allDialledNumbers, standbyNumbers } from '../directory/actions.ts';
import type { CarrierCall, VoiceContext } from './context.ts';
import type { Prompts } from './prompts.ts';
import { hangUp, type Script, say } from './script.ts';

/** Telephones of the standby persons by number of ours, kept in memory for the hour when the database is away. */
export interface LastResort {
  numbersFor(ourNumber: string): readonly string[];
  /** Reads them again; on failure the last known stay. */
  refresh(): Promise<void>;
}

export function createLastResort(ctx: Pick<VoiceContext, 'db' | 'log'>): LastResort {
  let known = new Map<string, readonly string[]>();
  return {
    numbersFor: (ourNumber) => known.get(ourNumber) ?? [],
    async refresh() {
      try {
        const next = new Map<string, readonly string[]>();
        for (const { e164, association_id } of await allDialledNumbers(ctx.db))
          next.set(
            e164,
            (await standbyNumbers(ctx.db, association_id)).map((phone) => phone.e164),
          );
        known = next;
      } catch (error) {
        ctx.log.warn('last_resort_not_refreshed', { error });
      }
    },
  };
}

/** The carrier could not get an answer out of us: say so, and dial the standby phones one after another. */
export function fallbackScript(prompts: Prompts, lastResort: LastResort, call: CarrierCall): Script {
  if (!call.isInbound) return [say(prompts.say('sorry_fault')), say(prompts.say('case_over')), hangUp];
  const numbers = lastResort.numbersFor(call.to).slice(0, 6);
  const dials = numbers.map((number) => ({ verb: 'dial', number, seconds: 25 }) as const);
  const connecting = dials.length > 0 ? [say(prompts.say('fallback_dial')), ...dials] : [];
  return [say(prompts.say('sorry_fault')), ...connecting, say(prompts.say('fallback_nobody')), hangUp];
}
