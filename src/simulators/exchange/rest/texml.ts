import { timingSafeEqual } from 'node:crypto';
import express, { type ErrorRequestHandler, type Request, type Router } from 'express';
import { Refusal } from '../errors.ts';
import type { ApiOperation } from '../faults.ts';
import type { Network } from '../state.ts';
import * as calls from './calls.ts';
import * as conferences from './conferences.ts';
import { type HeldAnswers, notFound, operation } from './operation.ts';
import { fetchParticipant } from './participants.ts';

/**
 * Telnyx's TeXML REST, as far as a gateway uses it: the handlers of Twilio's, with its own doors, shapes and refusals.
 * https://developers.telnyx.com/docs/voice/texml/rest-api/calls
 */
export function texmlRoutes(network: Network, apiKey: string, held: HeldAnswers): Router {
  const router = express.Router();
  const expected = Buffer.from(`Bearer ${apiKey}`);
  router.use((request, _response, next) => {
    const given = Buffer.from(request.headers.authorization ?? '');
    const known = given.length === expected.length && timingSafeEqual(given, expected);
    if (!known || !request.baseUrl.endsWith(`/${network.accountSid}`)) throw new Refusal('authenticate');
    next();
  });
  router.use(express.urlencoded({ extended: false }), express.json());
  const route = (
    verb: 'get' | 'post',
    path: string,
    name: ApiOperation,
    handle: (network: Network, request: Request) => unknown,
  ) =>
    router[verb](
      path,
      operation(network, held, name, 200, (request) => handle(network, request)),
    );
  route('post', '/Calls', 'calls.create', (_network, request) => {
    const made = calls.createCallResource(network, { body: fieldsOf(request) } as Request);
    return texmlOf(made);
  });
  route('get', '/Calls', 'calls.list', (_network, request) =>
    listed(calls.listCallResources(network, request), 'calls'),
  );
  route('get', '/Calls/:sid', 'calls.fetch', (_network, request) => texmlOf(calls.fetchCallResource(network, request)));
  route('post', '/Calls/:sid', 'calls.update', (_network, request) =>
    texmlOf(calls.updateCallResource(network, request)),
  );
  route('get', '/Conferences', 'conferences.list', (_network, request) =>
    listed(conferences.listConferences(network, request), 'conferences'),
  );
  route('post', '/Conferences/:sid', 'conferences.update', (_network, request) =>
    texmlOf(conferences.updateConference(network, request)),
  );
  route('get', '/Conferences/:conference/Participants/:call', 'participants.fetch', (_network, request) =>
    texmlOf(fetchParticipant(network, request)),
  );
  router.use((request) => {
    throw notFound(request);
  });
  router.use(refuse);
  return router;
}

/** Calls are made in JSON, where numbers are numbers and the method of the document has its own name. */
function fieldsOf(request: Request): Record<string, string> {
  const given = (request.body ?? {}) as Record<string, unknown>;
  const fields = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]));
  if (fields.ApplicationSid === undefined) throw new Refusal('invalidParameter', 'ApplicationSid is missing');
  const seconds = Number(fields.Timeout ?? 30);
  if (!(seconds >= 5 && seconds <= 120)) throw new Refusal('invalidParameter', 'Timeout is from 5 to 120');
  return { ...fields, ...(fields.UrlMethod && { Method: fields.UrlMethod }) };
}

const onlyTwilio = new Set([
  'phone_number_sid',
  'api_version',
  'forwarded_from',
  'group_sid',
  'queue_time',
  'trunk_sid',
]);

function texmlOf(resource: unknown): Record<string, unknown> {
  const { uri, subresource_uris: _uris, parent_call_sid: _parent, direction, ...rest } = resource as Resource;
  const own = Object.entries(rest).filter(([name]) => !onlyTwilio.has(name));
  return {
    ...Object.fromEntries(own),
    ...(direction === undefined ? {} : { direction: direction === 'inbound' ? 'inbound' : 'outbound' }),
    uri: String(uri).replace('/2010-04-01/', '/v2/texml/'),
  };
}
type Resource = Record<string, unknown>;

function listed(page: unknown, name: 'calls' | 'conferences'): Record<string, unknown> {
  const { [name]: items, end, page: number, page_size, start } = page as Resource;
  return { [name]: (items as unknown[]).map(texmlOf), end, page: number, page_size, start };
}

/** Telnyx's form of an error: https://developers.telnyx.com/docs/overview/errors */
const refuse: ErrorRequestHandler = (error, _request, response, next) => {
  if (response.headersSent || !(error instanceof Refusal)) return next(error);
  const { status, code, message } = error;
  response.status(status).json({ errors: [{ code: String(code), title: message, detail: message }] });
};
