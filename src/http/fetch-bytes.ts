/**
 * Fetches bytes from an address that came from outside: from named hosts only, over https, never from a private network, no
 * redirect, no credential, so many bytes and no more (providers.md 7.3). The address that was checked is the one connected to.
 */
import { lookup as dnsLookup } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';

export interface FetchRules {
  /** Exact host names; one that begins with a dot stands for every name below it. */
  hosts: readonly string[];
  /** A configured address of our own (the fax house): its origin alone may be http and private. */
  trustedBase: string | null;
  maxBytes: number;
  timeoutMs: number;
  /** How names become addresses; the system's when absent. */
  lookup?: net.LookupFunction;
}

export type FetchedBytes =
  | { outcome: 'fetched'; bytes: Buffer }
  /** The address was good and is no more. */
  | { outcome: 'expired'; code: string }
  | { outcome: 'refused'; code: string }
  | { outcome: 'unavailable'; code: string };

const refused = (code: string): FetchedBytes => ({ outcome: 'refused', code });

/** Never throws. */
export async function fetchBytes(text: string, rules: FetchRules): Promise<FetchedBytes> {
  if (!URL.canParse(text)) return refused('not_an_address');
  const url = new URL(text);
  const isTrusted = rules.trustedBase !== null && url.origin === new URL(rules.trustedBase).origin;
  if (url.username !== '' || url.password !== '') return refused('credentials_in_address');
  if (!isTrusted) {
    if (url.protocol !== 'https:') return refused('not_https');
    if (url.port !== '') return refused('port_not_allowed');
    if (!rules.hosts.some((host) => (host.startsWith('.') ? url.hostname.endsWith(host) : url.hostname === host)))
      return refused('host_not_allowed');
  }
  return request(url, rules, isTrusted);
}

function request(url: URL, rules: FetchRules, isTrusted: boolean): Promise<FetchedBytes> {
  const { maxBytes, timeoutMs } = rules;
  const client = url.protocol === 'https:' ? https : http;
  const lookup = isTrusted ? (rules.lookup ?? systemLookup) : publicOnly(rules.lookup ?? systemLookup);
  return new Promise((resolve) => {
    const sent = client.get(url, { lookup, agent: false, headers: { accept: '*/*' } }, (answer) => {
      const status = answer.statusCode ?? 0;
      const end = (result: FetchedBytes): void => {
        answer.destroy();
        resolve(result);
      };
      if (status !== 200) return end(outcomeOf(status));
      const parts: Buffer[] = [];
      let size = 0;
      answer.on('data', (part: Buffer) => {
        size += part.length;
        if (size > maxBytes) return end(refused('too_big'));
        parts.push(part);
      });
      answer.on('end', () =>
        resolve(answer.complete ? { outcome: 'fetched', bytes: Buffer.concat(parts) } : unavailable('cut_short')),
      );
      answer.on('error', () => resolve(unavailable('cut_short')));
    });
    sent.setTimeout(timeoutMs, () => sent.destroy(new Error('late')));
    const deadline = setTimeout(() => sent.destroy(new Error('late')), timeoutMs);
    sent.on('close', () => clearTimeout(deadline));
    sent.on('error', (error) =>
      resolve(error instanceof PrivateAddress ? refused('private_address') : unavailable('broken')),
    );
  });
}

const unavailable = (code: string): FetchedBytes => ({ outcome: 'unavailable', code });

function outcomeOf(status: number): FetchedBytes {
  if (status >= 300 && status < 400) return refused('redirect');
  if (status === 403 || status === 404 || status === 410) return { outcome: 'expired', code: `http_${status}` };
  return status >= 500 || status === 429 ? unavailable(`http_${status}`) : refused(`http_${status}`);
}

class PrivateAddress extends Error {}

const systemLookup: net.LookupFunction = (host, options, done) => dnsLookup(host, options, done);

/** Every address of the name must be public; the connection goes to one of those that were looked at. */
const publicOnly =
  (look: net.LookupFunction): net.LookupFunction =>
  (host, options, done) =>
    look(host, options, (error, found, family) => {
      const addresses = Array.isArray(found) ? found.map((one) => one.address) : [found];
      if (!error && addresses.some(isPrivate)) return done(new PrivateAddress('a private address'), '', 0);
      done(error, found as string, family);
    });

const privateNetworks = new net.BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16], // and with it the metadata address of clouds
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  privateNetworks.addSubnet(network, bits, 'ipv4');

/** True for what does not belong to the open Internet, and for what is no address at all. */
export function isPrivate(address: string): boolean {
  const family = net.isIP(address);
  if (family === 4) return privateNetworks.check(address, 'ipv4');
  if (family !== 6) return true;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return isPrivate(mapped);
  return !/^[23]/.test(address) || /^2001:0?:/i.test(address) || /^2002:/i.test(address); // global unicast, tunnels aside
}
