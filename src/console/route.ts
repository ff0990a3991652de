/**
 * A route of the console: shapes, permission and what it does, in one place. From the table of them (routes.ts) come the server
 * (server.ts), the description (`/api/docs`, openapi.ts) and the types of the pages' client (web/api.ts): one source, three uses.
 */
import type { z } from 'zod';
import type { Permission, Staff } from '../staff/staff.ts';
import type { ConsoleContext } from './context.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** Who may call it: anybody (signing in), anybody who is signed in, or who has this permission. */
export type Access = 'anybody' | 'signed_in' | Permission;

type AnyShape = z.ZodType;
type Given<Shape> = Shape extends AnyShape ? z.output<Shape> : undefined;
type Sent<Shape> = Shape extends AnyShape ? z.input<Shape> : undefined;

export interface Route<
  Params extends AnyShape | undefined = AnyShape | undefined,
  Query extends AnyShape | undefined = AnyShape | undefined,
  Body extends AnyShape | undefined = AnyShape | undefined,
  Reply extends AnyShape | FileReply = AnyShape | FileReply,
> {
  method: Method;
  /** Below /api, with Express's `:name` for parts: `/patients/:patientId`. Opaque ids only (rule 8). */
  path: string;
  /** One line, English: what it is for. */
  summary: string;
  access: Access;
  params?: Params;
  query?: Query;
  body?: Body;
  /** What it answers; also checked before it leaves, so that nothing goes out that the description does not name. */
  reply: Reply;
  /** A get that may be watched: with `Accept: text/event-stream` it is answered anew, as often as this, whenever it changed. */
  live?: { everyMs: number };
  /** Only within ten minutes of proving who one is (staff administration, exports, keys). */
  needsFresh?: boolean;
  /** Most bytes of a body; 256 KiB when absent. */
  bodyLimit?: number;
}

/** A file instead of JSON: the page opens or saves it. */
export interface FileReply {
  file: 'application/pdf' | 'text/csv' | 'text/calendar' | 'image/png' | 'image/svg+xml';
}

export interface FileAnswer {
  bytes: Uint8Array | string;
  /** No patient's name in it: `card.pdf`. Absent: shown in the browser. */
  saveAs?: string;
}

/** One request, parsed. `staff` is null only where `access` is 'anybody'. */
export interface Asked<Params, Query, Body, Who = Staff> {
  staff: Who;
  params: Params;
  query: Query;
  body: Body;
  /** Opaque, of the session; null when there is none. */
  sessionId: string | null;
  /** What led here, for the log: `console <operation>`. */
  cause: string;
}

/** The session's cookie and the caller's address, for signing in alone. */
export interface Transport {
  address: string;
  userAgent: string;
  /** From the answer on the browser bears this session; null: none. */
  setSession(token: string | null, maxAgeSeconds: number): void;
}

/** An expected no. The pages say it in words of their own by `code` (web/words); `detail` never holds what was typed. */
export class Refusal {
  readonly status: 400 | 401 | 403 | 404 | 409 | 413 | 422 | 429;
  readonly code: string;
  /** What a person needs to mend it: paths and codes of fields, seconds to wait, who has it. No patient data beyond what he typed. */
  readonly detail: Readonly<Record<string, unknown>>;
  constructor(status: Refusal['status'], code: string, detail: Readonly<Record<string, unknown>> = {}) {
    this.status = status;
    this.code = code;
    this.detail = detail;
  }
}

export const refuse = (
  status: Refusal['status'],
  code: string,
  detail: Readonly<Record<string, unknown>> = {},
): Refusal => new Refusal(status, code, detail);

type WhoOf<A extends Access> = A extends 'anybody' ? Staff | null : Staff;
type Answer<Reply> = Reply extends AnyShape ? z.input<Reply> : FileAnswer;

/** A route with its handler; the types of parts, query, body and reply stay visible to whoever reads the table. */
export interface Handled<
  Params extends AnyShape | undefined,
  Query extends AnyShape | undefined,
  Body extends AnyShape | undefined,
  Reply extends AnyShape | FileReply,
  A extends Access = Access,
> extends Route<Params, Query, Body, Reply> {
  access: A;
  handle(
    ctx: ConsoleContext,
    asked: Asked<Given<Params>, Given<Query>, Given<Body>, WhoOf<A>>,
    transport: Transport,
  ): Promise<Answer<Reply> | Refusal>;
}

/**
 * Declares a route. A live route is answered once for all who watch it: its handler may depend on the association, parts and query,
 * never on who asks.
 */
export function route<
  Reply extends AnyShape | FileReply,
  const A extends Access,
  Params extends AnyShape | undefined = undefined,
  Query extends AnyShape | undefined = undefined,
  Body extends AnyShape | undefined = undefined,
>(given: Handled<Params, Query, Body, Reply, A>): Handled<Params, Query, Body, Reply, A> {
  return given;
}

// biome-ignore lint/suspicious/noExplicitAny: a table of routes holds every shape
export type AnyRoute = Handled<any, any, any, any, any>;
export type RouteTable = Readonly<Record<string, AnyRoute>>;

/** What a page sends to a route, and what comes back. */
export type SentTo<R> =
  R extends Handled<infer P, infer Q, infer B, infer _Reply, infer _A>
    ? Parts<'params', Sent<P>> & Parts<'query', Sent<Q>> & Parts<'body', Sent<B>>
    : never;
export type AnswerOf<R> =
  R extends Handled<infer _P, infer _Q, infer _B, infer Reply, infer _A>
    ? Reply extends AnyShape
      ? z.output<Reply>
      : Blob
    : never;
type Parts<Name extends string, Value> = [Value] extends [undefined]
  ? { [N in Name]?: never }
  : Record<never, never> extends Value
    ? { [N in Name]?: Value }
    : { [N in Name]: Value };
