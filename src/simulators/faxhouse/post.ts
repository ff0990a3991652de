import type { Clock } from '../../lib/clock.ts';
import { deliveries } from '../common/callback-faults.ts';
import type { Work } from '../common/work.ts';
import type { Chance } from './chance.ts';
import type { Faults } from './faults.ts';
import type { Provider } from './state.ts';

/** One event that somebody wants to be told, as one provider tells it. */
export interface Notice {
  provider: Provider;
  /** The fax it is about. */
  fax: string;
  /** Its name in the log of webhooks. */
  event: string;
  /** Tried in turn; the later ones only when the earlier never answered 2xx. */
  urls: readonly string[];
  /** How often each address is tried, how long an answer may take, and how long to wait between tries. */
  tries: number;
  timeoutMs: number;
  pauseSeconds: number;
  /** Made anew for each try: the signature covers the instant, and Telnyx counts the attempt in the body. */
  compose(attempt: number, url: string): { headers: Record<string, string>; body: string };
}

export interface SentNotice {
  at: string;
  provider: Provider;
  fax: string;
  event: string;
  url: string;
  attempt: number;
  status: number | null;
  error: string | null;
}

/** The office that delivers webhooks and doorbells, through the faults in force, and remembers the last few hundred. */
export interface Post {
  /** In order with the other notices of the same fax, unless the faults say otherwise. */
  tell(faults: Faults, notice: Notice): void;
  /** The last tries, newest first. */
  sent(limit: number): SentNotice[];
  forget(): void;
  close(): void;
}

const remembered = 500;

export function createPost({ clock, chance, work }: { clock: Clock; chance: Chance; work: Work }): Post {
  const closing = new AbortController();
  const waiting = new Map<string, Array<() => void>>();
  let log: SentNotice[] = [];

  async function attemptOnce(notice: Notice, url: string, attempt: number): Promise<boolean> {
    const { headers, body } = notice.compose(attempt, url);
    const late = new AbortController();
    const timer = clock.after(notice.timeoutMs, () => late.abort(new Error(`no answer in ${notice.timeoutMs} ms`)));
    const at = clock.now().toISOString();
    const remember = (status: number | null, error: string | null) => {
      log.push({ at, provider: notice.provider, fax: notice.fax, event: notice.event, url, attempt, status, error });
      if (log.length > 2 * remembered) log = log.slice(-remembered);
    };
    try {
      const signal = AbortSignal.any([late.signal, closing.signal]);
      const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
      await answer.arrayBuffer();
      remember(answer.status, null);
      return answer.ok;
    } catch (error) {
      remember(null, error instanceof Error ? `${error.message} ${causeOf(error)}`.trim() : String(error));
      return false;
    } finally {
      timer.cancel();
    }
  }

  /**
   * Tries until one answers 2xx; pauses are timers, so that a story's clock decides when the next try is. `done` is
   * called after the first: later events of a fax do not wait for the repetition of an earlier one.
   */
  function send(notice: Notice, done: () => void): void {
    const plan = notice.urls.flatMap((url) => Array.from({ length: notice.tries }, () => url));
    const next = (index: number): void => {
      const url = plan[index];
      if (url === undefined || closing.signal.aborted) return;
      work.begin();
      void attemptOnce(notice, url, index + 1).then((arrived) => {
        if (index === 0) done();
        if (!arrived && plan[index + 1] !== undefined) clock.after(notice.pauseSeconds * 1000, () => next(index + 1));
        work.end();
      });
    };
    next(0);
  }

  function inOrder(notice: Notice): void {
    const queue = waiting.get(notice.fax);
    const goOn = () => {
      const following = waiting.get(notice.fax)?.shift();
      if (following) following();
      else waiting.delete(notice.fax);
    };
    const start = () => send(notice, goOn);
    if (queue) return void queue.push(start);
    waiting.set(notice.fax, []);
    start();
  }

  return {
    tell(faults, notice) {
      if (closing.signal.aborted || notice.urls.length === 0) return;
      const { delays, ordered } = deliveries(faults.callbacks, chance);
      for (const seconds of delays) {
        if (ordered) inOrder(notice);
        else if (seconds === 0) send(notice, () => undefined);
        else clock.after(seconds * 1000, () => send(notice, () => undefined));
      }
    },
    sent: (limit) => log.slice(-limit).reverse(),
    forget() {
      log = [];
    },
    close() {
      closing.abort(new Error('the fax house closes'));
    },
  };
}

const causeOf = (error: Error): string => (error.cause instanceof Error ? error.cause.message : '');
