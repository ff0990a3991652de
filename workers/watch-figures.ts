/** The watchman's rounds in numbers, for whoever watches the machine. */
import type pg from 'pg';
import type { Clock } from '../src/lib/clock.ts';
import type { Metrics } from '../src/metrics.ts';
import { standings, type WatchTold } from '../src/watch/actions.ts';
import type { Extent } from '../src/watch/round.ts';

/** From a key press up to a round that reaches its deadline. */
const buckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 180];

export interface WatchFigures {
  told: WatchTold;
  /** Reads how old the rounds are. */
  refresh(): Promise<void>;
}

export function watchFigures(
  { db, clock }: { db: pg.Pool; clock: Pick<Clock, 'now'> },
  metrics: Metrics,
): WatchFigures {
  const rounds = metrics.counter('kamome_watch_rounds_total', 'Rounds of the watchman', ['extent', 'outcome']);
  const labels = ['extent', 'step'];
  const seconds = metrics.histogram('kamome_watch_step_seconds', 'Seconds of each step of a round', labels, buckets);
  const age = {
    inner: metrics.gauge(
      'kamome_watch_age_seconds',
      'Since the last inner round that passed, of the worst association',
    ),
    carrier: metrics.gauge('kamome_watch_carrier_age_seconds', 'Since the last whole round that passed'),
  };
  const failed = metrics.gauge('kamome_watch_failed', 'Rounds in a row that failed, of the worst association');
  return {
    told(extent, outcome, steps) {
      rounds.add({ extent, outcome });
      for (const [step, took] of Object.entries(steps)) seconds.observe(took, { extent, step });
    },
    async refresh() {
      const at = clock.now().getTime();
      const known = await standings(db, null);
      const oldest = (wanted: Extent): number =>
        Math.max(
          0,
          ...known.flatMap(({ extent, passedAt }) => (extent === wanted && passedAt ? [at - passedAt.getTime()] : [])),
        );
      age.inner.set(oldest('inner') / 1000);
      age.carrier.set(oldest('carrier') / 1000);
      failed.set(Math.max(0, ...known.map((one) => one.failed)));
    },
  };
}
