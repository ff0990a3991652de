import { randomBytes } from 'node:crypto';
import { sealAll } from '../src/audit/actions.ts';
import { openSigner } from '../src/audit/signer.ts';
import type { Config } from '../src/config.ts';
import type { Context } from '../src/context.ts';
import { tidyCounters } from '../src/disclosures/counting.ts';
import { sweepReleases } from '../src/disclosures/sweep.ts';
import { hasOpenCases } from '../src/escalations/actions.ts';
import { sweepFallbacks } from '../src/fallback/actions.ts';
import { createFallbackContext } from '../src/fallback-context.ts';
import { sweepErrands } from '../src/fax/errands.ts';
import { sweepReceived, tidyFaxes } from '../src/fax/receiving.ts';
import { sweepFaxes } from '../src/fax/sending.ts';
import { sendReplies } from '../src/inbox/replies.ts';
import { answerTypedRequests } from '../src/inbox/typed-requests.ts';
import type { Log } from '../src/log.ts';
import type { Metrics } from '../src/metrics.ts';
import { sendMorningPages } from '../src/morning/actions.ts';
import { preparePace, sweep, tidy } from '../src/outbox/sweep.ts';
import { smtpPost } from '../src/providers/smtp/post.ts';
import { twilioInnerLine } from '../src/providers/twilio/inner-line.ts';
import { sweepRoster } from '../src/roster/sweep.ts';
import { openNightVault } from '../src/vault/keys.ts';
import { publishNightKey } from '../src/vault/night-key.ts';
import { runWorkers } from './harness.ts';
import { jobs } from './jobs.ts';
import { watchLevels } from './levels.ts';
import { stockStep } from './stock.ts';
import { every } from './timer.ts';
import { watchTimers } from './watch.ts';

export interface RunningWorker {
  /** Its sweep came to an end a moment ago. */
  isSweeping(): boolean;
  /** Takes no more work and lets what is running end. */
  drain(): Promise<void>;
}

const sealEverySeconds = 5;
const levelsEverySeconds = 15;
const tidyEverySeconds = 3600;
const morningEverySeconds = 60;
const rosterEverySeconds = 5;
const fallbackEverySeconds = 20;
const stockEverySeconds = 20;
/** A sweep that asks a slow carrier may take so long; one that fails, or hangs, is not counted. */
const sweepMayTakeMs = 30_000;
/** Trying the neighbours of new cards takes a processor for a while: not in the first minute, when calls may have waited. */
const stockAfterSeconds = 45;

/** A worker: carries out effects, advances what is due, seals the log. Any number of them may run. */
export async function startWorker(config: Config, ctx: Context, log: Log, metrics: Metrics): Promise<RunningWorker> {
  await preparePace(ctx);
  const { caseKey } = config.vault;
  await publishNightKey(ctx.db, caseKey, ctx.clock.now());
  const signer = openSigner({ file: config.auditKeyFile, dataFolder: config.dataFolder });
  const { databaseUrl, redisUrl, queue } = config;
  const seconds = metrics.histogram('kamome_job_seconds', 'Seconds that a job took', ['job', 'outcome']);
  const workers = await runWorkers({ databaseUrl, redisUrl, queue }, log, jobs(ctx), {
    onRun: (job, outcome, ms) => seconds.observe(ms / 1000, { job, outcome }),
  });
  metrics.gauge('kamome_jobs_running', 'Jobs running at this moment', () => workers.running);
  let sweptAt = Number.NEGATIVE_INFINITY;
  const timers = [
    every(queue.sweepSeconds, 'sweep', log, async () => {
      await sweep(ctx);
      sweptAt = performance.now();
    }),
    every(levelsEverySeconds, 'levels', log, watchLevels(ctx, metrics)),
    every(queue.sweepSeconds, 'sweep-releases', log, () => sweepReleases(ctx)),
    every(queue.sweepSeconds, 'sweep-inbox', log, () => sendReplies(ctx)),
    every(queue.sweepSeconds, 'sweep-typed-requests', log, () => answerTypedRequests(ctx, caseKey)),
    every(sealEverySeconds, 'seal', log, () => sealAll({ db: ctx.db, signer, clock: ctx.clock })),
    every(morningEverySeconds, 'morning-pages', log, morningPages(config, ctx, log)),
    every(rosterEverySeconds, 'roster', log, () => sweepRoster(ctx, config.rollCall.hour)),
    every(tidyEverySeconds, 'tidy', log, () => tidy(ctx)),
    every(tidyEverySeconds, 'tidy-counters', log, () => tidyCounters(ctx)),
  ];
  const { fax, cards, db, clock, ids } = ctx;
  // Opened at the first run: that makes the certificate of a trial, which takes a second or two.
  const stock = stockStep(
    () => openNightVault(config, { db, clock, ids, cards, random: randomBytes }),
    () => hasOpenCases(ctx),
  );
  timers.push(every(stockEverySeconds, 'stock-cards', log, stock, stockAfterSeconds));
  // Timers of their own: a fax provider that answers slowly must not hold up the sweep of the calls.
  if (fax)
    timers.push(
      every(queue.sweepSeconds, 'sweep-fax', log, () => sweepFaxes(fax)),
      every(queue.sweepSeconds, 'sweep-fax-errands', log, () => sweepErrands(fax)),
      every(queue.sweepSeconds, 'sweep-received-fax', log, () => sweepReceived(fax)),
      every(tidyEverySeconds, 'tidy-fax', log, () => tidyFaxes(fax)),
    );
  const { watch, publicBaseUrl, twilio } = config;
  const account = { accountSid: twilio.accountSid, authToken: twilio.authTokens[0] ?? '', publicBaseUrl };
  timers.push(
    ...watchTimers(config, ctx, log, metrics, {
      inner: twilioInnerLine({ ...account, gatewayUrl: watch.gatewayUrl ?? publicBaseUrl, random: randomBytes }),
      post: watch.mail && smtpPost(watch.mail),
    }),
  );
  const { fallback } = config;
  if (fallback) {
    const parts = { fallback, db, clock, ids, log, prompts: ctx.speech.prompts, caseKey };
    const publishing = createFallbackContext(parts);
    timers.push(every(fallbackEverySeconds, 'fallback', log, () => sweepFallbacks(publishing, config.evening.hour)));
  }
  return {
    isSweeping: () => performance.now() - sweptAt < queue.sweepSeconds * 1000 + sweepMayTakeMs,
    async drain() {
      await Promise.all(timers.map((timer) => timer.stop()));
      await workers.close(config.http.drainSeconds);
    },
  };
}

/** Any minute of the day: a worker that was away at seven sends what waits when it is back. What goes on waiting is said when it changes. */
function morningPages(config: Config, ctx: Context, log: Log): () => Promise<void> {
  let known = 0;
  return async () => {
    const { sent, waiting } = await sendMorningPages(ctx, config.morning.hour);
    if (sent > 0) log.info('morning_pages_sent', { count: sent });
    const count = waiting.doctors + waiting.calls;
    if (count !== known) log.info('morning_pages_waiting', { count });
    known = count;
  };
}
