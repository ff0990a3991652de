/** The console's HTTP side: from the table of routes to an application. Refuses in order: origin, session, permission, shape. */
import express, { type Express, type Request, type RequestHandler, type Response, type Router } from 'express';
import helmet from 'helmet';
import type { z } from 'zod';
import { isStorable } from '../lib/plain-text.ts';
import type { Log } from '../log.ts';
import { atMostOnceEvery } from '../queue.ts';
import { noteRefusal } from '../staff/refusals.ts';
import { permits, type Staff } from '../staff/staff.ts';
import type { ConsoleContext } from './context.ts';
import { docsPage } from './docs-page.ts';
import type { LiveViews } from './live.ts';
import { describeRoutes } from './openapi.ts';
import { type AnyRoute, type FileAnswer, Refusal, type RouteTable, refuse, type Transport } from './route.ts';

export interface SessionView {
  staff: Staff;
  sessionId: string;
  /** `screen`: the wall screen, which sees the whiteboard and nothing else. */
  kind: 'person' | 'screen';
  /** Proved who he is within the last minutes. */
  isFresh: boolean;
}

export interface ConsoleServerParts {
  ctx: ConsoleContext;
  routes: RouteTable;
  live: LiveViews;
  /** Who is behind this cookie at this instant; null: nobody (any more). A stream is no activity: it keeps no session alive. */
  sessionOf(cookie: string, isActivity: boolean): Promise<SessionView | null>;
  /** `__Host-kamome` behind https, `kamome` on a machine of one's own. */
  isSecure: boolean;
  /** Trusts that many proxies for the caller's address. */
  proxies: number;
  /** The folder with the built pages, or null while they are being built. */
  pages(): string | null;
}

export const cookieNameOf = (isSecure: boolean): string => (isSecure ? '__Host-kamome' : 'kamome');
/** Every request that changes something bears it: no form of another site can. */
export const requestHeader = 'x-kamome';

/** Adds the console to an application of ours (http/server.ts). */
export function addConsole(app: Express, parts: ConsoleServerParts): void {
  app.set('trust proxy', parts.proxies);
  app.use(headers(parts.isSecure));
  app.use('/api', apiRouter(parts));
  app.use(pagesRouter(parts));
}

/** No script but our own files; styles may stand in attributes, which the component library needs. */
function headers(isSecure: boolean): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        mediaSrc: ["'self'", 'blob:'],
        frameSrc: ["'self'", 'blob:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: isSecure && { maxAge: 63_072_000 },
    referrerPolicy: { policy: 'no-referrer' },
    crossOriginOpenerPolicy: { policy: 'same-origin' },
  });
}

function apiRouter(parts: ConsoleServerParts): Router {
  const router = express.Router();
  const description = describeRoutes(parts.routes);
  router.get('/docs/openapi.json', (_req, res) => void res.json(description));
  router.get('/docs', (_req, res) => void res.type('html').send(docsPage(description)));
  router.use(ownPagesOnly(parts.ctx.log), notKept);
  for (const [operation, route] of Object.entries(parts.routes)) {
    const parse = express.json({ limit: route.bodyLimit ?? 256 * 1024, strict: true });
    const handlers = route.body ? [parse, answer(parts, operation, route)] : [answer(parts, operation, route)];
    router[route.method as 'get'](route.path, ...handlers);
  }
  router.use((_req, res) => sendRefusal(res, refuse(404, 'no_such_door')));
  return router;
}

/** Another site can neither set our header nor fake where the browser says that the request comes from. */
function ownPagesOnly(log: Log): RequestHandler {
  // Nobody is behind it whom a chain could name: a line of the log, and not more than one a minute.
  const note = atMostOnceEvery(60_000, (code: string) => log.info('foreign_request_refused', { code }));
  return (req, res, next) => {
    const code = foreignTo(req);
    if (code === null) return next();
    note(code);
    sendRefusal(res, refuse(403, code));
  };
}

function foreignTo(req: Request): 'foreign_origin' | 'header_missing' | null {
  const site = req.get('sec-fetch-site');
  const isForeign = site !== undefined && site !== 'same-origin' && site !== 'none';
  const origin = req.get('origin');
  const isOtherOrigin = origin !== undefined && URL.canParse(origin) && new URL(origin).host !== req.get('host');
  const changes = req.method !== 'GET' && req.method !== 'HEAD';
  if (isOtherOrigin || (isForeign && (changes || req.get('sec-fetch-mode') !== 'navigate'))) return 'foreign_origin';
  return changes && req.get(requestHeader) === undefined ? 'header_missing' : null;
}

/** No browser keeps an answer: it may name a patient. */
const notKept: RequestHandler = (_req, res, next) => {
  res.set('cache-control', 'no-store');
  next();
};

function answer(parts: ConsoleServerParts, operation: string, route: AnyRoute): RequestHandler {
  return async (req, res) => {
    const { ctx } = parts;
    const session = await sessionOfRequest(parts, req);
    const cause = `console ${operation}`;
    /** A shut door is written down, when it is known to whom. */
    const shut = async (refusal: Refusal): Promise<void> => {
      const { status, code } = refusal;
      const { associationId, id: by } = session?.staff ?? { associationId: null, id: '' };
      if (status === 403 && associationId) await noteRefusal(ctx, { associationId, by, cause, code });
      sendRefusal(res, refusal);
    };
    const refused = refusedAccess(route, session);
    if (refused) return shut(refused);
    const shaped = shapeOf(route, req);
    if (shaped instanceof Refusal) return sendRefusal(res, shaped);
    const staff = session?.staff ?? null;
    const asked = { ...shaped, staff, sessionId: session?.sessionId ?? null, cause };
    const transport = transportOf(parts, req, res);
    const replied = await route.handle(ctx, asked, transport);
    if (replied instanceof Refusal) return shut(replied);
    if (route.live && req.get('accept')?.includes('text/event-stream') && staff) {
      const key = JSON.stringify([operation, staff.associationId, shaped.params, shaped.query]);
      const read = async () => liveText(route, await route.handle(ctx, asked, transport));
      const isAllowed = async () => refusedAccess(route, await sessionOfRequest(parts, req)) === null;
      return parts.live.watch(key, route.live.everyMs, read, { response: res, isAllowed });
    }
    if ('file' in route.reply) return sendFile(res, route.reply.file, replied as FileAnswer);
    res.json(route.reply.parse(replied));
  };
}

/** @throws when what could be watched is no longer there: the screens are told that they are not live. */
function liveText(route: AnyRoute, replied: unknown): string {
  if (replied instanceof Refusal) throw new Error(`no longer to be seen: ${replied.code}`);
  return JSON.stringify((route.reply as z.ZodType).parse(replied));
}

async function sessionOfRequest(parts: ConsoleServerParts, req: Request): Promise<SessionView | null> {
  const value = cookieOf(req, cookieNameOf(parts.isSecure));
  const isStream = req.get('accept')?.includes('text/event-stream') === true;
  return value === null ? null : parts.sessionOf(value, !isStream);
}

function refusedAccess({ access, needsFresh }: AnyRoute, session: SessionView | null): Refusal | null {
  if (access === 'anybody') return null;
  if (!session) return refuse(401, 'not_signed_in');
  if (session.kind === 'screen' && access !== 'whiteboard.read') return refuse(403, 'screen_only');
  if (access !== 'signed_in' && !permits(session.staff.role, access))
    return refuse(403, 'not_permitted', { needs: access });
  return needsFresh && !session.isFresh ? refuse(403, 'prove_again') : null;
}

function shapeOf(route: AnyRoute, req: Request): { params: unknown; query: unknown; body: unknown } | Refusal {
  const parsed: Record<'params' | 'query' | 'body', unknown> = { params: undefined, query: undefined, body: undefined };
  for (const part of ['params', 'query', 'body'] as const) {
    const shape: z.ZodType | undefined = route[part];
    if (!shape) continue;
    const result = shape.safeParse(req[part] ?? {});
    if (!result.success) {
      // Where and what kind of fault, never the value: it may be a name.
      const faults = result.error.issues.map(({ path, code }) => ({ path: path.join('.'), code }));
      return refuse(400, 'does_not_fit', { part, faults });
    }
    if (!isStorable(result.data))
      return refuse(400, 'does_not_fit', { part, faults: [{ path: '', code: 'unstorable' }] });
    parsed[part] = result.data;
  }
  return parsed;
}

function cookieOf(req: Request, name: string): string | null {
  const all = req.get('cookie')?.split(/;\s*/) ?? [];
  const found = all.find((pair) => pair.startsWith(`${name}=`));
  return found?.slice(name.length + 1) || null;
}

function transportOf({ isSecure }: ConsoleServerParts, req: Request, res: Response): Transport {
  return {
    address: req.ip ?? '',
    userAgent: (req.get('user-agent') ?? '').slice(0, 200),
    setSession(token, maxAgeSeconds) {
      const options = { httpOnly: true, sameSite: 'strict', secure: isSecure, path: '/', encode: String } as const;
      const maxAge = token === null ? 0 : maxAgeSeconds * 1000;
      res.cookie(cookieNameOf(isSecure), token ?? '', { ...options, maxAge });
    },
  };
}

function sendFile(res: Response, type: string, { bytes, saveAs }: FileAnswer): void {
  if (saveAs) res.attachment(saveAs);
  res.type(type).send(typeof bytes === 'string' ? bytes : Buffer.from(bytes));
}

const titles: Record<Refusal['status'], string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  413: 'Content Too Large',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
};

function sendRefusal(res: Response, { status, code, detail }: Refusal): void {
  const body = { type: 'about:blank', title: titles[status], status, code, detail };
  res.status(status).type('application/problem+json').send(JSON.stringify(body));
}

/** Files by their hashed names for a year; every other path is a page of the one application. */
function pagesRouter(parts: ConsoleServerParts): Router {
  const router = express.Router();
  let served: { folder: string; files: RequestHandler } | undefined;
  router.use((req, res, next) => {
    const folder = parts.pages();
    if (!folder && req.path === waitingScript)
      return void res.type('js').send('setTimeout(() => location.reload(), 2000)');
    if (!folder) return void res.set('retry-after', '2').status(503).type('html').send(stillBuilding);
    if (served?.folder !== folder) served = { folder, files: filesOf(folder) };
    const isAsset = req.path.startsWith('/assets/');
    served.files(req, res, () => {
      const isPage = (req.method === 'GET' || req.method === 'HEAD') && !isAsset && !req.path.includes('.');
      if (!isPage) return next();
      res.set('cache-control', 'no-cache').sendFile('index.html', { root: folder });
    });
  });
  return router;
}

const filesOf = (folder: string): RequestHandler =>
  express.static(folder, {
    ...{ index: false, etag: true, redirect: false },
    setHeaders(answer) {
      const isAsset = answer.req.url?.startsWith('/assets/');
      answer.setHeader('cache-control', isAsset ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });

const waitingScript = '/still-building.js';
/** By a script of ours: the browser's own refresh does not load an address with # again, and the first link of all is one. */
const stillBuilding = `<!doctype html><html lang="ja"><meta charset="utf-8"><script src="${waitingScript}"></script>
<title>Kamome</title><p>画面を準備しています（数秒）。Preparing the pages (a few seconds).</p></html>`;
