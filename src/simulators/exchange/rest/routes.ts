import { timingSafeEqual } from 'node:crypto';
import express, { type ErrorRequestHandler, type Request, type RequestHandler, type Router } from 'express';
import { Refusal } from '../errors.ts';
import type { ApiOperation } from '../faults.ts';
import type { Network } from '../state.ts';
import * as calls from './calls.ts';
import * as conferences from './conferences.ts';
import * as messages from './messages.ts';
import { type HeldAnswers, notFound, operation } from './operation.ts';
import * as participants from './participants.ts';

/** Twilio's REST API, as far as it is simulated: every operation in one table. */
export function restRoutes(network: Network, authToken: string, held: HeldAnswers): Router {
  const router = express.Router();
  router.use(authenticate(network, authToken), express.urlencoded({ extended: false }));
  const route = (
    verb: 'get' | 'post' | 'delete',
    path: string,
    name: ApiOperation,
    status: 200 | 201 | 204,
    handle: (network: Network, request: Request) => unknown,
  ) =>
    router[verb](
      path,
      operation(network, held, name, status, (request) => handle(network, request)),
    );

  route('post', '/Calls.json', 'calls.create', 201, calls.createCallResource);
  route('get', '/Calls.json', 'calls.list', 200, calls.listCallResources);
  route('get', '/Calls/:sid.json', 'calls.fetch', 200, calls.fetchCallResource);
  route('post', '/Calls/:sid.json', 'calls.update', 200, calls.updateCallResource);
  route('delete', '/Calls/:sid.json', 'calls.delete', 204, calls.deleteCallResource);
  route('get', '/Conferences.json', 'conferences.list', 200, conferences.listConferences);
  route('get', '/Conferences/:sid.json', 'conferences.fetch', 200, conferences.fetchConference);
  route('post', '/Conferences/:sid.json', 'conferences.update', 200, conferences.updateConference);
  const inside = '/Conferences/:conference/Participants';
  route('post', `${inside}.json`, 'participants.create', 201, participants.createParticipant);
  route('get', `${inside}.json`, 'participants.list', 200, participants.listParticipants);
  route('get', `${inside}/:call.json`, 'participants.fetch', 200, participants.fetchParticipant);
  route('post', `${inside}/:call.json`, 'participants.update', 200, participants.updateParticipant);
  route('delete', `${inside}/:call.json`, 'participants.delete', 204, participants.deleteParticipant);
  route('post', '/Messages.json', 'messages.create', 201, messages.createMessage);
  route('get', '/Messages.json', 'messages.list', 200, messages.listMessages);
  route('get', '/Messages/:sid.json', 'messages.fetch', 200, messages.fetchMessage);
  router.use((request) => {
    throw notFound(request);
  });
  router.use(refuse);
  return router;
}

function authenticate(network: Network, authToken: string): RequestHandler {
  const expected = Buffer.from(`Basic ${Buffer.from(`${network.accountSid}:${authToken}`).toString('base64')}`);
  return (request, _response, next) => {
    const given = Buffer.from(request.headers.authorization ?? '');
    const known = given.length === expected.length && timingSafeEqual(given, expected);
    if (!known || !request.baseUrl.endsWith(`/${network.accountSid}`)) throw new Refusal('authenticate');
    next();
  };
}

const refuse: ErrorRequestHandler = (error, _request, response, next) => {
  if (response.headersSent) return next(error);
  const known = error instanceof Refusal ? error : unreadable(error);
  if (known.status === 401) response.set('www-authenticate', 'Basic realm="Twilio API"');
  response.status(known.status).json(known);
};

/** A body that cannot be parsed is the client's fault; anything else is ours and must be seen. */
function unreadable(error: unknown): Refusal {
  const status = (error as { status?: unknown }).status;
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new Refusal('invalidParameter', String(error));
  throw error;
}
