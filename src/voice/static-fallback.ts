/**
 * What callers hear when nothing of ours runs: documents that stand on another host and know nothing but tonight's telephones. No
 * patient, no name, no case. A static document cannot ask who accepted, so each telephone is asked for a key before it is joined
 * (a voicemail presses none), and the next is rung when the call with the one before is over and the caller still holds the line.
 */
import type { Prompts } from './prompts.ts';
import { hangUp, type Script, say } from './script.ts';

export const askFile = 'ask.xml';
export const takenFile = 'taken.xml';
export const legFile = 'leg.xml';

/** Until a mobile's voicemail would pick up. */
const ringSeconds = 25;

/** For somebody who rings the association. @param phones E.164, in the order in which they are rung. */
export function tonightScript(prompts: Prompts, phones: readonly string[], from: string): Script {
  const dials = phones.flatMap((number, place): Script => {
    const dial = { verb: 'dial', number, seconds: ringSeconds, from, askPath: askFile } as const;
    return place === 0 ? [dial] : [say(prompts.say('fallback_next')), { verb: 'pause', seconds: 2 }, dial];
  });
  const connecting = dials.length > 0 ? [say(prompts.say('fallback_tonight')), ...dials] : [];
  return [say(prompts.say('fallback_first')), ...connecting, say(prompts.say('fallback_nobody')), hangUp];
}

/** The same for every night: what a rung telephone is asked, what it hears when it has pressed, and what a line of ours hears. */
export function standingScripts(prompts: Prompts): Readonly<Record<string, Script>> {
  const words = prompts.say('fallback_ask');
  return {
    [askFile]: [
      {
        ...{ verb: 'ask', say: [words, words], digits: 1, endsWithHash: false, seconds: 6, path: takenFile },
        // A static host cannot read keys, but the carrier can leave one out: with 2 ("not me") nothing follows.
        ...{ reportsSilence: false, emptyKey: '2' },
      },
      hangUp,
    ],
    [takenFile]: [say(prompts.say('fallback_taken'))],
    [legFile]: [say(prompts.say('sorry_fault')), say(prompts.say('case_over')), hangUp],
  };
}
