/**
 * What changes while somebody looks. A watched view is read again every so often, once for all who watch it, and sent whenever
 * its text differs. It can miss nothing (there is no list of events to lose) and costs the callers' path nothing; a beat with the
 * server's time tells each screen that it is live.
 */
import type { Response } from 'express';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../log.ts';

export interface LiveViews {
  /** Joins the watchers of `key`; `read` is used by the first of them. Ends with the response, or when `isAllowed` says no. */
  watch(key: string, everyMs: number, read: () => Promise<string>, watcher: Watcher): void;
  /** Every stream ends: the pages come back by themselves. */
  close(): void;
}

export interface Watcher {
  response: Response;
  /** Asked at each beat: a revoked session sees nothing more. */
  isAllowed(): Promise<boolean>;
}

const beatEveryMs = 2000;

interface View {
  watchers: Set<Response>;
  last: string | null;
  stop(): void;
}

export function createLiveViews({ clock, log }: { clock: Clock; log: Log }): LiveViews {
  const views = new Map<string, View>();
  const isGone = (response: Response): boolean => response.writableEnded || response.destroyed;
  const send = (response: Response, event: string, data: string): void => {
    if (!isGone(response)) response.write(`event: ${event}\ndata: ${data}\n\n`);
  };

  function open(key: string, everyMs: number, read: () => Promise<string>): View {
    let timer = clock.after(0, () => void turn());
    let isOver = false;
    const view: View = {
      watchers: new Set(),
      last: null,
      stop() {
        isOver = true;
        timer.cancel();
        views.delete(key);
      },
    };
    async function turn(): Promise<void> {
      try {
        const text = await read();
        if (text !== view.last) {
          view.last = text;
          for (const response of view.watchers) send(response, 'snapshot', text);
        }
      } catch (error) {
        log.warn('live_view_failed', { error }); // no beat either way would be a lie: the screens are told
        for (const response of view.watchers) send(response, 'trouble', '{}');
        view.last = null;
      }
      if (!isOver) timer = clock.after(everyMs, () => void turn());
    }
    views.set(key, view);
    return view;
  }

  function beat(view: View, { response, isAllowed }: Watcher): void {
    clock.after(beatEveryMs, () => {
      if (isGone(response)) return;
      void isAllowed().then(
        (allowed) => {
          if (!allowed) {
            send(response, 'ended', '{}');
            return void response.end();
          }
          if (view.last !== null) send(response, 'beat', JSON.stringify({ at: clock.now().toISOString() }));
          beat(view, { response, isAllowed });
        },
        (error: unknown) => {
          log.warn('live_view_failed', { error });
          response.end();
        },
      );
    });
  }

  return {
    watch(key, everyMs, read, watcher) {
      const { response } = watcher;
      response
        .status(200)
        .set({ 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
      response.flushHeaders();
      const view = views.get(key) ?? open(key, everyMs, read);
      view.watchers.add(response);
      if (view.last !== null) send(response, 'snapshot', view.last);
      response.on('close', () => {
        view.watchers.delete(response);
        if (view.watchers.size === 0) view.stop();
      });
      beat(view, watcher);
    },
    close() {
      for (const view of [...views.values()]) {
        view.stop();
        for (const response of view.watchers) response.end();
      }
    },
  };
}
