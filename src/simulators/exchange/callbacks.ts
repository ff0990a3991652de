import { deliveries } from '../common/callback-faults.ts';
import { rfc2822 } from './dates.ts';
import type { Delivery, Reports } from './post.ts';
import { type Call, type Conference, later, type Message, type Network, type Participant } from './state.ts';

/** The form fields of what Twilio tells us, and the sending of what needs no answer. */

const apiVersion = '2010-04-01';

const place = (side: 'From' | 'To' | 'Caller' | 'Called', number: string): Record<string, string> => ({
  [`${side}City`]: '',
  [`${side}State`]: '',
  [`${side}Zip`]: '',
  [`${side}Country`]: number.startsWith('+81') ? 'JP' : '',
});

/** The fields that every request about a call carries. */
export function callParams(network: Network, call: Call, status: string = call.state): Record<string, string> {
  const params: Record<string, string> = {
    AccountSid: network.accountSid,
    ApiVersion: apiVersion,
    CallSid: call.sid,
    CallStatus: status,
    Called: call.to,
    Caller: call.from,
    Direction: call.direction,
    From: call.from,
    To: call.to,
    ...place('From', call.from),
    ...place('To', call.to),
    ...place('Caller', call.from),
    ...place('Called', call.to),
  };
  if (call.parentSid) params.ParentCallSid = call.parentSid;
  if (call.answeredBy) params.AnsweredBy = call.answeredBy;
  return params;
}

/** Whole seconds of conversation, rounded up as they are billed. */
export const talkedSeconds = (call: Call): number =>
  call.answeredAt && call.endedAt ? Math.ceil((call.endedAt.getTime() - call.answeredAt.getTime()) / 1000) : 0;

export type CallEvent = 'initiated' | 'ringing' | 'answered' | 'completed';

/** Reports one moment of a call's life to whoever asked for it. */
export function reportCall(network: Network, call: Call, event: CallEvent): void {
  const { reports } = call;
  if (!reports?.events.has(event)) return;
  const params = callParams(network, call, event === 'initiated' ? 'initiated' : call.state);
  params.Timestamp = rfc2822(network.clock.now());
  params.CallbackSource = 'call-progress-events';
  params.SequenceNumber = String(reports.sequence++);
  if (event === 'completed') {
    const seconds = talkedSeconds(call);
    params.CallDuration = String(seconds);
    params.Duration = String(Math.ceil(seconds / 60));
    if (call.sipCode !== null) params.SipResponseCode = String(call.sipCode);
  }
  sendReport(network, 'status', call.sid, reports, params);
}

export type ConferenceEvent =
  | 'start'
  | 'end'
  | 'join'
  | 'leave'
  | 'mute'
  | 'unmute'
  | 'hold'
  | 'unhold'
  | 'announcement-end';

const eventNames: Record<ConferenceEvent, { asked: string; sent: string }> = {
  start: { asked: 'start', sent: 'conference-start' },
  end: { asked: 'end', sent: 'conference-end' },
  join: { asked: 'join', sent: 'participant-join' },
  leave: { asked: 'leave', sent: 'participant-leave' },
  mute: { asked: 'mute', sent: 'participant-mute' },
  unmute: { asked: 'mute', sent: 'participant-unmute' },
  hold: { asked: 'hold', sent: 'participant-hold' },
  unhold: { asked: 'hold', sent: 'participant-unhold' },
  'announcement-end': { asked: 'announcement', sent: 'announcement-end' },
};

/** Reports one moment of a conference to whoever created it with a status callback. */
export function reportConference(
  network: Network,
  conference: Conference,
  event: ConferenceEvent,
  participant: Participant | null,
): void {
  const { reports } = conference;
  const { asked, sent } = eventNames[event];
  if (!reports?.events.has(asked)) return;
  const params: Record<string, string> = {
    AccountSid: network.accountSid,
    ConferenceSid: conference.sid,
    FriendlyName: conference.name,
    StatusCallbackEvent: sent,
    SequenceNumber: String(conference.sequence++),
    Timestamp: rfc2822(network.clock.now()),
  };
  if (participant) {
    params.CallSid = participant.call.sid;
    params.Muted = String(participant.muted);
    params.Hold = String(participant.held);
    params.Coaching = 'false';
    params.StartConferenceOnEnter = String(participant.startsConference);
    params.EndConferenceOnExit = String(participant.endsConference);
    if (participant.label) params.ParticipantLabel = participant.label;
  }
  if (event === 'end') {
    params.ReasonConferenceEnded = conference.endReason ?? 'last-participant-left';
    if (conference.endedByCall) params.CallSidEndingConference = conference.endedByCall;
  }
  sendReport(network, 'conference', conference.sid, reports, params);
}

/** Reports the new state of a text message. */
export function reportMessage(network: Network, message: Message): void {
  if (!message.reports) return;
  const params = {
    AccountSid: network.accountSid,
    ApiVersion: apiVersion,
    From: message.from,
    To: message.to,
    MessageSid: message.sid,
    MessageStatus: message.state,
    SmsSid: message.sid,
    SmsStatus: message.state,
  };
  sendReport(network, 'message', message.sid, message.reports, params);
}

/** Sends a callback whose answer does not matter, through the faults in force, in order with its subject's others. */
export function sendReport(
  network: Network,
  kind: Delivery['kind'],
  subject: string,
  reports: Pick<Reports, 'url' | 'method'>,
  params: Record<string, string>,
): void {
  const delivery: Delivery = {
    kind,
    subject,
    url: reports.url,
    method: reports.method,
    params,
    token: network.chance.token(),
  };
  const { delays, ordered } = deliveries(network.faults.callbacks, network.chance);
  for (const seconds of delays) {
    if (ordered) inOrder(network, delivery);
    else if (seconds === 0) network.post.send(delivery, () => {});
    else later(network, network.timers, seconds, () => network.post.send(delivery, () => {}));
  }
}

function inOrder(network: Network, delivery: Delivery): void {
  const waiting = network.outboxes.get(delivery.subject);
  const send = () =>
    network.post.send(delivery, () => {
      const outbox = network.outboxes.get(delivery.subject);
      const next = outbox?.shift();
      if (next) next();
      else network.outboxes.delete(delivery.subject);
    });
  if (waiting) waiting.push(send);
  else {
    network.outboxes.set(delivery.subject, []);
    send();
  }
}
