/**
 * Telnyx TeXML as the second carrier, through the official client. https://developers.telnyx.com/docs/voice/texml/rest-api/calls
 * Ids are marked as the second carrier's (carriers/carrier.ts). Lists are "eventually consistent", as Twilio's are.
 */
import { markedId, ownId } from '../../carriers/carrier.ts';
import type { CarrierStatus } from '../../escalations/command.ts';
import type { FoundCall, Placed, Telephone } from '../../voice/telephone.ts';
import { change, notPlaced, statusOf } from '../outcomes.ts';
import { telnyxClient } from './client.ts';

export interface TexmlAccount {
  accountSid: string;
  /** The TeXML application, under which calls are made. */
  applicationId: string;
  apiKey: string;
  /** Another host that speaks its API, without /v2; null: Telnyx itself. */
  apiBase: string | null;
  /** Where its webhooks reach us: the public address and the path of the second carrier. */
  webhookBase: string;
}

/** As for the first carrier (providers/twilio/telephone.ts). */
const requestTimeoutMs = 4000;
const lookTimeoutMs = 1500;

export function texmlTelephone(account: TexmlAccount): Telephone {
  const { accountSid, applicationId, webhookBase } = account;
  const client = telnyxClient(account, requestTimeoutMs);
  const { calls, conferences } = client.texml.accounts;
  const account_sid = accountSid;
  const url = (path: string): string => webhookBase + path;

  return {
    async placeCall({ to, from, answerPath, statusPath, ringSeconds }): Promise<Placed> {
      try {
        const made = await calls.calls(accountSid, {
          body: {
            ...{ ApplicationSid: applicationId, To: to, From: from },
            ...{ Url: url(answerPath), UrlMethod: 'POST', FallbackUrl: url('/voice/fallback') },
            ...{ StatusCallback: url(statusPath), StatusCallbackMethod: 'POST' },
            StatusCallbackEvent: 'initiated ringing answered completed',
            Timeout: Math.max(5, ringSeconds), // what it takes at least
          },
        });
        const sid = sidOf(made);
        // Taken, under an id that the callback brings: settled as a lost answer is.
        return sid === null
          ? { outcome: 'unknown', code: 'no_id' }
          : { outcome: 'placed', id: markedId('second', sid) };
      } catch (error) {
        return notPlaced(error, codeOf(error));
      }
    },
    moveCall: (callId, path) =>
      change(() => calls.update(ownId(callId), { account_sid, Url: url(path), Method: 'POST' })),
    async cancelCall(callId) {
      // It knows only `completed`, which would cut an answered line too.
      const found = await this.fetchCall(callId);
      if (found === 'gone' || found === 'unknown') return found;
      if (found.status === 'in-progress') return 'gone';
      return change(() => calls.update(ownId(callId), { account_sid, Status: 'completed' }));
    },
    async findCalls(to, since) {
      const day = new Date(since.getTime() - clockSkewMs - dayMs).toISOString().slice(0, 10);
      const { calls: found = [] } = await calls.retrieveCalls(accountSid, { To: to, StartTime_gt: day, PageSize: 20 });
      const recent = found.map(foundCall).filter((call) => call.createdAt.getTime() >= since.getTime() - clockSkewMs);
      return recent.sort((one, other) => other.createdAt.getTime() - one.createdAt.getTime());
    },
    async fetchCall(callId) {
      try {
        return foundCall(await calls.retrieve(ownId(callId), { account_sid }));
      } catch (error) {
        return statusOf(error) === 404 ? 'gone' : 'unknown';
      }
    },
    async isInConference(callId, name) {
      try {
        const running = await conferences.retrieveConferences(accountSid, {
          FriendlyName: name,
          Status: 'in-progress',
        });
        const conference_sid = running.conferences?.[0]?.sid;
        if (!conference_sid) return false;
        await conferences.participants.retrieve(ownId(callId), { account_sid, conference_sid });
        return true;
      } catch (error) {
        return statusOf(error) === 404 ? false : 'unknown';
      }
    },
    announce: (conferenceId, path) =>
      change(() =>
        conferences.update(ownId(conferenceId), { account_sid, AnnounceUrl: url(path), AnnounceMethod: 'POST' }),
      ),
    // Its messages need a profile of their own; two of ours a night do not make one.
    sendMessage: async () => ({ outcome: 'refused', code: 'no_messages', retry: false }),
    async isWorking() {
      const options = { timeout: lookTimeoutMs };
      return calls.retrieveCalls(accountSid, { PageSize: 1 }, options).then(
        () => true,
        () => false,
      );
    },
  };
}

/** Its days begin elsewhere, and its clock is not ours. */
const dayMs = 86_400_000;
const clockSkewMs = 2000;

/** The client types no id in this answer; what comes is `sid` (REST resource) or `call_sid` (as the other creates of TeXML). */
function sidOf(made: object): string | null {
  const { sid, call_sid } = made as { sid?: unknown; call_sid?: unknown };
  const id = sid ?? call_sid;
  return typeof id === 'string' && id !== '' ? id : null;
}

interface CallResource {
  sid?: string;
  to?: string;
  status?: string;
  date_created?: string;
}

function foundCall({ sid = '', to = '', status = '', date_created = '' }: CallResource): FoundCall {
  return {
    ...{ id: markedId('second', sid), to },
    ...{ status: status as CarrierStatus, createdAt: new Date(date_created) },
  };
}

/** The network's own word lies a few causes deep. */
function codeOf(error: unknown): string {
  const status = statusOf(error);
  if (status !== null) return String(status);
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++)
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
  return 'no_answer';
}
