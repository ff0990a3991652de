/** Sees everything that happens, on the telephone network and in the audit log, tells it in order of time, and remembers it. */
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Cast, Person } from './cast.ts';
import type { ExchangeClient, ExchangeEvent } from './exchange.ts';
import { type Entry, entriesAfter } from './records.ts';
import { wordsForEvent, wordsForFact } from './words.ts';

export interface Witness {
  readonly events: readonly ExchangeEvent[];
  readonly entries: readonly Entry[];
  /**
   * Waits until `find` finds something.
   * @throws when it has not after `seconds`; `what` says what was waited for.
   */
  until<T>(what: string, seconds: number, find: () => T | undefined): Promise<T>;
  /** Tells something that was found out by asking. */
  tell(words: Person): void;
  /** Tells what is still untold, and looks no more. */
  end(): Promise<void>;
}

interface Moment {
  at: number;
  words: Person;
  /** Call that was picked up: the sentence gives way when a machine turns out to have done it. */
  pickedUp: string | null;
}

/** The two sources are heard a little apart; this long a sentence waits for an earlier one. */
const settleMs = 700;
const lookEveryMs = 150;

/** Starts to watch. `tell` gets each line; times count from the caller's first ring. */
export async function watch(
  db: pg.Pool,
  exchange: ExchangeClient,
  cast: Cast,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<Witness> {
  const events: ExchangeEvent[] = [];
  const entries: Entry[] = [];
  let untold: Moment[] = [];
  let zero: number | null = null;
  const hospitalOf = (requestId: string): string => {
    const asked = entries.find(({ fact }) => fact.type === 'bed_asked' && fact.requestId === requestId)?.fact;
    return asked?.type === 'bed_asked' ? asked.hospitalId : '';
  };
  const add = (at: number, words: Person | null, pickedUp: string | null = null): void => {
    if (words) untold.push({ at, words, pickedUp });
  };

  const machines = new Set<string>();
  const saidBefore = new Set<string>();
  const hear = (event: ExchangeEvent): void => {
    events.push(event);
    const at = Date.parse(event.at);
    const isCallersRing = event.kind === 'call' && event.phone === cast.caller.phone && event.state === 'ringing';
    if (isCallersRing) zero ??= at;
    const call = event.call ?? '';
    if (event.kind === 'event' && event.text?.startsWith('answering machine: greeting')) {
      machines.add(call);
      untold = untold.filter((moment) => moment.pickedUp !== call);
    }
    const isRepeated = event.kind === 'said' && saidBefore.has(`${call} ${event.text}`);
    if (event.kind === 'said') saidBefore.add(`${call} ${event.text}`);
    const isPreparation = zero === null && event.kind !== 'call'; // the keys of the bed desks are told by their result
    if (isRepeated || isPreparation) return;
    const isPickedUp = event.kind === 'call' && event.state === 'in-progress';
    add(at, wordsForEvent(event, cast, machines.has(call)), isPickedUp ? call : null);
  };
  const tellBefore = (until: number): void => {
    untold.sort((one, other) => one.at - other.at);
    const due = untold.filter((moment) => moment.at <= until);
    untold = untold.slice(due.length);
    for (const { at, words } of due) tell(`${timeOf(at, zero)}  ${words.ja} — ${words.en}`);
  };

  let seen = 0;
  const look = async (): Promise<void> => {
    const found = await entriesAfter(db, seen);
    seen = found.seen;
    for (const entry of found.entries) {
      entries.push(entry);
      add(entry.at.getTime(), wordsForFact(entry.fact, cast, hospitalOf));
    }
  };
  const stop = new AbortController();
  await exchange.listen(hear, AbortSignal.any([signal, stop.signal]));
  let failure: unknown = null;
  const looking = (async () => {
    while (!stop.signal.aborted && !signal.aborted) {
      await look();
      tellBefore(Date.now() - settleMs);
      await pause(lookEveryMs);
    }
  })().catch((error: unknown) => {
    failure = error;
  });

  return {
    events,
    entries,
    async until(what, seconds, find) {
      for (let waitedMs = 0; waitedMs <= seconds * 1000; waitedMs += 50) {
        const found = find();
        if (found !== undefined) return found;
        if (failure) throw new Error('the audit log cannot be read', { cause: failure });
        await pause(50, undefined, { signal });
      }
      throw new Error(`waited ${seconds} s in vain: ${what}`);
    },
    tell: (words) => add(Date.now(), words),
    async end() {
      stop.abort();
      await looking;
      await look();
      tellBefore(Number.POSITIVE_INFINITY);
    },
  };
}

/** `00:07.2` since the first ring; what comes before it is preparation. */
function timeOf(at: number, zero: number | null): string {
  if (zero === null || at < zero) return '準備   ';
  const tenths = Math.floor((at - zero) / 100);
  const minutes = String(Math.floor(tenths / 600)).padStart(2, '0');
  const seconds = String(Math.floor(tenths / 10) % 60).padStart(2, '0');
  return `${minutes}:${seconds}.${tenths % 10}`;
}
