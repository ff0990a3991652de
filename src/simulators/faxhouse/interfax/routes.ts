import { timingSafeEqual } from 'node:crypto';
import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import { strikes } from '../../common/strikes.ts';
import { documentOf, sendDocument } from '../documents.ts';
import { isReceived, listed, ofAccount } from '../faxes.ts';
import { type Answer, hold, operation } from '../operation.ts';
import type { Fax, House } from '../state.ts';
import { cancel } from '../transmission.ts';
import { inboundRecord, outboundRecord } from './records.ts';
import { InterfaxRefusal, interfaxErrors, refuseInterfax } from './refusal.ts';
import { findOutbound } from './search.ts';
import { resendFax, sendFax } from './sending.ts';

const largestDocument = '20mb'; // system limitations: 20 MB
const imageDays = 14; // images are kept so long

/** InterFAX's REST (`/outbound/…`, `/inbound/…`) with HTTP Basic. */
export function interfaxRoutes(house: House): Router {
  const router = express.Router();
  const guard = authenticate(house);
  const body = express.raw({ type: () => true, limit: largestDocument });
  const route = (
    verb: 'get' | 'post',
    path: string,
    name: Parameters<typeof operation>[1],
    handle: (request: Request) => Answer | Promise<Answer>,
  ) => router[verb](path, guard, operation(house, name, refuseInterfax, handle));
  const ok = (value?: unknown): Answer => ({ status: 200, ...(value !== undefined && { body: value }) });

  router.post(
    '/outbound/faxes',
    guard,
    body,
    operation(house, 'interfax.send', refuseInterfax, (request) => sendFax(house, request)),
  );
  route('get', '/outbound/search', 'interfax.list', (request) =>
    ok(findOutbound(house, request.query).map((fax) => outboundRecord(house, fax))),
  );
  route('get', '/outbound/faxes', 'interfax.list', (request) =>
    ok(paged(listed(house, 'interfax', 'outbound'), request.query).map((fax) => outboundRecord(house, fax))),
  );
  route('get', '/outbound/faxes/completed', 'interfax.list', (request) => {
    const ids = String(request.query.ids ?? '').split(',');
    const ended = listed(house, 'interfax', 'outbound').filter((fax) => ids.includes(fax.id) && fax.endedAt !== null);
    return ok(ended.map((fax) => outboundRecord(house, fax)));
  });
  route('get', '/outbound/faxes/:id', 'interfax.status', (request) =>
    ok(outboundRecord(house, outbound(house, request))),
  );
  route('post', '/outbound/faxes/:id/resend', 'interfax.send', (request) =>
    resendFax(house, outbound(house, request), request),
  );
  route('post', '/outbound/faxes/:id/cancel', 'interfax.change', (request) => {
    if (!cancel(house, outbound(house, request)))
      throw new InterfaxRefusal(409, -163, 'The fax is completed and cannot be cancelled');
    return ok();
  });
  route('post', '/outbound/faxes/:id/hide', 'interfax.change', (request) => {
    outbound(house, request).isGone = true;
    return ok();
  });
  router.get('/outbound/faxes/:id/image', guard, (request, response) =>
    image(house, outbound(house, request), response),
  );

  route('get', '/inbound/faxes', 'interfax.list', (request) => {
    const unreadOnly = request.query.unreadOnly === 'true';
    const received = listed(house, 'interfax', 'inbound').filter(isReceived);
    const wanted = received.filter((fax) => !(unreadOnly && fax.isRead));
    return ok(paged(wanted, request.query).map((fax) => inboundRecord(house, fax)));
  });
  route('get', '/inbound/faxes/:id', 'interfax.status', (request) => ok(inboundRecord(house, inbound(house, request))));
  router.get('/inbound/faxes/:id/image', guard, (request, response) => image(house, inbound(house, request), response));
  route('post', '/inbound/faxes/:id/mark', 'interfax.change', (request) => {
    const { unread } = request.query;
    if (unread !== 'true' && unread !== 'false')
      throw new InterfaxRefusal(400, -1062, 'Wrong input parameter: unread must be true or false');
    inbound(house, request).isRead = unread === 'false';
    return ok();
  });
  router.use(interfaxErrors);
  return router;
}

const notFound = (): InterfaxRefusal => new InterfaxRefusal(404, -150, 'Transaction not found');

function outbound(house: House, request: Request): Fax {
  const fax = ofAccount(house, 'interfax', String(request.params.id));
  if (fax?.direction !== 'outbound') throw notFound();
  return fax;
}

function inbound(house: House, request: Request): Fax {
  const fax = ofAccount(house, 'interfax', String(request.params.id));
  if (!fax || !isReceived(fax)) throw notFound();
  return fax;
}

/** `limit` (25) and `lastId`: those before that id. */
function paged(faxes: Fax[], query: Request['query']): Fax[] {
  const limit = Math.min(1000, Number(query.limit ?? 25));
  if (!Number.isInteger(limit) || limit < 1) throw new InterfaxRefusal(400, -1062, 'Wrong input parameter: limit');
  const before = query.lastId === undefined ? Number.POSITIVE_INFINITY : Number(query.lastId);
  return faxes.filter((fax) => Number(fax.id) < before).slice(0, limit);
}

async function image(house: House, fax: Fax, response: Response): Promise<void> {
  const mode = strikes(house.faults, 'interfax.image', house.chance);
  if (mode === '500' || mode === '503' || mode === '429')
    return refuseInterfax(response, Number(mode) as 429 | 500 | 503);
  if (mode !== null) return hold(house, response);
  const age = house.clock.now().getTime() - (fax.endedAt ?? fax.createdAt).getTime();
  const document = age > imageDays * 86_400_000 ? null : await documentOf(house, fax);
  if (!document) throw new InterfaxRefusal(404, -151, 'The image is not kept any more');
  sendDocument(house, response, document);
}

function authenticate(house: House): RequestHandler {
  const { username, password } = house.accounts.interfax;
  const expected = Buffer.from(`Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`);
  return (request, _response, next) => {
    const given = Buffer.from(request.headers.authorization ?? '');
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      throw new InterfaxRefusal(401, -112, 'Username or password is incorrect');
    next();
  };
}
