/** A second carrier beside the exchange of a world: TeXML over HTTP, its own signature, the same telephones. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { SecondCarrierConfig } from '../../src/config/second-carrier.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { createExchange, type Exchange, sipDomain } from '../../src/simulators/exchange/exchange.ts';
import { listen } from './listen.ts';

export interface SecondExchange {
  exchange: Exchange;
  url: string;
  config: SecondCarrierConfig;
  /** From now on its numbers and the two ways between the carriers lead to this gateway. */
  leadsTo(gatewayUrl: string, number: string): Promise<void>;
  control(method: string, path: string, body?: unknown): Promise<unknown>;
  close(): Promise<void>;
}

export const secondAccount = 'f5586561-8ff0-4291-a51b-c7dfe4139ff9';

export async function createSecondExchange(first: Exchange, clock: Clock): Promise<SecondExchange> {
  const { privateKey: signingKey, publicKey } = generateKeyPairSync('ed25519');
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  const apiKey = `KEY${randomBytes(12).toString('hex')}`;
  const texml = { beside: first, apiKey, applicationId: '1234567890', signingKey };
  const exchange = createExchange({ clock, random: randomBytes, accountSid: secondAccount, authToken: apiKey, texml });
  const server = await listen(exchange.app);
  const control = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(server.url + path, { method, ...(body ? { headers, body: JSON.stringify(body) } : {}) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  };
  return {
    ...{ exchange, url: server.url, control },
    config: {
      ...{ accountSid: secondAccount, applicationId: '1234567890', apiKey, apiBase: server.url },
      publicKeys: [spki.subarray(-32).toString('base64')],
      ...{ sipHost: 'second.sip.test', firstSipHost: 'first.sip.test' },
    },
    async leadsTo(gatewayUrl, number) {
      await control('PUT', `/exchange/numbers/${encodeURIComponent(number)}`, {
        voiceUrl: `${gatewayUrl}/second/voice/inbound`,
        statusCallback: `${gatewayUrl}/second/voice/status`,
        fallbackUrl: `${gatewayUrl}/second/voice/fallback`,
      });
      first.network.sipDomains.set('second.sip.test', sipDomain(exchange, `${gatewayUrl}/second/voice/bridge`));
      exchange.network.sipDomains.set('first.sip.test', sipDomain(first, `${gatewayUrl}/voice/bridge`));
    },
    async close() {
      exchange.close();
      await server.close();
    },
  };
}
