import type { Request, RequestHandler, Response } from 'express';
import { strikes } from '../common/strikes.ts';
import type { Operation } from './faults.ts';
import type { House } from './state.ts';

/** What an operation answers: a body, and how. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

export type Refuse = (response: Response, status: 429 | 500 | 503) => void;

/** One operation of a provider's REST: the fault in force strikes before or after it. */
export function operation(
  house: House,
  name: Operation,
  refuse: Refuse,
  handle: (request: Request) => Answer | Promise<Answer>,
): RequestHandler {
  return async (request, response) => {
    const mode = strikes(house.faults, name, house.chance);
    if (mode === 'timeout') return hold(house, response);
    if (mode === '500' || mode === '503' || mode === '429') return refuse(response, Number(mode) as 429 | 500 | 503);
    const { status, headers = {}, body } = await handle(request);
    if (mode === 'accept-then-timeout') return hold(house, response);
    if (mode === 'accept-then-500') return refuse(response, 500);
    response.status(status).set(headers);
    if (body === undefined) response.end();
    else if (Buffer.isBuffer(body)) response.send(body);
    else response.json(body);
  };
}

/** An answer kept open on purpose, until the client gives up or the house closes. */
export function hold(house: House, response: Response): void {
  house.held.add(response);
  response.on('close', () => house.held.delete(response));
}
