import express, { type Router } from 'express';
import { makeOfflinePage, type OfflinePage } from './offline-page.ts';

/**
 * `/unseal`: the page that opens sealed pages, and the same as a file to keep (`/unseal/kamome-unseal.html`). Public and without
 * state: it gets neither photo nor secret. Made at the first request, unless `makeOfflinePage()` is handed in.
 */
export function unsealRoutes(make: () => Promise<OfflinePage> = makeOfflinePage): Router {
  const router = express.Router();
  let page: Promise<OfflinePage> | null = null;
  const made = (): Promise<OfflinePage> => {
    page ??= make();
    page.catch(() => {
      page = null; // try again at the next request
    });
    return page;
  };
  router.get(['/', '/kamome-unseal.html'], async (request, response) => {
    const { html, policy } = await made();
    response.set({
      'content-security-policy': `${policy}; frame-ancestors 'none'`,
      'permissions-policy': 'geolocation=(), microphone=(), camera=()', // photos come from the system's own camera
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cache-control': 'public, max-age=604800', // for a week it opens without a network
    });
    if (request.path !== '/') response.attachment('kamome-unseal.html');
    response.type('html').send(html);
  });
  return router;
}
