import twilio from 'twilio';
import type { CarrierStatus } from '../../escalations/command.ts';
import type { FoundCall, PlaceCall, Placed, Telephone } from '../../voice/telephone.ts';
import { change, notPlaced, statusOf } from '../outcomes.ts';

export interface TwilioAccount {
  accountSid: string;
  authToken: string;
  /** Any host of Twilio's shape: the exchange without an account. Null: Twilio's Tokyo edge (providers.md 1.9). */
  apiBase: string | null;
  publicBaseUrl: string;
  /** Static document on another host, asked when ours does not answer. */
  fallbackUrl: string | null;
}

/** Longest wait for an answer; afterwards the outcome is unknown. Twilio answers in well under a second. */
const requestTimeoutMs = 4000;

/** Twilio's REST through its official client. Retries are off: a repeated create could ring a doctor twice. */
export function twilioTelephone(account: TwilioAccount): Telephone {
  const { accountSid, authToken, apiBase, publicBaseUrl, fallbackUrl } = account;
  const client = twilio(accountSid, authToken, {
    autoRetry: false,
    timeout: requestTimeoutMs,
    lazyLoading: true,
    keepAlive: true,
    maxSockets: 50,
    ...(apiBase ? {} : { edge: 'tokyo' }),
  });
  if (apiBase) client.api.baseUrl = apiBase;
  const url = (path: string): string => publicBaseUrl + path;
  const calls = client.api.v2010.accounts(accountSid).calls;
  const conferences = client.api.v2010.accounts(accountSid).conferences;

  return {
    async placeCall(request: PlaceCall): Promise<Placed> {
      return create(() =>
        calls.create({
          to: request.to,
          from: request.from,
          url: url(request.answerPath),
          method: 'POST',
          fallbackUrl: fallbackUrl ?? url('/voice/fallback'),
          fallbackMethod: fallbackUrl ? 'GET' : 'POST', // a static host refuses POST
          statusCallback: url(request.statusPath),
          statusCallbackMethod: 'POST',
          statusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
          timeout: request.ringSeconds,
        }),
      );
    },
    moveCall: (callId, path) => change(() => calls(callId).update({ url: url(path), method: 'POST' })),
    cancelCall: (callId) => change(() => calls(callId).update({ status: 'canceled' })),
    async findCalls(to, since) {
      const found = await calls.list({ to, startTimeAfter: since, pageSize: 20, limit: 20 });
      // The filter is by day on some accounts and queued calls have no start: the creation time decides.
      return found.map(foundCall).filter((call) => call.createdAt >= new Date(since.getTime() - clockSkewMs));
    },
    async fetchCall(callId) {
      try {
        return foundCall(await calls(callId).fetch());
      } catch (error) {
        return statusOf(error) === 404 ? 'gone' : 'unknown';
      }
    },
    async isInConference(callId, name) {
      try {
        const [running] = await conferences.list({ friendlyName: name, status: 'in-progress', pageSize: 1, limit: 1 });
        if (!running) return false;
        await conferences(running.sid).participants(callId).fetch();
        return true;
      } catch (error) {
        return statusOf(error) === 404 ? false : 'unknown';
      }
    },
    announce: (conferenceId, path) =>
      change(() => conferences(conferenceId).update({ announceUrl: url(path), announceMethod: 'POST' })),
    sendMessage: (message) => create(() => client.api.v2010.accounts(accountSid).messages.create(message)),
    async isWorking() {
      const looking = calls.page({ pageSize: 1 }).then(
        () => true,
        () => false,
      );
      return inTime(looking, lookTimeoutMs);
    },
  };
}

/** With the time-out of a create before it this stays under what counts as an abandoned effect (outbox/perform.ts). */
const lookTimeoutMs = 1500;

/** False when it takes longer. Real time, not the clock of the system: it is a matter of the network, as the client's own time-out. */
function inTime(looking: Promise<boolean>, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms);
    void looking.then((isGood) => {
      clearTimeout(timer);
      resolve(isGood);
    });
  });
}

/** RFC 2822 dates of the carrier have whole seconds, and its clock is not ours. */
const clockSkewMs = 2000;

async function create(call: () => Promise<{ sid: string }>): Promise<Placed> {
  try {
    return { outcome: 'placed', id: (await call()).sid };
  } catch (error) {
    return notPlaced(error, codeOf(error));
  }
}

/** Twilio asks not to build logic on its codes; they are kept for the log. */
function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && (typeof error.code === 'number' || typeof error.code === 'string'))
    return String(error.code);
  return String(statusOf(error) ?? 'no_answer');
}

function foundCall(call: { sid: string; to: string; status: string; dateCreated: Date }): FoundCall {
  return { id: call.sid, to: call.to, status: call.status as CarrierStatus, createdAt: call.dateCreated };
}
