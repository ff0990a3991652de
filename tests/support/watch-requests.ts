/**
 * Sees every request where it arrives, at every HTTP server of a process: its address, and what a provider is sent. What each may
 * legitimately see is said here, for the tests' own process (leaks.ts) and for those they start (watch-child.ts) alike.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';

export type Report = (place: 'url' | 'provider request', text: string) => void;

/** From now on every request is reported. */
export function watchRequests(report: Report): void {
  subscribe('http.server.request.start', (message) => {
    const { request } = message as { request: IncomingMessage };
    const line = `${request.method} ${request.url}`;
    if (isSimulator(line) || isCarriersReading(line)) return;
    report('url', line);
    if (isProviderUrl(line) || isPublished(line)) reportBody(request, report);
  });
}

/** The carrier is told whom to ring, the fax line where the page goes: in its address, as its API wants it. */
export const isProviderUrl = (text: string): boolean => /^\w+ \/(2010-04-01|outbound|inbound|v2)\//.test(text);
/** Tonight's telephones, put on another host (docs/fallback.md). */
const isPublished = (text: string): boolean => /^PUT \S+\.xml$/.test(text);
/** What tests tell the simulators of the telephone network: no part of Kamome. */
const isSimulator = (text: string): boolean => /^\w+ \/(exchange|faxhouse)\//.test(text);
/** The carrier's own reading of a document on another host: it puts the caller's number into the query (docs/fallback.md). */
const isCarriersReading = (text: string): boolean => /^GET \/(f\/)?\w+\.xml\?AccountSid=/.test(text);

/** The bytes as the parser hands them on, so that nobody's reading is disturbed. A page itself is the secret that may travel. */
function reportBody(request: IncomingMessage, report: Report): void {
  if (/tiff|pdf|octet/.test(request.headers['content-type'] ?? '')) return;
  const chunks: Buffer[] = [];
  const push = request.push.bind(request);
  request.push = (chunk: Buffer | null, encoding) => {
    if (chunk) chunks.push(chunk);
    else report('provider request', Buffer.concat(chunks).toString('utf8').replaceAll('+', ' '));
    return push(chunk, encoding);
  };
}
