import type { Request, Router } from 'express';
import { z } from 'zod';
import { bodyAs, Problem } from '../../common/problem.ts';
import { callerHabit, dialBody } from '../habits.ts';
import { performCall } from '../interpreter.ts';
import { answer, createCall, endCall, occupy } from '../lifecycle.ts';
import { note, press } from '../sound.ts';
import { type Call, isEnded, type Network } from '../state.ts';
import { callView } from './views.ts';

const digitsBody = z.strictObject({
  digits: z.string().regex(/^[0-9*#w]{1,64}$/, 'digits are 0-9, * and #; w waits half a second'),
});

/** What people do with their phones: dial, press keys, answer, decline, hang up. */
export function callRoutes(network: Network, router: Router): void {
  const find = (request: Request): Call => {
    const call = network.calls.get(String(request.params.id));
    if (!call)
      throw new Problem(
        404,
        'No such call',
        'Its id is in the answer to POST /exchange/calls and in GET /exchange/phones/{number}/calls.',
      );
    return call;
  };
  const live = (request: Request): Call => {
    const call = find(request);
    if (isEnded(call)) throw new Problem(409, 'The call has ended', `It ended as ${call.state}.`);
    return call;
  };
  const ringing = (request: Request): Call => {
    const call = live(request);
    if (call.direction === 'inbound' || call.state !== 'ringing')
      throw new Problem(409, 'This phone does not ring', `The call is ${call.direction}, ${call.state}.`);
    return call;
  };

  router.post('/calls', (request, response) => {
    const call = dialIn(network, bodyAs(dialBody, request));
    response.status(201).json({ id: call.sid, sid: call.sid });
  });
  router.get('/calls', (request, response) => {
    const limit = Number(request.query.limit ?? 50);
    if (!Number.isInteger(limit) || limit < 1)
      throw new Problem(400, 'Not a number', 'limit is a whole number from 1.');
    response.json([...network.calls.values()].slice(-limit).reverse().map(callView));
  });
  router.get('/calls/:id', (request, response) => {
    response.json(callView(find(request)));
  });
  router.post('/calls/:id/digits', (request, response) => {
    const { digits } = bodyAs(digitsBody, request);
    const call = live(request);
    if (call.state !== 'in-progress') throw new Problem(409, 'Nobody has answered yet', `The call is ${call.state}.`);
    press(network, call, digits);
    response.status(204).end();
  });
  router.post('/calls/:id/hangup', (request, response) => {
    live(request).hangUp();
    response.status(204).end();
  });
  router.post('/calls/:id/answer', (request, response) => {
    answer(network, ringing(request));
    response.status(204).end();
  });
  router.post('/calls/:id/reject', (request, response) => {
    endCall(network, ringing(request), 'busy', 'phone', 603);
    response.status(204).end();
  });
}

/** Somebody dials one of our numbers. */
function dialIn(network: Network, wish: z.infer<typeof dialBody>): Call {
  const own = network.numbers.get(wish.to);
  if (!own)
    throw new Problem(
      404,
      'Nobody has that number',
      `Give "to" as one of ours (GET /exchange/numbers), not "${wish.to}".`,
    );
  if (network.phones.has(wish.from) && network.live.has(wish.from))
    throw new Problem(409, 'The phone is in a call', `${wish.from} must hang up before it dials.`);
  const reportTo = wish.statusCallback ?? own.statusCallback;
  const call = createCall(network, {
    direction: 'inbound',
    from: wish.from,
    to: wish.to,
    voice: own.voice,
    reports: reportTo ? { url: reportTo, method: 'POST', events: new Set(['completed']), sequence: 0 } : null,
  });
  call.startedAt = call.createdAt;
  call.ringingAt = call.createdAt;
  call.habit = callerHabit(wish);
  if (wish.from.startsWith('+')) occupy(network, call); // withheld numbers are not one phone
  note(network, call, 'event', `dials ${wish.to}`);
  network.work.soon(() => {
    if (!isEnded(call)) performCall(network, call, { url: own.voice.url!, method: own.voice.method });
  });
  return call;
}
