/**
 * Whether the first carrier is trusted with new calls. Pure; the row is the truth for all workers.
 *
 * - `closed`     calls go by the first. A call that it could not take is a failure; at once it is looked at (a cheap question), and
 *                a look that fails too is another. Two failures within a minute: `open`. A single one says nothing.
 * - `open`       calls go by the second. The first is looked at every 15 s; three good looks in a row: `half_open`.
 * - `half_open`  one call at a time is tried by the first, all others go by the second. The tried one was taken: `closed`. It
 *                failed, or a look did: `open`. Five minutes of good looks without any call to try: `closed`.
 */
export type Circuit =
  | { state: 'closed'; failedAt: readonly Date[] }
  | { state: 'open'; since: Date; goodLooks: number }
  | { state: 'half_open'; since: Date; goodLooks: number };

/** `call_failed`: the carrier could not take it (5xx, no answer, account refused), whatever the call itself was worth. */
export type CircuitEvent = 'call_failed' | 'trial_taken' | 'look_good' | 'look_failed';

export const failuresToLeave = 2;
export const failuresWithinSeconds = 60;
export const lookEverySeconds = 15;
export const goodLooksToTry = 3; // 45 s
export const goodLooksToTrust = 20; // 5 min
/** A tried call that nobody told the outcome of (its worker died) is forgotten after this, and another is tried. */
export const trialSeconds = 30;

export const closed: Circuit = { state: 'closed', failedAt: [] };

/** The circuit after an event; the same object when nothing changed. */
export function turn(circuit: Circuit, event: CircuitEvent, at: Date): Circuit {
  const isFailure = event === 'call_failed' || event === 'look_failed';
  switch (circuit.state) {
    case 'closed': {
      if (!isFailure) return circuit;
      const since = at.getTime() - failuresWithinSeconds * 1000;
      const failedAt = [...circuit.failedAt.filter((failed) => failed.getTime() > since), at];
      return failedAt.length >= failuresToLeave ? { state: 'open', since: at, goodLooks: 0 } : { ...circuit, failedAt };
    }
    case 'open': {
      if (isFailure) return circuit.goodLooks === 0 ? circuit : { ...circuit, goodLooks: 0 };
      if (event !== 'look_good') return circuit;
      const goodLooks = circuit.goodLooks + 1;
      return goodLooks >= goodLooksToTry ? { ...circuit, state: 'half_open', goodLooks } : { ...circuit, goodLooks };
    }
    case 'half_open': {
      if (isFailure) return { ...circuit, state: 'open', goodLooks: 0 };
      if (event === 'trial_taken') return closed;
      const goodLooks = circuit.goodLooks + 1;
      return goodLooks >= goodLooksToTrust ? closed : { ...circuit, goodLooks };
    }
  }
}
