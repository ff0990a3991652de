import type { Request, RequestHandler, Response } from 'express';
import { strikes } from '../../common/strikes.ts';
import { Refusal, type RefusalName } from '../errors.ts';
import type { ApiOperation } from '../faults.ts';
import type { Network } from '../state.ts';

/** Answers kept open on purpose, until the client gives up or the exchange closes. */
export type HeldAnswers = Set<Response>;

const refusalOf: Record<'500' | '503' | '429' | '401', RefusalName> = {
  '500': 'internal',
  '503': 'unavailable',
  '429': 'tooManyRequests',
  '401': 'authenticate',
};

/** One REST operation: the fault in force strikes before or after it; what `handle` returns is the answer's body. */
export function operation(
  network: Network,
  held: HeldAnswers,
  name: ApiOperation,
  status: 200 | 201 | 204,
  handle: (request: Request) => unknown,
): RequestHandler {
  const hold = (response: Response) => {
    held.add(response);
    response.on('close', () => held.delete(response));
  };
  return (request, response) => {
    const mode = strikes(network.faults, name, network.chance);
    if (mode === 'timeout') return hold(response);
    if (mode === '500' || mode === '503' || mode === '429' || mode === '401') throw new Refusal(refusalOf[mode]);
    const body = handle(request);
    if (mode === 'accept-then-timeout') return hold(response);
    if (mode === 'accept-then-500') throw new Refusal('internal');
    response.status(status);
    if (status === 204) response.end();
    else response.json(body);
  };
}

/** A part of the path that the route has. */
export const pathPart = (request: Request, name: string): string => String(request.params[name]);

export const notFound = (request: Request): Refusal => new Refusal('notFound', `${request.baseUrl}${request.path}`);

/** Whether lists and look-ups show something yet (`listLagSeconds`). */
export const isVisible = (network: Network, thing: { createdAt: Date }): boolean =>
  network.clock.now().getTime() - thing.createdAt.getTime() >= network.faults.listLagSeconds * 1000;
