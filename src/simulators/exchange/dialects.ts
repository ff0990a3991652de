import { type KeyObject, sign } from 'node:crypto';
import twilio from 'twilio';
import type { Chance } from './chance.ts';

/** Which carrier the exchange plays: the same telephones and calls, other words on the wire. */
export type Dialect =
  | { name: 'twilio'; authToken: string }
  /** TeXML: https://developers.telnyx.com/docs/voice/texml/rest-api/calls */
  | { name: 'telnyx'; apiKey: string; applicationId: string; signingKey: KeyObject };

/** What proves a webhook to be the carrier's. @param body as it is sent; the fields go in the address of a GET. */
export function signature(
  dialect: Dialect,
  request: { address: string; isGet: boolean; params: Record<string, string>; body: string; at: Date },
): Record<string, string> {
  const { address, isGet, params, body, at } = request;
  if (dialect.name === 'twilio')
    return {
      'user-agent': 'TwilioProxy/1.1 (Kamome exchange)',
      'x-twilio-signature': twilio.getExpectedTwilioSignature(dialect.authToken, address, isGet ? {} : params),
    };
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signed = sign(null, Buffer.from(`${timestamp}|${isGet ? '' : body}`), dialect.signingKey);
  return {
    'user-agent': 'telnyx-webhooks (Kamome exchange)',
    'telnyx-timestamp': timestamp,
    'telnyx-signature-ed25519': signed.toString('base64'),
  };
}

/** The fields of a webhook in the dialect's own words; they are made as Twilio names them. */
export function inDialect(dialect: Dialect, params: Record<string, string>): Record<string, string> {
  if (dialect.name === 'twilio') return params;
  const own = Object.entries(params).filter(([name]) => !onlyTwilio.test(name));
  const { CallSid, Direction } = params;
  return {
    ...Object.fromEntries(own),
    ConnectionId: dialect.applicationId,
    ...(CallSid && { CallSidLegacy: CallSid }),
    ...(Direction === 'inbound' && { Direction }),
  };
}

const onlyTwilio = /^(ApiVersion|Direction|Called|Caller|(From|To|Called|Caller)(City|State|Zip|Country))$/;

/** Ids as this carrier makes them. */
export function chanceOf(dialect: Dialect, chance: Chance): Chance {
  if (dialect.name === 'twilio') return chance;
  return {
    ...chance,
    sid: (prefix) => {
      const id = chance.sid(prefix).slice(2);
      return prefix === 'CA' ? `v3:${Buffer.from(id, 'hex').toString('base64url')}` : id;
    },
  };
}
