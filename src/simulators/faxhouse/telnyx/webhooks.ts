import { sign } from 'node:crypto';
import { isReceived } from '../faxes.ts';
import type { Stage } from '../reports.ts';
import type { Fax, House } from '../state.ts';
import { eventPayload, renewMedia } from './records.ts';

/** No 2xx in 2 s is tried again, then at the failover address (telnyx runbook, webhook fundamentals). */
const timeoutMs = 2000;
const tries = 3;
const pauseSeconds = 5;

const outboundEvents: Partial<Record<Stage, string>> = {
  queued: 'fax.queued',
  processed: 'fax.media.processed',
  answered: 'fax.sending.started',
  delivered: 'fax.delivered',
  failed: 'fax.failed',
  canceled: 'fax.failed',
};

/** The events of one moment, signed and sent to where the fax or its number says. */
export function sendEvents(house: House, fax: Fax, stage: Stage): void {
  if (isReceived(fax)) renewMedia(house, fax);
  for (const event of eventsOf(fax, stage)) sendEvent(house, fax, event);
}

function eventsOf(fax: Fax, stage: Stage): string[] {
  if (fax.direction === 'outbound') return [outboundEvents[stage] ?? []].flat();
  if (stage === 'answered') return ['fax.receiving.started'];
  // A line that drops after a page is a fax received with partial content.
  if (isReceived(fax)) return ['fax.media.processing.started', 'fax.received'];
  return stage === 'failed' || stage === 'canceled' ? ['fax.failed'] : [];
}

function sendEvent(house: House, fax: Fax, event: string): void {
  const data = {
    record_type: 'event',
    event_type: event,
    id: house.chance.uuid(),
    occurred_at: house.clock.now().toISOString(),
    payload: eventPayload(house, fax),
  };
  house.post.tell(house.faults, {
    provider: 'telnyx',
    fax: fax.id,
    event,
    urls: addressesOf(house, fax),
    tries,
    timeoutMs,
    pauseSeconds,
    compose(attempt, url) {
      const body = JSON.stringify({ data, meta: { attempt, delivered_to: url } });
      return { headers: signedHeaders(house, body), body };
    },
  });
}

function addressesOf(house: House, fax: Fax): string[] {
  const line = house.lines.get(fax.direction === 'outbound' ? fax.from : fax.to);
  return [fax.asked.webhook_url ?? line?.callbackUrl ?? [], line?.failoverUrl ?? []].flat();
}

/** ed25519 over `timestamp|body`, base64; the clock of the house says what time it is. */
function signedHeaders(house: House, body: string): Record<string, string> {
  const timestamp = String(Math.floor(house.clock.now().getTime() / 1000));
  return {
    'content-type': 'application/json',
    'user-agent': 'telnyx-webhooks',
    'telnyx-timestamp': timestamp,
    'telnyx-signature-ed25519': sign(null, Buffer.from(`${timestamp}|${body}`), house.signingKey).toString('base64'),
  };
}
