/**
 * What a telephone is told to do next, in our own words. A provider renders it (providers/twilio/twiml.ts), so that a
 * second carrier costs a renderer and not a rewrite. Paths are ours, relative to the public base URL.
 */
export type Script = readonly Verb[];

export type Verb =
  | { verb: 'say'; text: string }
  | { verb: 'pause'; seconds: number }
  /** Keys played to the other end; `w` waits half a second. */
  | { verb: 'press'; keys: string }
  | Ask
  | Confer
  | { verb: 'record'; maxSeconds: number; path: string }
  | Dial
  | Bridge
  | { verb: 'goto'; path: string }
  | { verb: 'hangup' };

/** Speaks and collects keys; a key pressed during the words counts (barge-in). */
export interface Ask {
  verb: 'ask';
  say: readonly string[];
  /** Ends after this many digits; null: ends with # only. */
  digits: number | null;
  /** # ends the entry; else every key, also * and #, is an answer. */
  endsWithHash: boolean;
  /** This key is no answer but silence at once; only where no # ends the entry. */
  emptyKey?: string;
  seconds: number;
  path: string;
  /** Silence is reported to `path` too; else the next verb runs. */
  reportsSilence: boolean;
}

/** Rings a telephone and joins it; the next verb runs when that is over. */
export interface Dial {
  verb: 'dial';
  number: string;
  seconds: number;
  /** What the rung telephone sees; the caller's own number when absent. */
  from?: string;
  /** What it is asked before it is joined; when that document hangs up it is not. */
  askPath?: string;
}

/** Puts the line into the case's conference. */
export interface Confer {
  verb: 'confer';
  conference: string;
  /** The conversation begins when this line is in; a line that does not start it hears `waitPath`. */
  starts: boolean;
  /** When this line leaves, the conference ends for all, and each goes on with its own `afterPath`. */
  endsForAll: boolean;
  /** * leaves the conference for `afterPath`. */
  starLeaves: boolean;
  waitPath: string;
  statusPath: string;
  afterPath: string;
}

/** Leads the line into a conference at the other carrier (bridge.ts). */
export interface Bridge {
  verb: 'bridge';
  /** Whose place it takes there: the id of a leg, or of a caller's case. */
  id: string;
  seconds: number;
  starLeaves: boolean;
  afterPath: string;
}

export const say = (text: string): Verb => ({ verb: 'say', text });
export const hangUp: Verb = { verb: 'hangup' };

/** Words before a question, as a part of it: a key pressed during them counts (a quick finger is not asked twice). */
export const wordsBefore = (words: string, script: Script): Script => {
  const [first, ...rest] = script;
  return first?.verb === 'ask' ? [{ ...first, say: [words, ...first.say] }, ...rest] : [say(words), ...script];
};

/** One key of a menu. */
export const askKey = (path: string, seconds: number, ...words: string[]): Ask => ({
  ...{ verb: 'ask', say: words, digits: 1, endsWithHash: false, seconds, path, reportsSilence: true },
});

/** A number that ends with # (or after `digits`). */
export const askNumber = (path: string, digits: number | null, ...words: string[]): Ask => ({
  ...{ verb: 'ask', say: words, digits, endsWithHash: true, seconds: 5, path, reportsSilence: true },
});

/** Set-up between carriers takes about a second; a phone that hears it ring for longer has waited in vain. */
const bridgeSeconds = 10;

/** To the conference at the other carrier, in which this line would stand as `confer` says. */
export const bridgeTo = (id: string, { starLeaves, afterPath }: Confer): Bridge => ({
  ...{ verb: 'bridge', id, seconds: bridgeSeconds, starLeaves, afterPath },
});
