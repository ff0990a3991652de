/** The fax provider's door: authenticated before anything is parsed, answered when the news is safe, never later. */
import express from 'express';
import { idPattern } from '../lib/ids.ts';
import type { FaxContext } from './context.ts';
import { isDocumentToken } from './document-path.ts';
import { receiveFax } from './receiving.ts';
import { documentFor } from './sending.ts';

/** providers.md 7.3: Telnyx's events are small, InterFAX's form smaller; the pages themselves never come in here. */
const bodyLimits = { telnyx: '256kb', interfax: '64kb' } as const;

export function faxWebhooks(ctx: FaxContext): express.Router {
  const router = express.Router();
  const { provider, verifyWebhook } = ctx.faxLine;
  if (verifyWebhook && provider !== 'hylafax')
    router.post(
      `/${provider}{/:secret}`,
      express.raw({ type: () => true, limit: bodyLimits[provider] }),
      async (req, res) => {
        const body = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
        const header = (name: string): string | undefined => {
          const value = req.headers[name];
          return Array.isArray(value) ? value[0] : value;
        };
        const verified = verifyWebhook({ url: req.originalUrl, body, header, at: ctx.clock.now() });
        if (!verified.isGenuine) {
          ctx.log.warn('webhook_refused', { reason: verified.reason, status: verified.status });
          res.status(verified.status).type('text/plain').send(verified.reason);
          return;
        }
        // A store that is away makes this throw: 503 or 500, and the provider comes again.
        for (const notice of verified.notices) await receiveFax(ctx, notice, body);
        res.status(200).type('text/plain').send('OK');
      },
    );

  router.get('/document/:faxId/:attempt/:token', async (req, res) => {
    const { faxId, attempt, token } = req.params;
    const number = /^[1-9][0-9]?$/.test(attempt) ? Number(attempt) : 0;
    const isGenuine = idPattern.test(faxId) && number > 0 && isDocumentToken(token, faxId, number, ctx.caseKey);
    const document = isGenuine ? await documentFor(ctx, faxId, number) : null;
    if (!document) {
      res.status(404).type('text/plain').send('not found');
      return;
    }
    res.status(200).type('image/tiff').send(Buffer.from(document));
  });
  return router;
}
