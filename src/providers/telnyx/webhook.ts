/**
 * Telnyx's webhooks: ed25519 over `timestamp|raw body` first, strict shape after it (providers.md 3.2). The check stands here and
 * not on the client's `unwrap`, because that one takes the system's clock and one key; keys rotate, and stories move the clock.
 */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { z } from 'zod';
import type { FaxEvent, FaxNotice, MediaRef, OutboundState, RawRequest, VerifiedWebhook } from '../../fax/fax-line.ts';
import { isStorable } from '../../lib/plain-text.ts';
import { failureOf } from './reasons.ts';

/** Replays of a captured request are refused after this; younger ones meet the claim. */
const toleranceSeconds = 300;

/** Raw 32 bytes in base64, as the portal shows them, or PEM. @throws Error when it is neither. */
export function loadPublicKey(text: string): KeyObject {
  if (text.includes('BEGIN')) return createPublicKey(text);
  const raw = Buffer.from(text, 'base64');
  if (raw.length !== 32) throw new Error('a public key of Telnyx has 32 bytes');
  const prefix = Buffer.from('302a300506032b6570032100', 'hex'); // SubjectPublicKeyInfo of Ed25519
  return createPublicKey({ key: Buffer.concat([prefix, raw]), format: 'der', type: 'spki' });
}

/** @param at when it came. @returns why the body is not what the holder of one of the keys signed just now, or null when it is. */
export function signatureFault(
  header: (name: string) => unknown,
  body: Buffer,
  keys: readonly KeyObject[],
  at: Date,
): string | null {
  const signature = header('telnyx-signature-ed25519');
  const timestamp = header('telnyx-timestamp');
  if (typeof signature !== 'string' || typeof timestamp !== 'string') return 'no_signature';
  if (!/^\d{9,12}$/.test(timestamp)) return 'wrong_timestamp';
  const signed = Buffer.concat([Buffer.from(`${timestamp}|`), body]);
  const bytes = Buffer.from(signature, 'base64');
  if (!keys.some((key) => verify(null, signed, key, bytes))) return 'wrong_signature';
  return Math.abs(at.getTime() / 1000 - Number(timestamp)) > toleranceSeconds ? 'stale' : null;
}

export const faxShape = z.object({
  id: z.string().optional(),
  fax_id: z.string().optional(),
  direction: z.enum(['inbound', 'outbound']),
  from: z.string().max(64).nullish(),
  to: z.string().max(64).nullish(),
  caller_id: z.string().max(64).nullish(),
  status: z.string().max(64).nullish(),
  page_count: z.number().int().min(0).nullish(),
  partial_content: z.boolean().nullish(),
  media_url: z.string().max(4000).nullish(),
  client_state: z.string().max(200).nullish(),
  failure_reason: z.string().max(200).nullish(),
});
export type TelnyxFax = z.output<typeof faxShape>;

const eventShape = z.object({
  id: z.string().max(100).optional(),
  event_type: z.string().max(100),
  payload: z.unknown(),
});

export function verifyTelnyx(request: RawRequest, keys: readonly KeyObject[]): VerifiedWebhook {
  const refused = (status: 400 | 403, reason: string): VerifiedWebhook => ({ isGenuine: false, status, reason });
  const fault = signatureFault(request.header, request.body, keys, request.at);
  if (fault) return refused(403, fault);
  const notice = parse(request.body);
  return notice ? { isGenuine: true, notices: [notice] } : refused(400, 'wrong_shape');
}

function parse(body: Buffer): FaxNotice | null {
  const json = parseJson(body);
  // The runbook shows some events without the `data` around them.
  const event = eventShape.safeParse(json && typeof json === 'object' && 'data' in json ? json.data : json);
  if (!event.success || !isStorable(event.data)) return null;
  const { event_type, payload } = event.data;
  const fax = faxShape.safeParse(payload);
  const faxId = fax.success ? (fax.data.fax_id ?? fax.data.id) : undefined;
  const dedupeKey = event.data.id ?? `${faxId}:${event_type}`;
  const known = fax.success && faxId ? eventOf(event_type, faxId, fax.data) : null;
  return { dedupeKey, event: known ?? { type: 'other', name: nameOf(event_type) } };
}

function eventOf(type: string, providerFaxId: string, fax: TelnyxFax): FaxEvent | null {
  if (fax.direction === 'inbound') {
    if (type === 'fax.received') return receivedFrom(providerFaxId, fax);
    if (type === 'fax.receiving.started' || type === 'fax.media.processing.started') return { type: 'under_way' };
    if (type !== 'fax.failed') return null;
    return { type: 'receive_failed', providerFaxId, to: fax.to ?? null, failure: failureOf(fax.failure_reason) };
  }
  const report = reportOf(type.replace(/^fax\./, ''), fax);
  return report && { type: 'reported', providerFaxId, reference: referenceFrom(fax.client_state), report };
}

export function receivedFrom(providerFaxId: string, fax: TelnyxFax): FaxEvent {
  const media: MediaRef = fax.media_url ? { kind: 'url', url: fax.media_url } : { kind: 'pull', ref: providerFaxId };
  return {
    type: 'received',
    fax: {
      ...{ providerFaxId, to: fax.to ?? null, from: fax.caller_id ?? fax.from ?? null, claimedStationId: null },
      ...{ pages: fax.page_count ?? null, isPartial: fax.partial_content ?? false, media },
    },
  };
}

/** An event's name without `fax.`, or a status of the record. */
export function reportOf(state: string, fax: TelnyxFax): OutboundState | null {
  const pages = fax.page_count ?? null;
  switch (state) {
    case 'queued':
    case 'media.processed':
    case 'originated':
      return { state: 'queued' };
    case 'sending':
    case 'sending.started':
      return { state: 'sending' };
    case 'delivered':
      return { state: 'delivered', pages };
    case 'failed':
      return { state: 'failed', pages, failure: failureOf(fax.failure_reason) };
    default:
      return null;
  }
}

/** `client_state` carries our reference in base64. */
export const stateFrom = (reference: string): string => Buffer.from(reference).toString('base64');
export function referenceFrom(state: string | null | undefined): string | null {
  const text = state ? Buffer.from(state, 'base64').toString('latin1') : null;
  return isStorable(text) ? text : null;
}

const nameOf = (type: string): string => (/^[a-z._]{1,64}$/.test(type) ? type : 'unreadable');

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return null;
  }
}
