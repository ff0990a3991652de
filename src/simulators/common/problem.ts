import type { ErrorRequestHandler, Request } from 'express';
import type { z } from 'zod';

/** A refusal of the control side, sent as problem+json (RFC 9457) with what to change. */
export class Problem extends Error {
  readonly status: number;
  readonly title: string;
  readonly errors: Array<{ field: string; detail: string }>;
  constructor(status: number, title: string, detail: string, errors: Array<{ field: string; detail: string }> = []) {
    super(detail);
    this.status = status;
    this.title = title;
    this.errors = errors;
  }
}

/** Reads a JSON body by its schema; a Problem names every field that is wrong. */
export function bodyAs<T extends z.ZodType>(schema: T, request: Request): z.infer<T> {
  const result = schema.safeParse(request.body ?? {});
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap((issue) => flatten(issue, []));
  throw new Problem(
    400,
    'The body is not as expected',
    'Change the fields named in "errors" and send it again.',
    errors,
  );
}

/** A union fails in every branch; the branch that got furthest says most. */
function flatten(issue: z.core.$ZodIssue, path: PropertyKey[]): Array<{ field: string; detail: string }> {
  const here = [...path, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const likeliest = issue.errors.toSorted((one, other) => severity(one) - severity(other))[0]!;
    return likeliest.flatMap((inner) => flatten(inner, here));
  }
  return [{ field: here.length > 0 ? here.join('.') : 'body', detail: issue.message }];
}

const severity = (issues: z.core.$ZodIssue[]): number =>
  issues.length + (issues.some((issue) => issue.code === 'unrecognized_keys') ? 10 : 0);

const phoneNumber = /^\+[1-9]\d{6,14}$/;

/** The telephone number in the path. */
export function numberIn(request: Request): string {
  const number = String(request.params.number);
  if (phoneNumber.test(number)) return number;
  throw new Problem(
    400,
    'Not a telephone number',
    `Write it as +, country code, number (+81901234567), not "${number}".`,
  );
}

export const problems: ErrorRequestHandler = (error, request, response, next) => {
  if (response.headersSent) return next(error);
  const status = (error as { status?: unknown }).status;
  if (typeof status !== 'number' || status >= 500) return next(error);
  const { title = 'The request cannot be read', errors = [] } = error as Partial<Problem>;
  const body = { type: 'about:blank', title, status, detail: (error as Error).message, instance: request.originalUrl };
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify(errors.length > 0 ? { ...body, errors } : body));
};
