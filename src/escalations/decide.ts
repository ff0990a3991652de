import type { Ids } from '../lib/ids.ts';
import type { Command } from './command.ts';
import { Decision, type Surroundings, type Taken } from './decision.ts';
import { proceed } from './proceed.ts';
import { react } from './react.ts';
import type { UrgentCall } from './urgent-call.ts';

export interface Draft {
  decision: Decision;
  /** Parts of the surroundings that were asked for but not known: look them up and decide again. */
  missing: (keyof Surroundings)[];
}

/**
 * What a case does about an event: facts that happened, effects to carry out, or the reason why nothing changed.
 * Pure: instant (ms since 1970), ids and the people around are handed in, so it may be run again when something was
 * missing or taken. Most events need nobody around, and then nobody is looked up.
 */
export function decide(
  call: UrgentCall,
  command: Command,
  at: number,
  ids: Ids,
  known: Partial<Surroundings>,
  taken?: Taken,
): Draft {
  const decision = new Decision(call, at, ids, taken);
  const missing = new Set<keyof Surroundings>();
  const look = <Part extends keyof Surroundings>(part: Part): Surroundings[Part] => {
    const found = known[part];
    if (found) return found;
    missing.add(part);
    return [] as unknown as Surroundings[Part];
  };
  react(decision, command);
  proceed(decision, {
    get doctors() {
      return look('doctors');
    },
    get hospitals() {
      return look('hospitals');
    },
    get standby() {
      return look('standby');
    },
  });
  return { decision, missing: [...missing] };
}
