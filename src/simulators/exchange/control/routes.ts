import express, { type Response, type Router } from 'express';
import { z } from 'zod';
import { bodyAs, Problem, problems } from '../../common/problem.ts';
import { faultsBody, mergeFaults, noFaults } from '../faults.ts';
import { endCall } from '../lifecycle.ts';
import type { ExchangeEvent, Network } from '../state.ts';
import { callRoutes } from './calls.ts';
import { phoneRoutes } from './phones.ts';
import { conferenceView, messageView } from './views.ts';

const resetBody = z.strictObject({ numbers: z.boolean().default(false) });

/** The control side (`/exchange/…`): what a test, a demonstration or the page does to the telephone network. */
export function controlRoutes(network: Network, watchers: Set<Response>): Router {
  const router = express.Router();
  router.use(express.json());
  phoneRoutes(network, router);
  callRoutes(network, router);

  router.get('/conferences', (_request, response) => {
    response.json([...network.conferences.values()].map(conferenceView));
  });
  router.get('/messages', (_request, response) => {
    response.json([...network.messages.values()].map(messageView));
  });
  router.get('/webhooks', (request, response) => {
    const limit = Number(request.query.limit ?? 50);
    if (!Number.isInteger(limit) || limit < 1)
      throw new Problem(400, 'Not a number', 'limit is a whole number from 1.');
    response.json(network.post.sent(limit));
  });
  router.get('/faults', (_request, response) => {
    response.json(network.faults);
  });
  router.post('/faults', (request, response) => {
    network.faults = mergeFaults(network.faults, bodyAs(faultsBody, request));
    response.json(network.faults);
  });
  router.delete('/faults', (_request, response) => {
    network.faults = noFaults();
    response.status(204).end();
  });
  router.post('/reset', (request, response) => {
    reset(network, bodyAs(resetBody, request).numbers);
    response.status(204).end();
  });
  router.get('/events', (_request, response) => {
    watch(network, watchers, response);
  });
  router.use(problems);
  return router;
}

/** Ends every call without telling anybody, and forgets everything but (usually) the account's numbers. */
function reset(network: Network, numbersToo: boolean): void {
  network.post.silently(() => {
    for (const call of network.calls.values()) endCall(network, call, 'completed', 'network');
  });
  network.outboxes.clear();
  for (const timer of network.timers) timer.cancel();
  network.timers.clear();
  network.phones.clear();
  if (numbersToo) network.numbers.clear();
  network.calls.clear();
  network.ended = [];
  network.callsOfPhone.clear();
  network.live.clear();
  network.conferences.clear();
  network.openConferences.clear();
  network.messages.clear();
  network.dialQueue = { waiting: [], recent: [], timer: null };
  network.faults = noFaults();
  network.post.forget();
}

/** Everything that happens, as server-sent events. */
function watch(network: Network, watchers: Set<Response>, response: Response): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write(': connected\n\n');
  const listener = (event: ExchangeEvent) => {
    response.write(`event: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`);
  };
  network.listeners.add(listener);
  watchers.add(response);
  response.on('close', () => {
    network.listeners.delete(listener);
    watchers.delete(response);
  });
}
