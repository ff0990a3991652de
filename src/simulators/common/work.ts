/**
 * Counts what a simulator has set going and not finished: webhooks in flight and things that happen "right after
 * the answer". A story moves its clock only when this is nothing, so that no reply is overtaken by time.
 */
export interface Work {
  begin(): void;
  end(): void;
  /** Runs `task` once the present request has been answered; counted as work until then. */
  soon(task: () => void): void;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

export function createWork(): Work {
  let underWay = 0;
  let waiting: Array<() => void> = [];

  const work: Work = {
    begin() {
      underWay += 1;
    },
    end() {
      underWay -= 1;
      if (underWay > 0) return;
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
    soon(task) {
      work.begin();
      setImmediate(() => {
        try {
          task();
        } finally {
          work.end();
        }
      });
    },
    async idle() {
      while (underWay > 0) await new Promise<void>((wake) => waiting.push(wake));
    },
  };
  return work;
}
