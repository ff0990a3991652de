import http from 'node:http';
import https from 'node:https';
import type { Clock, Timer } from '../../lib/clock.ts';
import type { Work } from '../common/work.ts';
import type { Chance } from './chance.ts';
import { type Dialect, inDialect, signature } from './dialects.ts';
import { callErrors } from './errors.ts';
import { type Overrides, splitOverrides } from './overrides.ts';

/** Where and about what somebody wants to be told (`StatusCallback`, `StatusCallbackEvent`). */
export interface Reports {
  url: string;
  method: 'GET' | 'POST';
  events: ReadonlySet<string>;
  /** The `SequenceNumber` of the next one. */
  sequence: number;
}

export interface Delivery {
  kind: 'voice' | 'status' | 'conference' | 'message' | 'recording';
  /** The SID it is about. */
  subject: string;
  url: string;
  method: 'GET' | 'POST';
  params: Record<string, string>;
  /** Equal on every delivery of one event. */
  token: string;
}

export type Outcome =
  | { delivered: true; body: string; contentType: string }
  | { delivered: false; errorCode: number; detail: string };

export interface SentWebhook {
  at: string;
  kind: Delivery['kind'];
  subject: string;
  method: string;
  url: string;
  event: string;
  status: number | null;
  milliseconds: number;
  attempts: number;
  error: string | null;
}

/** The webhook office: signs, sends, retries, and remembers the last few hundred. */
export interface Post {
  /** Sends one webhook; `done` is called once, unless the office was closed before. */
  send(delivery: Delivery, done: (outcome: Outcome) => void): void;
  /** The last webhooks, newest first. */
  sent(limit: number): SentWebhook[];
  forget(): void;
  /** Runs `task`; what it would send is not sent. */
  silently(task: () => void): void;
  close(): void;
}

const remembered = 500;
const longestBody = 64 * 1024; // Twilio refuses larger documents

interface Attempt {
  status: number | null;
  failure: 'ct' | 'rt' | null;
  body: string;
  contentType: string;
  detail: string;
}

export function createPost(parts: { clock: Clock; chance: Chance; dialect: Dialect; work: Work }): Post {
  const { clock, dialect, work } = parts;
  const agents = {
    'http:': new http.Agent({ keepAlive: true, maxFreeSockets: 64 }),
    'https:': new https.Agent({ keepAlive: true, maxFreeSockets: 64 }),
  };
  const underWay = new Set<() => void>();
  let log: SentWebhook[] = [];
  let closed = false;
  let silent = false;

  function attemptOnce(delivery: Delivery, url: string, overrides: Overrides, done: (attempt: Attempt) => void): void {
    let target: URL;
    const params = inDialect(dialect, delivery.params);
    const form = new URLSearchParams(params).toString();
    const isGet = delivery.method === 'GET';
    const address = isGet ? `${url}${url.includes('?') ? '&' : '?'}${form}` : url;
    try {
      target = new URL(address);
      if (target.protocol !== 'http:' && target.protocol !== 'https:') throw new Error('not http');
    } catch {
      done({ status: null, failure: null, body: '', contentType: '', detail: `"${url}" is not an http(s) URL` });
      return;
    }
    const secure = target.protocol === 'https:';
    const headers: Record<string, string | number> = {
      ...signature(dialect, { address, isGet, params, body: form, at: clock.now() }),
      accept: '*/*',
      'i-twilio-idempotency-token': delivery.token,
    };
    if (!isGet) {
      headers['content-type'] = 'application/x-www-form-urlencoded; charset=UTF-8';
      headers['content-length'] = Buffer.byteLength(form);
    }

    let finished = false;
    let timer: Timer | null = null;
    const finish = (attempt: Attempt) => {
      if (finished) return;
      finished = true;
      timer?.cancel();
      underWay.delete(abandon);
      done(attempt);
    };
    const fail = (failure: 'ct' | 'rt', detail: string) =>
      finish({ status: null, failure, body: '', contentType: '', detail });
    const request = (secure ? https : http).request(target, {
      method: delivery.method,
      headers,
      agent: agents[secure ? 'https:' : 'http:'],
    });
    const abandon = () => {
      finished = true;
      timer?.cancel();
      request.destroy();
    };
    underWay.add(abandon);
    const wait = (milliseconds: number, failure: 'ct' | 'rt', what: string) => {
      timer?.cancel();
      timer = clock.after(milliseconds, () => {
        fail(failure, `${what} took more than ${milliseconds} ms`);
        request.destroy();
      });
    };
    const waitForReply = () => wait(overrides.readMs, 'rt', 'the reply');
    request.on('socket', (socket) => {
      if (finished) return;
      if (!socket.connecting) return waitForReply();
      wait(overrides.connectMs, 'ct', 'connecting');
      socket.once(secure ? 'secureConnect' : 'connect', () => !finished && waitForReply());
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      // The far end closed an idle connection as we took it up: nothing was read, so it is ours to try again.
      if (!finished && request.reusedSocket && error.code === 'ECONNRESET') {
        finished = true;
        timer?.cancel();
        underWay.delete(abandon);
        attemptOnce(delivery, url, overrides, done);
        return;
      }
      fail('ct', error.code ?? error.message);
    });
    request.on('response', (response) => {
      const parts: Buffer[] = [];
      let size = 0;
      response.on('data', (part: Buffer) => {
        size += part.length;
        if (size <= longestBody) parts.push(part);
      });
      response.on('error', () => fail('rt', 'the reply broke off'));
      response.on('end', () =>
        finish({
          status: response.statusCode ?? null,
          failure: null,
          body: Buffer.concat(parts).toString('utf8'),
          contentType: response.headers['content-type'] ?? '',
          detail: size > longestBody ? 'the document is larger than 64 KiB' : '',
        }),
      );
    });
    request.end(isGet ? undefined : form);
  }

  function worthAnother(attempt: Attempt, policy: Overrides['retryOn']): boolean {
    if (attempt.failure) return policy.has(attempt.failure);
    if (attempt.status === null) return false;
    return (
      (policy.has('4xx') && attempt.status >= 400 && attempt.status < 500) ||
      (policy.has('5xx') && attempt.status >= 500)
    );
  }

  function outcomeOf(attempt: Attempt): Outcome {
    if (attempt.status === null) {
      const errorCode = attempt.failure === 'ct' ? callErrors.connection : callErrors.retrieval;
      return { delivered: false, errorCode, detail: attempt.detail };
    }
    if (attempt.status < 200 || attempt.status > 299 || attempt.detail !== '')
      return {
        delivered: false,
        errorCode: callErrors.retrieval,
        detail: attempt.detail || `status ${attempt.status}`,
      };
    return { delivered: true, body: attempt.body, contentType: attempt.contentType };
  }

  function remember(delivery: Delivery, attempt: Attempt, attempts: number, began: number, faults: string[]): void {
    log.push({
      at: clock.now().toISOString(),
      kind: delivery.kind,
      subject: delivery.subject,
      method: delivery.method,
      url: delivery.url,
      event: delivery.params.StatusCallbackEvent ?? delivery.params.MessageStatus ?? delivery.params.CallStatus ?? '',
      status: attempt.status,
      milliseconds: Math.round((performance.now() - began) * 10) / 10,
      attempts,
      error:
        [attempt.detail, ...faults.map((fault) => `${callErrors.override}: ${fault}`)].filter(Boolean).join('; ') ||
        null,
    });
    if (log.length > 2 * remembered) log = log.slice(-remembered);
  }

  return {
    send(delivery, done) {
      if (closed || silent) return;
      const { url, overrides } = splitOverrides(delivery.url);
      const began = performance.now();
      const deadline = clock.now().getTime() + overrides.totalMs;
      let attempts = 0;
      work.begin();
      const again = () => {
        attempts += 1;
        const left = Math.max(1, deadline - clock.now().getTime());
        const limits = {
          ...overrides,
          connectMs: Math.min(overrides.connectMs, left),
          readMs: Math.min(overrides.readMs, left),
        };
        attemptOnce(delivery, url, limits, (attempt) => {
          if (closed) return work.end();
          const timeLeft = clock.now().getTime() < deadline;
          if (attempts <= overrides.retries && timeLeft && worthAnother(attempt, overrides.retryOn)) return again();
          remember(delivery, attempt, attempts, began, overrides.faults);
          try {
            done(outcomeOf(attempt));
          } finally {
            work.end();
          }
        });
      };
      again();
    },
    sent: (limit) => log.slice(-limit).reverse(),
    forget() {
      log = [];
    },
    silently(task) {
      silent = true;
      try {
        task();
      } finally {
        silent = false;
      }
    },
    close() {
      closed = true;
      for (const abandon of underWay) {
        abandon();
        work.end();
      }
      underWay.clear();
      agents['http:'].destroy();
      agents['https:'].destroy();
    },
  };
}
