import type { Request } from 'express';
import { z } from 'zod';
import { documentFailure, takeFax } from '../faxes.ts';
import type { Answer } from '../operation.ts';
import { paperFrom } from '../paper.ts';
import { reportStage } from '../reports.ts';
import type { Fax, House } from '../state.ts';
import { fail, transmit } from '../transmission.ts';
import { download } from './download.ts';
import { faxRecord } from './records.ts';
import { TelnyxRefusal } from './refusal.ts';

const mostPages = 350;
const e164 = z.string().regex(/^\+[1-9]\d{6,14}$/, 'must be in E.164 format');

/** `POST /v2/faxes` as the official client types it; `media_name` and stored contents are not offered here. */
const fields = z.strictObject({
  connection_id: z.string().min(1),
  from: e164,
  to: e164,
  media_url: z.url({ protocol: /^https?$/ }),
  quality: z.enum(['normal', 'high', 'very_high', 'ultra_light', 'ultra_dark']).default('normal'),
  client_state: z
    .string()
    .regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, 'must be Base-64')
    .optional(),
  from_display_name: z
    .string()
    .max(128)
    .regex(/^[A-Za-z0-9 \-_~!.+]*$/)
    .optional(),
  webhook_url: z.url({ protocol: /^https?$/ }).optional(),
  store_media: z.boolean().optional(),
  store_preview: z.boolean().optional(),
  preview_format: z.enum(['pdf', 'tiff']).optional(),
  t38_enabled: z.boolean().optional(),
  monochrome: z.boolean().optional(),
  black_threshold: z.number().optional(),
});

/** Takes a fax: 202 at once; the document is fetched afterwards. */
export function createFax(house: House, request: Request): Answer {
  const parsed = fields.safeParse(request.body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const pointer = `/${issue?.path.join('/') ?? ''}`;
    throw new TelnyxRefusal(422, '10004', 'Invalid parameter', `${pointer}: ${issue?.message}`, pointer);
  }
  const { from, to, client_state, quality, media_url } = parsed.data;
  if (house.lines.get(from)?.provider !== 'telnyx')
    throw new TelnyxRefusal(403, '10009', 'Not allowed', `${from} is not a number of this account`, '/from');
  const fax = takeFax(house, {
    provider: 'telnyx',
    direction: 'outbound',
    from,
    to,
    reference: client_state ?? null,
    resolution: quality === 'normal' ? 'standard' : 'fine',
    asked: Object.fromEntries(Object.entries(parsed.data).map(([name, value]) => [name, String(value)])),
  });
  const answer = { status: 202, body: { data: faxRecord(house, fax) } };
  house.work.begin();
  reportStage(house, fax, 'queued');
  void prepare(house, fax, media_url).finally(() => house.work.end());
  return answer;
}

async function prepare(house: House, fax: Fax, url: string): Promise<void> {
  const document = await download(house, url);
  if ('kind' in document) return fail(house, fax, document);
  const paper = await paperFrom(document, { resolution: fax.resolution, mostPages });
  if ('refused' in paper) return fail(house, fax, documentFailure(paper.refused));
  fax.sent = paper;
  transmit(house, fax);
}
