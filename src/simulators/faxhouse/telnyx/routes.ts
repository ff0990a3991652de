import { timingSafeEqual } from 'node:crypto';
import express, { type Request, type RequestHandler, type Router } from 'express';
import { documentOf, expiredXml, sendDocument } from '../documents.ts';
import { isReceived, listed, ofAccount } from '../faxes.ts';
import { type Answer, operation } from '../operation.ts';
import { type Fax, type House, hasEnded } from '../state.ts';
import { cancel } from '../transmission.ts';
import { faxRecord, renewMedia } from './records.ts';
import { refuseTelnyx, TelnyxRefusal, telnyxErrors } from './refusal.ts';
import { createFax } from './sending.ts';

/** Telnyx's fax API (`/v2/faxes…`) with a bearer key. */
export function telnyxRoutes(house: House): Router {
  const router = express.Router();
  router.use(authenticate(house));
  router.use(express.json({ limit: '64kb' }));
  const route = (
    verb: 'get' | 'post' | 'delete',
    path: string,
    name: Parameters<typeof operation>[1],
    handle: (request: Request) => Answer | Promise<Answer>,
  ) => router[verb](path, operation(house, name, refuseTelnyx, handle));

  route('post', '/faxes', 'telnyx.send', (request) => createFax(house, request));
  route('get', '/faxes', 'telnyx.list', (request) => ({ status: 200, body: listPage(house, request.query) }));
  route('get', '/faxes/:id', 'telnyx.status', (request) => ({
    status: 200,
    body: { data: faxRecord(house, known(house, request)) },
  }));
  route('delete', '/faxes/:id', 'telnyx.change', (request) => {
    const fax = known(house, request);
    if (!hasEnded(fax)) throw new TelnyxRefusal(422, '90023', 'Fax in progress', 'The fax has not ended yet');
    fax.isGone = true;
    return { status: 204 };
  });
  route('post', '/faxes/:id/actions/cancel', 'telnyx.change', (request) => {
    const fax = known(house, request);
    if (fax.direction !== 'outbound' || !cancel(house, fax))
      throw new TelnyxRefusal(422, '90022', 'Fax not cancelable', 'The fax has ended, or is not outbound');
    return { status: 202, body: { data: { result: 'ok' } } };
  });
  route('post', '/faxes/:id/actions/refresh', 'telnyx.change', (request) => {
    const fax = known(house, request);
    if (!isReceived(fax)) throw new TelnyxRefusal(422, '90024', 'No media', 'Only a received fax has media to refresh');
    renewMedia(house, fax);
    return { status: 200, body: { data: { result: 'ok' } } };
  });
  router.use((request: Request) => {
    throw new TelnyxRefusal(404, '10005', 'Resource not found', `${request.method} ${request.path}`);
  });
  router.use(telnyxErrors);
  return router;
}

/** The short-lived links to received documents, on a host of their own in real life: no credential is asked for. */
export function telnyxMedia(house: House): RequestHandler {
  return async (request, response) => {
    const fax = ofAccount(house, 'telnyx', String(request.params.id));
    const isGood =
      fax?.media &&
      fax.media.token === request.query['X-Amz-Signature'] &&
      fax.media.expiresAt.getTime() > house.clock.now().getTime();
    const document = isGood ? await documentOf(house, fax) : null;
    if (!document) return void response.status(403).type('application/xml').send(expiredXml);
    sendDocument(house, response, document);
  };
}

function known(house: House, request: Request): Fax {
  const fax = ofAccount(house, 'telnyx', String(request.params.id));
  if (!fax) throw new TelnyxRefusal(404, '10005', 'Resource not found', 'There is no such fax');
  return fax;
}

const filters: Readonly<Record<string, (fax: Fax, value: string) => boolean>> = {
  'filter[direction][eq]': (fax, value) => fax.direction === value,
  'filter[from][eq]': (fax, value) => fax.from === value,
  'filter[to][eq]': (fax, value) => fax.to === value,
  'filter[created_at][gte]': (fax, value) => fax.createdAt >= new Date(value),
  'filter[created_at][gt]': (fax, value) => fax.createdAt > new Date(value),
  'filter[created_at][lte]': (fax, value) => fax.createdAt <= new Date(value),
  'filter[created_at][lt]': (fax, value) => fax.createdAt < new Date(value),
};

/** `GET /v2/faxes` with `page[number]`, `page[size]` and the filters above; an unknown one is refused. */
function listPage(house: House, query: Request['query']): Record<string, unknown> {
  let found = listed(house, 'telnyx');
  for (const [name, value] of Object.entries(query)) {
    if (name.startsWith('page[')) continue;
    const filter = filters[name];
    if (!filter) throw new TelnyxRefusal(400, '10015', 'Bad Request', `unknown parameter ${name}`);
    found = found.filter((fax) => filter(fax, String(value)));
  }
  const number = wholeFrom1(query['page[number]'], 1);
  const size = Math.min(250, wholeFrom1(query['page[size]'], 20));
  return {
    data: found.slice((number - 1) * size, number * size).map((fax) => faxRecord(house, fax)),
    meta: {
      page_number: number,
      page_size: size,
      total_pages: Math.ceil(found.length / size),
      total_results: found.length,
    },
  };
}

function wholeFrom1(value: unknown, otherwise: number): number {
  const number = Number(value ?? otherwise);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new TelnyxRefusal(400, '10015', 'Bad Request', 'page[number] and page[size] are whole numbers from 1');
}

function authenticate(house: House): RequestHandler {
  const expected = Buffer.from(`Bearer ${house.accounts.telnyx.apiKey}`);
  return (request, _response, next) => {
    const given = Buffer.from(request.headers.authorization ?? '');
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      throw new TelnyxRefusal(401, '10009', 'Authentication failed', 'Could not understand the key given');
    next();
  };
}
