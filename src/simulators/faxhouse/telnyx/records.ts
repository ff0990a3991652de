import { isPartial, isReceived, talkedSeconds } from '../faxes.ts';
import type { Failure, Fax, House } from '../state.ts';

/** Telnyx's word for each failure (telnyx 7.24.0 resources/faxes, `failure_reason`). */
const reasons: Record<Exclude<Failure['kind'], 'simulated'>, string> = {
  busy: 'user_busy',
  'no-answer': 'receiver_no_answer',
  voice: 'fax_initial_communication_timeout',
  dropped: 'receiver_call_dropped',
  unallocated: 'receiver_unallocated_number',
  format: 'file_format_invalid',
  download: 'file_download_failed',
  'too-large': 'file_size_limit_exceeded',
  'too-many-pages': 'page_count_limit_exceeded',
};

export function failureReason(fax: Fax): string | null {
  if (fax.state === 'canceled') return 'sender_canceled';
  if (fax.state !== 'failed' || !fax.failure || fax.failure.kind === 'simulated') return null;
  return reasons[fax.failure.kind];
}

/** `queued media.processed originated sending delivered failed`; inbound `initiated receiving received failed`. */
export function statusOf(fax: Fax): string {
  const inbound = fax.direction === 'inbound';
  switch (fax.state) {
    case 'preparing':
      return inbound ? 'initiated' : 'queued';
    case 'waiting':
      return inbound ? 'initiated' : 'media.processed';
    case 'dialling':
      return inbound ? 'initiated' : 'originated';
    case 'sending':
      return inbound ? 'receiving' : 'sending';
    case 'delivered':
      return inbound ? 'received' : 'delivered';
    case 'failed':
      return inbound && isPartial(fax) ? 'received' : 'failed';
    case 'canceled':
      return 'failed';
  }
}

/** The fax as `GET /v2/faxes/{id}` shows it. */
export function faxRecord(house: House, fax: Fax): Record<string, unknown> {
  const reason = failureReason(fax);
  return {
    record_type: 'fax',
    id: fax.id,
    connection_id: fax.asked.connection_id ?? connectionId,
    direction: fax.direction,
    from: fax.from,
    to: fax.to,
    from_display_name: fax.asked.from_display_name ?? fax.from,
    status: statusOf(fax),
    quality: fax.asked.quality ?? 'normal',
    media_url: fax.direction === 'inbound' ? mediaUrl(house, fax) : (fax.asked.media_url ?? null),
    store_media: fax.asked.store_media === 'true',
    client_state: fax.reference,
    failure_reason: reason,
    internal_failure_reason: reason,
    webhook_url: fax.asked.webhook_url ?? null,
    page_count: pageCount(fax),
    created_at: fax.createdAt.toISOString(),
    updated_at: fax.updatedAt.toISOString(),
  };
}

/** What a webhook says of it. */
export function eventPayload(house: House, fax: Fax): Record<string, unknown> {
  const received = isReceived(fax);
  const reason = failureReason(fax);
  return {
    fax_id: fax.id,
    connection_id: fax.asked.connection_id ?? connectionId,
    user_id: userId,
    direction: fax.direction,
    from: fax.from,
    to: fax.to,
    status: statusOf(fax),
    ...(fax.reference !== null && { client_state: fax.reference }),
    ...(fax.direction === 'inbound' && { caller_id: fax.from }),
    ...(fax.direction === 'outbound' && { original_media_url: fax.asked.media_url ?? null }),
    ...(fax.endedAt && { page_count: pageCount(fax), call_duration_secs: talkedSeconds(fax) }),
    ...(received && { partial_content: isPartial(fax), media_url: mediaUrl(house, fax) }),
    ...(reason !== null && !received && { failure_reason: reason }),
  };
}

const pageCount = (fax: Fax): number =>
  fax.direction === 'inbound' ? (fax.arrived?.pages.length ?? 0) : fax.pagesSent;

/** A link is good for ten minutes (`stored_media_url`: "Link expires after 10 minutes"). */
export const mediaSeconds = 600;

/** A new link to the document of a received fax; the old one is good no more. */
export function renewMedia(house: House, fax: Fax): void {
  const expiresAt = new Date(house.clock.now().getTime() + mediaSeconds * 1000);
  fax.media = { token: house.chance.token(), expiresAt };
}

function mediaUrl(house: House, fax: Fax): string | null {
  if (!fax.media) return null;
  return `${house.baseUrl}/telnyx-media/${fax.id}?X-Amz-Expires=${mediaSeconds}&X-Amz-Signature=${fax.media.token}`;
}

const connectionId = '1000000000000000001';
const userId = '00000000-0000-4000-8000-000000000001';
