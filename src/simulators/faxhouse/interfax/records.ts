import { isPartial, talkedSeconds } from '../faxes.ts';
import type { Fax, House } from '../state.ts';
import { statusCodes, statusOf } from './status-codes.ts';

const time = (at: Date | null): string | null => (at ? at.toISOString().replace(/\.\d{3}Z$/, 'Z') : null);

/** `00` and the digits, as InterFAX resolves a number. */
const dialledAs = (e164: string): string => (e164.startsWith('+') ? `00${e164.slice(1)}` : e164);

/** The outbound fax structure, with the names of the vendor's own REST documentation; `subject` is our reference. */
export function outboundRecord(house: House, fax: Fax): Record<string, unknown> {
  return {
    id: Number(fax.id),
    uri: `${house.baseUrl}/outbound/faxes/${fax.id}`,
    status: statusOf(fax),
    userId: house.accounts.interfax.username,
    contact: fax.asked.contact ?? '',
    subject: fax.reference ?? '',
    reference: fax.reference ?? '',
    destinationFax: dialledAs(fax.to),
    pagesSubmitted: fax.sent?.pages.length ?? 0,
    pagesSent: fax.pagesSent,
    attemptsToPerform: fax.attemptsToPerform,
    attemptsMade: fax.attemptsMade,
    senderCSID: fax.asked.csid ?? '',
    remoteCSID: fax.answeredAt ? stationId(fax.to) : '',
    pageSize: fax.asked.pageSize ?? 'A4',
    pageOrientation: fax.asked.pageOrientation ?? 'Portrait',
    pageResolution: fax.resolution === 'fine' ? 'Fine' : 'Standard',
    rendering: fax.asked.rendering ?? 'Standard',
    pageHeader: fax.asked.pageHeader ?? '',
    replyEmail: fax.asked.replyAddress ?? '',
    submitTime: time(fax.createdAt),
    completionTime: time(fax.endedAt),
    duration: talkedSeconds(fax),
    priority: 2,
    units: fax.pagesSent,
    costPerUnit: 0,
    deleteAfterUsage: false,
  };
}

/** The inbound fax structure. A caller's number and CSID are what the sender's machine claims. */
export function inboundRecord(house: House, fax: Fax): Record<string, unknown> {
  return {
    messageId: Number(fax.id),
    userId: house.accounts.interfax.username,
    phoneNumber: dialledAs(fax.to),
    remoteCSID: stationId(fax.from),
    messageStatus: isPartial(fax) ? statusCodes.dropped : 0,
    pages: fax.arrived?.pages.length ?? 0,
    messageSize: fax.arrived?.tiff.length ?? 0,
    messageType: 1,
    imageStatus: fax.isRead ? 'READ' : 'UNREAD',
    receiveTime: time(fax.endedAt),
    callerId: fax.from,
    recordingDuration: talkedSeconds(fax),
    numOfEmails: 0,
    numOfFailedEmails: 0,
  };
}

/** What a machine says of itself: its own number as its owner typed it in, at most 20 characters (T.30). */
const stationId = (e164: string): string => e164.replace(/^\+81/, '0').slice(0, 20);
