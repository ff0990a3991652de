/** InterFAX over its REST (providers.md 3.1): documents go in the request, received pages are pulled, the callback is a doorbell. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import {
  type FaxFailure,
  type FaxLine,
  FaxLineError,
  type FaxNotice,
  type FetchedMedia,
  type OutboundState,
  type SendFax,
  type Sent,
  type VerifiedWebhook,
} from '../../fax/fax-line.ts';
import { stateOf } from './codes.ts';

export interface InterfaxAccount {
  username: string;
  password: string;
  /** Without a slash at the end. */
  apiBase: string;
}

const sendTimeoutMs = 20_000; // a dense page of half a megabyte on a slow line
const askTimeoutMs = 10_000;
const fetchTimeoutMs = 60_000;
const mostJson = 1_000_000;

const outboundShape = z.object({
  id: z.coerce.number().int(),
  status: z.number().int(),
  pagesSent: z.number().int().nullish(),
  reference: z.string().nullish(),
  subject: z.string().nullish(),
});
const inboundShape = z.object({
  messageId: z.coerce.number().int(),
  phoneNumber: z.string(),
  callerId: z.string().nullish(),
  remoteCSID: z.string().nullish(),
  messageStatus: z.number().int().nullish(),
  pages: z.number().int().nullish(),
});

/** The last part of the callback's address: known to InterFAX and to us. */
export const doorbellSecret = (password: string): string =>
  createHmac('sha256', password).update('kamome fax doorbell').digest('hex').slice(0, 40);

export function interfaxLine(account: InterfaxAccount): FaxLine {
  const { username, password, apiBase } = account;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const secret = doorbellSecret(password);

  const call = (method: 'GET' | 'POST', path: string, timeoutMs: number, body?: Uint8Array): Promise<Response> =>
    fetch(apiBase + path, {
      ...{ method, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) },
      headers: { authorization, accept: 'application/json', ...(body && { 'content-type': 'image/tiff' }) },
      ...(body && { body: Buffer.from(body) }),
    });

  /** Parsed JSON; null for 404. @throws FaxLineError */
  async function ask<T extends z.ZodType>(path: string, shape: T): Promise<z.output<T> | null> {
    const answer = await asked(() => call('GET', path, askTimeoutMs));
    if (answer.status === 404) return discard(answer, null);
    if (answer.status !== 200) throw await discard(answer, away(`http_${answer.status}`));
    const text = (await asked(() => readAtMost(answer, mostJson))).toString();
    const parsed = shape.safeParse(parseJson(text));
    if (!parsed.success) throw away('unexpected_answer');
    return parsed.data;
  }
  async function tell(path: string): Promise<void> {
    const answer = await asked(() => call('POST', path, askTimeoutMs));
    await discard(answer, null);
    const isGone = answer.status === 404 || answer.status === 409;
    if (!answer.ok && !isGone) throw away(`http_${answer.status}`);
  }

  return {
    provider: 'interfax',
    polling: { everySeconds: 60, leastSeconds: 10 }, // at most 6 a minute

    async send(fax: SendFax): Promise<Sent> {
      const query = new URLSearchParams({
        faxNumber: dialled(fax.to),
        retriesToPerform: '0', // one layer retries, and it is ours
        pageSize: 'a4',
        resolution: fax.resolution,
        rendering: 'bw',
        reference: fax.reference,
      });
      let answer: Response;
      try {
        answer = await call('POST', `/outbound/faxes?${query}`, sendTimeoutMs, fax.document);
      } catch (error) {
        const code = brokenBy(error);
        return neverConnected.has(code)
          ? { outcome: 'rejected', failure: provider(code) }
          : { outcome: 'unknown', code };
      }
      await discard(answer, null);
      const id = /\/outbound\/faxes\/(\d{1,18})$/.exec(answer.headers.get('location') ?? '')?.[1];
      if (answer.status === 201 && id) return { outcome: 'accepted', providerFaxId: id };
      if (answer.status >= 400 && answer.status < 500) return { outcome: 'rejected', failure: refusal(answer.status) };
      return { outcome: 'unknown', code: `http_${answer.status}` };
    },

    async status(providerFaxId: string): Promise<OutboundState | null> {
      const record = await ask(`/outbound/faxes/${number(providerFaxId)}`, outboundShape);
      return record && stateOf(record.status, record.pagesSent ?? null);
    },

    async findByReference(reference, { since }) {
      const dateFrom = since.toISOString().replace(/\.\d{3}Z$/, 'Z');
      const query = new URLSearchParams({ reference, dateFrom, limit: '10' });
      const found = await ask(`/outbound/search?${query}`, z.array(outboundShape));
      // The search may match loosely; only our very own reference is ours.
      const own = found?.filter((record) => (record.reference ?? record.subject ?? reference) === reference);
      return own?.[0] ? String(own[0].id) : null;
    },

    cancel: (providerFaxId) => tell(`/outbound/faxes/${number(providerFaxId)}/cancel`),

    async poll() {
      const found = await ask('/inbound/faxes?unreadOnly=true&limit=100', z.array(inboundShape));
      return { notices: (found ?? []).map(received) };
    },

    verifyWebhook: (request): VerifiedWebhook => {
      const given = new URL(request.url, 'http://local').pathname.split('/').at(-1) ?? '';
      if (!isSame(given, secret)) return { isGenuine: false, status: 403, reason: 'wrong_address' };
      return {
        isGenuine: true,
        notices: [{ dedupeKey: 'doorbell', event: { type: 'doorbell', about: about(request.body) } }],
      };
    },

    async fetchMedia(media, { maxBytes }): Promise<FetchedMedia> {
      if (media.kind !== 'pull') return { outcome: 'refused', code: 'wrong_kind' };
      try {
        const answer = await call('GET', `/inbound/faxes/${number(media.ref)}/image`, fetchTimeoutMs);
        if (answer.status === 404) return discard(answer, { outcome: 'refused', code: 'http_404' });
        if (answer.status !== 200) return discard(answer, { outcome: 'unavailable', code: `http_${answer.status}` });
        return { outcome: 'fetched', bytes: await readAtMost(answer, maxBytes) };
      } catch (error) {
        if (error instanceof TooBig) return { outcome: 'refused', code: 'too_big' };
        return { outcome: 'unavailable', code: brokenBy(error) };
      }
    },

    /** There is no deletion in this interface: reading ends it, hiding takes it off the lists; images die by the account's retention (set it to 0). */
    deleteRemote: (providerFaxId, direction) =>
      direction === 'received'
        ? tell(`/inbound/faxes/${number(providerFaxId)}/mark?unread=false`)
        : tell(`/outbound/faxes/${number(providerFaxId)}/hide`),
  };
}

const received = (record: z.output<typeof inboundShape>): FaxNotice => ({
  dedupeKey: `in:${record.messageId}`,
  event: {
    type: 'received',
    fax: {
      providerFaxId: String(record.messageId),
      to: international(record.phoneNumber),
      from: record.callerId ? international(record.callerId) : null,
      claimedStationId: record.remoteCSID || null,
      pages: record.pages ?? null,
      isPartial: (record.messageStatus ?? 0) !== 0,
      media: { kind: 'pull', ref: String(record.messageId) },
    },
  },
});

/** `00` and the country: how InterFAX takes and tells numbers. */
const dialled = (e164: string): string => `00${e164.slice(1)}`;
const international = (number: string): string => (/^00[1-9]\d+$/.test(number) ? `+${number.slice(2)}` : number);

/** A page of ours when the form tells its transaction and a destination; otherwise something has come in. */
function about(body: Buffer): { sent: string } | null {
  const form = new Map(
    [...new URLSearchParams(body.toString('latin1'))].map(([name, value]) => [name.toLowerCase(), value]),
  );
  const id = form.get('transactionid') ?? '';
  return form.has('destinationfax') && /^\d{1,18}$/.test(id) ? { sent: id } : null;
}

const isSame = (one: string, other: string): boolean =>
  timingSafeEqual(createHash('sha256').update(one).digest(), createHash('sha256').update(other).digest());

const provider = (code: string): FaxFailure => ({ class: 'provider', retryable: true, code });

/** What it has refused it has not taken. */
function refusal(status: number): FaxFailure {
  const code = `http_${status}`;
  if (status === 413 || status === 415) return { class: 'document', retryable: false, code };
  if (status === 401 || status === 402 || status === 403 || status === 429) return provider(code);
  return { class: 'unknown', retryable: false, code };
}

const neverConnected = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
function brokenBy(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return error instanceof Error && error.name === 'TimeoutError' ? 'timeout' : 'broken';
}

const away = (code: string): FaxLineError => new FaxLineError(`InterFAX cannot be asked: ${code}`, code);
async function asked<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw away(brokenBy(error));
  }
}

async function discard<T>(answer: Response, value: T): Promise<T> {
  await answer.body?.cancel();
  return value;
}

class TooBig extends Error {}

async function readAtMost(answer: Response, most: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of answer.body ?? []) {
    size += part.length;
    if (size > most) throw new TooBig('more than we take'); // leaving the loop cancels the rest
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Ids of InterFAX are numbers; nothing else gets into a path. */
function number(id: string): string {
  if (!/^\d{1,18}$/.test(id)) throw new FaxLineError('not an id of InterFAX', 'wrong_id');
  return id;
}
