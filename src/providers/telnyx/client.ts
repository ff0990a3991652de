/** Telnyx's official client. Its own retries are off: it would repeat a create that went through (providers.md 3.2). */
import { createRequire } from 'node:module';
import type { Telnyx } from 'telnyx';

type Official = typeof import('telnyx').Telnyx;
let loaded: Official | undefined;

/** Read when first needed: a second and a half that every start without Telnyx would pay. */
export function official(): Official {
  loaded ??= (createRequire(import.meta.url)('telnyx') as { Telnyx: Official }).Telnyx;
  return loaded;
}

export function telnyxClient(account: { apiKey: string; apiBase: string | null }, timeoutMs: number): Telnyx {
  const baseURL = account.apiBase ? { baseURL: `${account.apiBase}/v2` } : {};
  return new (official())({ apiKey: account.apiKey, maxRetries: 0, timeout: timeoutMs, logLevel: 'off', ...baseURL });
}
