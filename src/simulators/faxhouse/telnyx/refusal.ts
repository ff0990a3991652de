import type { ErrorRequestHandler, Response } from 'express';

/** A refusal of Telnyx's API: `{ errors: [{ code, title, detail, source? }] }`. */
export class TelnyxRefusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly pointer: string | null;
  constructor(status: number, code: string, title: string, detail: string, pointer: string | null = null) {
    super(detail);
    this.status = status;
    this.code = code;
    this.title = title;
    this.pointer = pointer;
  }
}

const messages = {
  429: ['10011', 'Too many requests'],
  500: ['10007', 'Unexpected error'],
  503: ['10016', 'Service unavailable'],
} as const;

const body = (code: string, title: string, detail: string, pointer: string | null) => ({
  errors: [{ code, title, detail, ...(pointer && { source: { pointer } }) }],
});

export function refuseTelnyx(response: Response, status: 429 | 500 | 503): void {
  const [code, title] = messages[status];
  response.status(status).json(body(code, title, title, null));
}

/** A refusal, or a body that could not be read, in Telnyx's words; anything else is ours and must be seen. */
export const telnyxErrors: ErrorRequestHandler = (error, _request, response, next) => {
  const { status } = error as { status?: unknown };
  if (response.headersSent || typeof status !== 'number' || status >= 500) return next(error);
  const { code = '10015', title = 'Bad Request', pointer = null } = error as Partial<TelnyxRefusal>;
  response.status(status).json(body(code, title, (error as Error).message, pointer));
};
