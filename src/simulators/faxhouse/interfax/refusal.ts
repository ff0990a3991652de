import type { ErrorRequestHandler, Response } from 'express';

/** A refusal of InterFAX's REST: `{ code, message, moreInfo }`. */
export class InterfaxRefusal extends Error {
  readonly status: number;
  readonly code: number;
  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const messages = { 429: 'Too Many Requests', 500: 'Internal Server Error', 503: 'Service Unavailable' } as const;

export const refuseInterfax = (response: Response, status: 429 | 500 | 503): void =>
  void response.status(status).json({ code: -status, message: messages[status], moreInfo: '' });

/** A refusal, or a body that could not be read, in InterFAX's words; anything else is ours and must be seen. */
export const interfaxErrors: ErrorRequestHandler = (error, _request, response, next) => {
  const { status } = error as { status?: unknown };
  if (response.headersSent || typeof status !== 'number' || status >= 500) return next(error);
  if (status === 401) response.set('www-authenticate', 'Basic realm="InterFAX"');
  const code = error instanceof InterfaxRefusal ? error.code : -status;
  response.status(status).json({ code, message: (error as Error).message, moreInfo: '' });
};
