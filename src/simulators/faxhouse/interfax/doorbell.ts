import { isReceived } from '../faxes.ts';
import type { Stage } from '../reports.ts';
import { type Fax, type House, hasEnded } from '../state.ts';
import { inboundRecord, outboundRecord } from './records.ts';

/**
 * InterFAX's callback: a form, metadata only, without any signature. Whoever takes it must treat it as a doorbell: look
 * up the id with credentials. It is rung once; an answer that is not 2xx is not tried again (no retry is documented).
 * Names beginning with a capital, as the documented `CompletionTime`.
 */
export function ringDoorbell(house: House, fax: Fax, stage: Stage): void {
  const isOutbound = fax.direction === 'outbound';
  if (!(isOutbound ? hasEnded(fax) : isReceived(fax))) return;
  const form = new URLSearchParams(isOutbound ? outboundForm(house, fax) : inboundForm(house, fax)).toString();
  for (const url of isOutbound ? feedbackUrls(house) : inboundUrls(house, fax))
    house.post.tell(house.faults, {
      provider: 'interfax',
      fax: fax.id,
      event: `${fax.direction}.${stage}`,
      urls: [url],
      tries: 1,
      timeoutMs: 30_000,
      pauseSeconds: 0,
      compose: () => ({ headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: form }),
    });
}

/** "Web Feedback" is a setting of the account: every address that a number of the account names, once. */
const feedbackUrls = (house: House): string[] => [
  ...new Set(
    [...house.lines.values()]
      .filter((line) => line.provider === 'interfax')
      .flatMap((line) => line.outboundCallbackUrl ?? line.callbackUrl ?? []),
  ),
];

const inboundUrls = (house: House, fax: Fax): string[] => [house.lines.get(fax.to)?.callbackUrl ?? []].flat();

function outboundForm(house: House, fax: Fax): Record<string, string> {
  const record = outboundRecord(house, fax);
  return texts({
    CompletionTime: record.completionTime,
    DestinationFax: record.destinationFax,
    Duration: record.duration,
    PagesSent: record.pagesSent,
    PagesSubmitted: record.pagesSubmitted,
    RemoteCSID: record.remoteCSID,
    Status: record.status,
    Subject: record.subject,
    SubmitTime: record.submitTime,
    TransactionID: record.id,
    UserID: record.userId,
  });
}

function inboundForm(house: House, fax: Fax): Record<string, string> {
  const record = inboundRecord(house, fax);
  return texts({
    CallerID: record.callerId,
    MessageID: record.messageId,
    MessageType: record.messageType,
    Pages: record.pages,
    PhoneNumber: record.phoneNumber,
    ReceiveTime: record.receiveTime,
    RecordingDuration: record.recordingDuration,
    RemoteCSID: record.remoteCSID,
    Status: record.messageStatus,
    TransactionID: record.messageId,
    UserID: record.userId,
  });
}

const texts = (values: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value === null ? '' : String(value)]));
