/**
 * What every HTTP process of ours has: health, readiness, metrics, errors as problem documents, and an end in good order.
 */
import { createServer, type Server } from 'node:http';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { type Log, loggable, OperatorError } from '../log.ts';
import type { Metrics } from '../metrics.ts';

export interface ShellOptions {
  log: Log;
  metrics: Metrics;
  /** Each part that must work for a call to be taken (`postgres`, `carrier`), and whether it does. */
  ready(): Promise<Record<string, boolean>>;
}

/** A part that has not answered by then is not ready. */
const readyMs = 3000;

/**
 * An application with /healthz (the process lives), /readyz (it can take calls; 503 names the part that cannot) and /metrics.
 * `addRoutes` adds the rest; after it come 404 and the error handler, both RFC 9457 problem documents.
 */
export function createServerShell(options: ShellOptions, addRoutes: (app: Express) => void = () => undefined): Express {
  const { log, metrics } = options;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(measure(metrics), plainHeaders);
  app.get('/healthz', (_req, res) => {
    res.json({ alive: true });
  });
  app.get('/readyz', async (req, res) => {
    const isDraining = req.app.locals.isDraining === true;
    const parts = { ...(await partsOf(options)), ...(isDraining ? { accepting: false } : {}) };
    const isReady = Object.values(parts).every(Boolean);
    res.status(isReady ? 200 : 503).json({ ready: isReady, parts });
  });
  app.get('/metrics', async (_req, res) => {
    const { contentType, body } = await metrics.text();
    res.type(contentType).send(body);
  });
  addRoutes(app);
  app.use((_req, res) => {
    res.status(404).type('application/problem+json').send(problem(404, 'Not Found'));
  });
  app.use(errorHandler(log));
  return app;
}

async function partsOf(options: ShellOptions): Promise<Record<string, boolean>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Record<string, boolean>>((resolve) => {
    timer = setTimeout(() => resolve({ inTime: false }), readyMs);
  });
  try {
    return await Promise.race([options.ready(), late]);
  } catch (error) {
    options.log.warn('readiness_failed', { error });
    return { check: false };
  } finally {
    clearTimeout(timer);
  }
}

/** Seconds by route pattern, never by path: a path carries ids. */
function measure(metrics: Metrics): RequestHandler {
  const labels = ['method', 'route', 'status'];
  const seconds = metrics.histogram('kamome_http_seconds', 'Seconds from request to last byte', labels);
  return (req, res, next) => {
    const began = performance.now();
    if (req.app.locals.isDraining === true) res.set('connection', 'close');
    res.on('finish', () => {
      const route = typeof req.route?.path === 'string' ? `${req.baseUrl}${req.route.path}` : 'none';
      const labelled = { method: req.method, route, status: `${Math.floor(res.statusCode / 100)}xx` };
      seconds.observe((performance.now() - began) / 1000, labelled);
    });
    next();
  };
}

const plainHeaders: RequestHandler = (_req, res, next) => {
  res.setHeader('x-content-type-options', 'nosniff');
  res.setHeader('cache-control', 'no-store');
  next();
};

const problem = (status: number, title: string, detail?: string): string =>
  JSON.stringify({ type: 'about:blank', title, status, ...(detail ? { detail } : {}) });

/** Only words of our own reach the other side; what a driver says may quote what it was given. */
function errorHandler(log: Log): ErrorRequestHandler {
  return (error: unknown, _req, res, _next) => {
    const status = statusOf(error);
    if (status >= 500) log.error('request_failed', { status, error });
    else log.info('request_refused', { status, error });
    if (res.headersSent) return void res.destroy();
    const detail = error instanceof Error && loggable in error ? error.message : undefined;
    const title = status >= 500 ? 'Internal Server Error' : 'Bad Request';
    res
      .status(status)
      .type('application/problem+json')
      .send(problem(status, titles[status] ?? title, detail));
  };
}

const titles: Record<number, string> = {
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  503: 'Service Unavailable',
};

/** Body parsers and our own refusals carry `status`; everything else is our fault. */
function statusOf(error: unknown): number {
  const status = error instanceof Error && 'status' in error ? Number(error.status) : 500;
  return Number.isInteger(status) && status >= 400 && status < 600 ? status : 500;
}

export interface Listening {
  /** The port really taken, also when 0 was asked for. */
  port: number;
  /**
   * /readyz answers 503, no new connection is taken, requests under way are finished; after `deadlineSeconds` what is left is
   * cut. Safe to call twice.
   */
  drain(deadlineSeconds: number): Promise<void>;
}

/**
 * Starts to listen.
 * @throws OperatorError when the port is taken or may not be used.
 */
export async function listenGracefully(app: Express, port: number, host: string): Promise<Listening> {
  const server = createServer(app);
  server.requestTimeout = 30_000;
  server.headersTimeout = 10_000;
  server.keepAliveTimeout = 65_000; // above the 60 s of usual proxies, so that they, not we, close an idle connection
  await listen(server, port, host);
  const address = server.address();
  let draining: Promise<void> | undefined;
  return {
    port: typeof address === 'object' && address ? address.port : port,
    drain(deadlineSeconds) {
      app.locals.isDraining = true;
      draining ??= close(server, deadlineSeconds);
      return draining;
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const cure =
        'stop the other program, or choose another with PORT (EXCHANGE_PORT for the exchange, WORKER_PORT for a worker)';
      const taken = cause.code === 'EADDRINUSE' ? `port ${port} is taken: ${cure}` : `cannot listen on port ${port}`;
      reject(new OperatorError(taken, { cause }));
    });
    server.listen(port, host, resolve);
  });
}

async function close(server: Server, deadlineSeconds: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A kept connection is idle only after its last answer; without looking again it would hold us to the deadline.
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  const deadline = setTimeout(() => server.closeAllConnections(), deadlineSeconds * 1000);
  await closed;
  clearInterval(idle);
  clearTimeout(deadline);
}
