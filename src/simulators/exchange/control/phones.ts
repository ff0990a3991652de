import type { Router } from 'express';
import { z } from 'zod';
import { bodyAs, numberIn, Problem } from '../../common/problem.ts';
import { phoneBody, sequenceOf } from '../habits.ts';
import type { Network } from '../state.ts';
import { callView, numberView, phoneView } from './views.ts';

const numberBody = z.strictObject({
  voiceUrl: z.url(),
  voiceMethod: z.enum(['GET', 'POST']).default('POST'),
  fallbackUrl: z.url().optional(),
  fallbackMethod: z.enum(['GET', 'POST']).default('POST'),
  statusCallback: z.url().optional(),
  label: z.string().max(60).optional(),
});

/** What a visitor of the page may try; whoever furnishes the town writes it. */
const noticeBody = z.strictObject({
  lines: z.array(z.strictObject({ ja: z.string().max(200), en: z.string().max(200) })).max(20),
});

/** The phones of the town and the numbers of the account. */
export function phoneRoutes(network: Network, router: Router): void {
  const known = (number: string) => {
    const phone = network.phones.get(number);
    if (!phone) throw new Problem(404, 'No such phone', `Set it up first: PUT /exchange/phones/${number}.`);
    return phone;
  };

  router.put('/notice', (request, response) => {
    network.notice = bodyAs(noticeBody, request).lines;
    response.status(204).end();
  });
  router.get('/notice', (_request, response) => {
    response.json({ lines: network.notice });
  });

  router.put('/phones/:number', (request, response) => {
    const number = numberIn(request);
    const body = bodyAs(phoneBody, request);
    const before = network.phones.get(number);
    const phone = { number, label: body.label ?? before?.label ?? '', sequence: sequenceOf(body), rings: 0 };
    network.phones.set(number, phone);
    response.status(before ? 200 : 201).json(phoneView(network, phone));
  });
  router.get('/phones', (_request, response) => {
    response.json([...network.phones.values()].map((phone) => phoneView(network, phone)));
  });
  router.get('/phones/:number', (request, response) => {
    response.json(phoneView(network, known(numberIn(request))));
  });
  router.delete('/phones/:number', (request, response) => {
    network.phones.delete(known(numberIn(request)).number);
    response.status(204).end();
  });
  router.get('/phones/:number/calls', (request, response) => {
    response.json((network.callsOfPhone.get(numberIn(request)) ?? []).map(callView));
  });

  router.put('/numbers/:number', (request, response) => {
    const number = numberIn(request);
    const body = bodyAs(numberBody, request);
    const before = network.numbers.get(number);
    const own = {
      number,
      sid: before?.sid ?? network.chance.sid('PN'),
      label: body.label ?? before?.label ?? '',
      voice: {
        url: body.voiceUrl,
        method: body.voiceMethod,
        twiml: null,
        fallbackUrl: body.fallbackUrl ?? null,
        fallbackMethod: body.fallbackMethod,
      },
      statusCallback: body.statusCallback ?? null,
    };
    network.numbers.set(number, own);
    response.status(before ? 200 : 201).json(numberView(own));
  });
  router.get('/numbers', (_request, response) => {
    response.json([...network.numbers.values()].map(numberView));
  });
  router.delete('/numbers/:number', (request, response) => {
    network.numbers.delete(numberIn(request));
    response.status(204).end();
  });
}
