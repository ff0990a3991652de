import twilio from 'twilio';
import type { InnerLine } from '../../watch/inner-line.ts';

export interface InnerLineOptions {
  accountSid: string;
  /** Signs as the carrier would. */
  authToken: string;
  publicBaseUrl: string;
  /** Where this process reaches the gateway; the signature is over the public address in any case. */
  gatewayUrl: string;
  random(size: number): Buffer;
}

/** Twilio gives up after 15 s; a gateway that takes this long is broken for a caller. */
const requestTimeoutMs = 8000;
const callIdBytes = 16;

/**
 * Plays the carrier to our own gateway: a signed webhook over HTTP for the call, for each key and for the end, following the
 * document as Twilio would. No carrier is asked, nothing rings.
 */
export function twilioInnerLine(options: InnerLineOptions): InnerLine {
  const { accountSid, authToken, publicBaseUrl, gatewayUrl, random } = options;

  const ask = async (path: string, params: Record<string, string>): Promise<{ status: number; text: string }> => {
    const answer = await fetch(gatewayUrl + path, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
        'x-twilio-signature': twilio.getExpectedTwilioSignature(authToken, publicBaseUrl + path, params),
      },
      body: new URLSearchParams(params).toString(),
      redirect: 'error',
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
    return { status: answer.status, text: await answer.text() };
  };

  return {
    async walk({ from, to, keys }) {
      const line = {
        ...{ AccountSid: accountSid, ApiVersion: '2010-04-01', CallSid: `CA${random(callIdBytes).toString('hex')}` },
        ...{ From: from, To: to, Direction: 'inbound' },
      };
      try {
        let path = '/voice/inbound';
        let params: Record<string, string> = { ...line, CallStatus: 'ringing' };
        for (const digits of keys) {
          const { status, text } = await ask(path, params);
          const action = nextQuestion(text, publicBaseUrl);
          if (status !== 200 || !action) return status === 200 ? 'no_question' : `http_${status}`;
          path = action;
          params = { ...line, CallStatus: 'in-progress', Digits: digits };
        }
        const last = await ask(path, params);
        if (last.status !== 200) return `http_${last.status}`;
        const over = await ask('/voice/status', { ...line, CallStatus: 'completed', SequenceNumber: '0' });
        return over.status < 300 ? 'done' : `http_${over.status}`;
      } catch {
        return 'no_answer'; // of the request's own error nothing may reach the log but this: it names addresses
      }
    },
  };
}

/** The path of the first question of a document of ours. */
function nextQuestion(twiml: string, publicBaseUrl: string): string | null {
  const url = /<Gather [^>]*?\baction="([^"]+)"/.exec(twiml)?.[1]?.replaceAll('&amp;', '&');
  return url?.startsWith(`${publicBaseUrl}/`) ? url.slice(publicBaseUrl.length) : null;
}
