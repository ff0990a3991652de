import express from 'express';
import type { VoiceContext } from './context.ts';
import type { LastResort } from './fallback.ts';
import type { VoiceGate } from './gate.ts';
import { type Params, voiceRoutes } from './switchboard.ts';

/** Twilio's forms are far smaller (providers.md 7.3). */
const bodyLimit = '64kb';

/** Every voice webhook, under `/voice`: signature → shape → action → reply. */
export function voiceWebhooks(ctx: VoiceContext, gate: VoiceGate, lastResort: LastResort): express.Router {
  const router = express.Router();
  router.use(express.text({ type: () => true, limit: bodyLimit }));

  // One place verifies, parses and writes to `res`.
  for (const { path, handle } of voiceRoutes(ctx, lastResort))
    router.post(path, async (req, res) => {
      const body = typeof req.body === 'string' ? req.body : '';
      const verified = gate.verify(req.originalUrl, body, (name) => req.headers[name]);
      if (!verified.isGenuine) {
        ctx.log.warn('webhook_refused', { reason: verified.reason, status: verified.status });
        res.status(verified.status).type('text/plain').send(verified.reason);
        return;
      }
      const reply = await handle(verified.read, req.params as Params, req.originalUrl);
      if (reply === null) {
        ctx.log.warn('webhook_refused', { reason: 'wrong_shape', status: 400 });
        res.status(400).type('text/plain').send('wrong shape');
        return;
      }
      if (reply === '') res.status(204).end();
      // Without Express's own `send`, which looks for a charset, a length and a freshness that are known: a tenth of the answer.
      else res.setHeader('content-type', gate.contentType).end(reply);
    });
  return router;
}
