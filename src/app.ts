import type express from 'express';
import { type Context, secondPath } from './context.ts';
import { faxWebhooks } from './fax/webhooks.ts';
import { unsealRoutes } from './sealed-page/routes.ts';
import type { LastResort } from './voice/fallback.ts';
import { voiceWebhooks } from './voice/webhooks.ts';

/** Every route of the gateway, beside the shell's own /healthz, /readyz and /metrics. */
export function addRoutes(app: express.Express, ctx: Context, lastResort: LastResort): void {
  app.use('/voice', voiceWebhooks(ctx, ctx.gate, lastResort)); // the carrier's webhooks
  const { secondGate: second } = ctx;
  if (second) {
    const voice = { ...ctx, render: second.render, waitsOutside: true };
    app.use(`${secondPath}/voice`, voiceWebhooks(voice, second, lastResort));
  }
  if (ctx.fax) app.use('/fax', faxWebhooks(ctx.fax)); // the fax provider's, and the pages that it fetches
  app.use('/unseal', unsealRoutes()); // opens a sealed page; public, keeps nothing
}
