/** Somebody on the telephone: hears words, thinks, presses keys. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Cast } from './cast.ts';
import type { ExchangeClient } from './exchange.ts';
import type { Witness } from './witness.ts';

/** Spoken words and keys are awaited this long; 15 s is twice the longest sentence. */
export const patience = 15;

export interface Line {
  id: string;
  /** Waits for words that match, and that this line heard after its last keys. */
  hears(words: RegExp): Promise<RegExpExecArray>;
  /** Waits for words, thinks for `seconds`, and presses. */
  keys(words: RegExp, digits: string | ((heard: RegExpExecArray) => string), seconds?: number): Promise<void>;
  press(digits: string): Promise<void>;
  hangUp(): Promise<void>;
}

export interface Wires {
  exchange: ExchangeClient;
  cast: Pick<Cast, 'dialled'>;
  witness: Pick<Witness, 'events' | 'until'>;
  signal: AbortSignal;
}

/** Rings the association. */
export async function lineFrom(wires: Wires, phone: string): Promise<Line> {
  return lineWith(wires, await wires.exchange.dial(phone, wires.cast.dialled), 0);
}

/** The line of somebody who was rung and picked up. @throws when he is not on the telephone. */
export async function lineOf(wires: Wires, who: { en: string; phones: readonly string[] }): Promise<Line> {
  const calls = await wires.exchange.callsOf(who.phones[0] ?? '');
  const call = calls.findLast((each) => each.state === 'in-progress');
  if (!call) throw new Error(`${who.en} is not on the telephone`);
  return lineWith(wires, call.id, wires.witness.events.length);
}

function lineWith({ exchange, witness, signal }: Wires, id: string, from: number): Line {
  let heardUpTo = from;
  const hears = async (words: RegExp): Promise<RegExpExecArray> =>
    witness.until(`the words ${words.source}`, patience, () => {
      for (const event of witness.events.slice(heardUpTo)) {
        const match = event.kind === 'said' && event.call === id ? words.exec(event.text ?? '') : null;
        if (match) return match;
      }
      return undefined;
    });
  const press = async (digits: string): Promise<void> => {
    heardUpTo = witness.events.length;
    await exchange.press(id, digits);
  };
  return {
    id,
    hears,
    press,
    async keys(words, digits, seconds = 1) {
      const heard = await hears(words);
      await pause(seconds * 1000, undefined, { signal });
      await press(typeof digits === 'string' ? digits : digits(heard));
    },
    hangUp: () => exchange.hangUp(id),
  };
}
