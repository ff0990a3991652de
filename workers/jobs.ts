import { type CallbackContext, placeCallbacks } from '../src/disclosures/callbacks.ts';
import { renderPage } from '../src/disclosures/render.ts';
import type { FaxContext } from '../src/fax/context.ts';
import { fetchFax } from '../src/fax/receiving.ts';
import { sendFax, settleFax } from '../src/fax/sending.ts';
import { type OutboxContext, performEffect, placeCalls } from '../src/outbox/perform.ts';
import { advanceCase } from '../src/outbox/sweep.ts';
import type { Job } from './harness.ts';

/**
 * Every job: what wakes, how often it is tried, how many at once. Data is an id, read again when the job runs; twice
 * equals once. Retries are few, because the sweep finds within a second whatever is still due.
 */
export const jobs = (ctx: OutboxContext & CallbackContext & { fax: FaxContext | null }): Job[] => [
  {
    name: 'place-calls',
    concurrency: 16, // each waits for the carrier, up to 4 s when that is slow; the next first leg must not wait with it
    attempts: 2,
    backoffSeconds: 0.2,
    handle: async () => {
      await placeCalls(ctx);
    },
  },
  {
    name: 'perform-effect',
    concurrency: 10,
    attempts: 2,
    backoffSeconds: 0.2,
    handle: (effectId) => performEffect(ctx, effectId),
  },
  {
    name: 'advance-case',
    concurrency: 10,
    attempts: 2,
    backoffSeconds: 0.2,
    handle: (caseId) => advanceCase(ctx, caseId),
  },
  {
    name: 'render-disclosure',
    concurrency: 2, // a page is some 30 ms of this process; more at once only makes each later
    attempts: 2,
    backoffSeconds: 0.2,
    handle: (pageId) => renderPage(ctx, pageId),
  },
  {
    name: 'place-callbacks',
    concurrency: 2,
    attempts: 2,
    backoffSeconds: 0.2,
    handle: async () => {
      await placeCallbacks(ctx);
    },
  },
  ...(ctx.fax ? faxJobs(ctx.fax) : []),
];

/** A provider takes seconds to answer, and a page of half a megabyte as long to go over: many at once, none waits for another. */
const faxJobs = (ctx: FaxContext): Job[] => [
  {
    name: 'send-fax',
    concurrency: 10,
    attempts: 2,
    backoffSeconds: 0.5,
    handle: (faxId) => sendFax(ctx, faxId),
  },
  {
    name: 'settle-fax',
    concurrency: 5,
    attempts: 2,
    backoffSeconds: 0.5,
    handle: (faxId) => settleFax(ctx, faxId),
  },
  {
    name: 'fetch-fax',
    concurrency: 4, // each holds up to 20 MB while it fetches
    attempts: 2,
    backoffSeconds: 0.5,
    handle: (receivedId) => fetchFax(ctx, receivedId),
  },
];
