import { talkedSeconds } from '../callbacks.ts';
import { rfc2822 } from '../dates.ts';
import { type Call, type Conference, isEnded, type Message, type Network, type Participant } from '../state.ts';

/** The resources as Twilio writes them (fields of the contract in `contract/`). */

const version = '2010-04-01';
const base = (network: Network): string => `/${version}/Accounts/${network.accountSid}`;
const date = (at: Date | null): string | null => (at ? rfc2822(at) : null);

export function callResource(network: Network, call: Call): Record<string, unknown> {
  const uri = `${base(network)}/Calls/${call.sid}`;
  const own = network.numbers.get(call.direction === 'inbound' ? call.to : call.from);
  return {
    sid: call.sid,
    account_sid: network.accountSid,
    parent_call_sid: call.parentSid,
    to: call.to,
    to_formatted: call.to,
    from: call.from,
    from_formatted: call.from,
    phone_number_sid: own?.sid ?? null,
    status: call.state,
    start_time: date(call.startedAt),
    end_time: date(call.endedAt),
    duration: isEnded(call) ? String(talkedSeconds(call)) : null,
    price: null,
    price_unit: 'USD',
    direction: call.direction,
    answered_by: call.answeredBy,
    api_version: version,
    forwarded_from: null,
    group_sid: null,
    caller_name: null,
    queue_time: call.startedAt ? String(call.startedAt.getTime() - call.createdAt.getTime()) : '0',
    trunk_sid: null,
    date_created: date(call.createdAt),
    date_updated: date(call.updatedAt),
    uri: `${uri}.json`,
    subresource_uris: { notifications: `${uri}/Notifications.json`, recordings: `${uri}/Recordings.json` },
  };
}

export function conferenceResource(network: Network, conference: Conference): Record<string, unknown> {
  const uri = `${base(network)}/Conferences/${conference.sid}`;
  return {
    sid: conference.sid,
    account_sid: network.accountSid,
    friendly_name: conference.name,
    status: conference.state,
    region: 'jp1',
    api_version: version,
    reason_conference_ended: conference.endReason,
    call_sid_ending_conference: conference.endedByCall,
    date_created: date(conference.createdAt),
    date_updated: date(conference.updatedAt),
    uri: `${uri}.json`,
    subresource_uris: { participants: `${uri}/Participants.json`, recordings: `${uri}/Recordings.json` },
  };
}

/** Of a participant, or (by its call) of one whose phone still rings. */
export function participantResource(
  network: Network,
  conference: Conference,
  call: Call,
  settings: Pick<Participant, 'label' | 'muted' | 'held' | 'endsConference' | 'startsConference'>,
): Record<string, unknown> {
  return {
    account_sid: network.accountSid,
    call_sid: call.sid,
    conference_sid: conference.sid,
    label: settings.label,
    call_sid_to_coach: null,
    coaching: false,
    muted: settings.muted,
    hold: settings.held,
    end_conference_on_exit: settings.endsConference,
    start_conference_on_enter: settings.startsConference,
    status: statuses[call.state],
    queue_time: null,
    date_created: date(call.createdAt),
    date_updated: date(call.updatedAt),
    uri: `${base(network)}/Conferences/${conference.sid}/Participants/${call.sid}.json`,
  };
}

const statuses: Record<Call['state'], string> = {
  queued: 'queued',
  ringing: 'ringing',
  'in-progress': 'connected',
  completed: 'complete',
  busy: 'failed',
  'no-answer': 'failed',
  failed: 'failed',
  canceled: 'failed',
};

export function messageResource(network: Network, message: Message): Record<string, unknown> {
  const uri = `${base(network)}/Messages/${message.sid}`;
  return {
    sid: message.sid,
    account_sid: network.accountSid,
    messaging_service_sid: null,
    from: message.from,
    to: message.to,
    body: message.body,
    status: message.state,
    direction: 'outbound-api',
    num_segments: String(Math.max(1, Math.ceil(message.body.length / 67))),
    num_media: '0',
    price: null,
    price_unit: 'USD',
    error_code: null,
    error_message: null,
    api_version: version,
    date_created: date(message.createdAt),
    date_sent: date(message.sentAt),
    date_updated: date(message.sentAt ?? message.createdAt),
    uri: `${uri}.json`,
    subresource_uris: { media: `${uri}/Media.json` },
  };
}
