import type { Request } from 'express';
import { z } from 'zod';
import { documentFailure, takeFax } from '../faxes.ts';
import { simulatedStatus, toE164 } from '../machines.ts';
import type { Answer } from '../operation.ts';
import { type Paper, paperFrom } from '../paper.ts';
import type { Fax, House } from '../state.ts';
import { fail, finish, transmit } from '../transmission.ts';
import { InterfaxRefusal } from './refusal.ts';

/**
 * What the account's settings do when a request does not say: two more attempts of InterFAX's own, on top of those
 * that the sender may make. A sender with a retry policy of its own has to say `retriesToPerform=0`.
 */
const retriesOfAccount = 2;
const mostPages = 100;

const query = z.strictObject({
  faxNumber: z.string().min(1),
  contact: z.string().max(60).optional(),
  retriesToPerform: z.coerce.number().int().min(0).max(10).optional(),
  csid: z.string().max(20).optional(),
  pageHeader: z.string().max(200).optional(),
  reference: z.string().max(60).optional(),
  replyAddress: z.string().max(100).optional(),
  pageSize: z.enum(['a4', 'letter', 'legal', 'b4']).optional(),
  fitToPage: z.enum(['scale', 'noscale']).optional(),
  pageOrientation: z.enum(['portrait', 'landscape']).optional(),
  resolution: z.enum(['fine', 'standard']).default('standard'),
  rendering: z.enum(['grayscale', 'bw', 'greyscale', 'fineGrayscale']).optional(),
});

const types = ['application/pdf', 'image/tiff', 'image/png', 'image/jpeg', 'application/octet-stream'];

/** `POST /outbound/faxes?faxNumber=…&reference=…` with the document as the body: 201 and where to look. */
export function sendFax(house: House, request: Request): Answer {
  const parsed = query.safeParse(request.query);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new InterfaxRefusal(400, -1062, `Wrong input parameter: ${issue?.path.join('.') || issue?.message}`);
  }
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
  if (!types.includes(type)) throw new InterfaxRefusal(415, -138, `Unsupported document type "${type}"`);
  const document: unknown = request.body;
  if (!Buffer.isBuffer(document) || document.length === 0) throw new InterfaxRefusal(400, -123, 'No document attached');
  const { faxNumber, reference, resolution, retriesToPerform = retriesOfAccount } = parsed.data;
  const simulated = simulatedStatus(faxNumber);
  const to = simulated === null ? toE164(faxNumber) : faxNumber;
  if (to === null) throw new InterfaxRefusal(400, -1003, 'Invalid fax number');
  const fax = takeFax(house, {
    provider: 'interfax',
    direction: 'outbound',
    from: callerNumber(house),
    to,
    reference: reference ?? null,
    resolution,
    asked: Object.fromEntries(Object.entries(parsed.data).map(([name, value]) => [name, String(value)])),
    attemptsToPerform: retriesToPerform + 1,
  });
  prepare(house, fax, simulated, () => paperFrom(document, { resolution, mostPages }));
  return created(house, fax);
}

/** `POST /outbound/faxes/{id}/resend[?faxNumber=…]`: the same document again, as a new fax. */
export function resendFax(house: House, before: Fax, request: Request): Answer {
  const { faxNumber = before.to } = request.query;
  const simulated = simulatedStatus(String(faxNumber));
  const to = simulated === null ? toE164(String(faxNumber)) : String(faxNumber);
  if (to === null) throw new InterfaxRefusal(400, -1003, 'Invalid fax number');
  const { sent, provider, direction, from, reference, resolution, attemptsToPerform } = before;
  if (!sent) throw new InterfaxRefusal(409, -163, 'The fax has no document to send again');
  const asked = { ...before.asked };
  const fax = takeFax(house, { provider, direction, from, to, reference, resolution, asked, attemptsToPerform });
  prepare(house, fax, simulated, async () => sent);
  return created(house, fax);
}

const created = (house: House, fax: Fax): Answer => ({
  status: 201,
  headers: { location: `${house.baseUrl}/outbound/faxes/${fax.id}` },
});

/** The number that the far machine is shown: the account's own. */
const callerNumber = (house: House): string =>
  [...house.lines.values()].find((line) => line.provider === 'interfax')?.number ?? '';

/** Makes the pages after the answer has gone out, then dials, or gives the result that the number asks for. */
function prepare(
  house: House,
  fax: Fax,
  simulated: number | null,
  make: () => Promise<Paper | { refused: 'format' | 'too-many-pages' | 'too-large' }>,
): void {
  house.work.begin();
  void make().then((paper) => {
    if ('refused' in paper) fail(house, fax, documentFailure(paper.refused));
    else {
      fax.sent = paper;
      if (simulated === null) transmit(house, fax);
      else finish(house, fax, simulated === 0 ? null : { kind: 'simulated', code: simulated });
    }
    house.work.end();
  });
}
