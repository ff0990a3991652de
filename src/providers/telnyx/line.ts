/** Telnyx's fax through its official client (providers.md 3.2). */
import type { Telnyx } from 'telnyx';
import { type FaxLine, FaxLineError, type FetchedMedia, type OutboundState, type Sent } from '../../fax/fax-line.ts';
import { fetchBytes } from '../../http/fetch-bytes.ts';
import { plusSeconds } from '../../lib/clock.ts';
import { official, telnyxClient } from './client.ts';
import { faxShape, loadPublicKey, receivedFrom, referenceFrom, reportOf, stateFrom, verifyTelnyx } from './webhook.ts';

export interface TelnyxAccount {
  apiKey: string;
  /** All that are valid during a rotation. */
  publicKeys: readonly string[];
  /** Another host that speaks Telnyx's API (its root, without /v2); null: Telnyx itself. */
  apiBase: string | null;
  /** The fax application that sends; null: asked of Telnyx, which of them calls back to us. */
  connectionId: string | null;
  /** Our own webhook, told with each fax. */
  webhookUrl: string;
  now(): Date;
}

const timeoutMs = 15_000;
const fetchTimeoutMs = 60_000;
/** Where Telnyx keeps received pages. */
const mediaHosts = ['s3.amazonaws.com', '.telnyx.com'];
/** How far back a poll looks for faxes that no webhook told of. */
const pollBackSeconds = 48 * 3600;
const mostListed = 500;

export function telnyxLine(account: TelnyxAccount): FaxLine {
  const { apiKey, apiBase, webhookUrl, now } = account;
  const client = telnyxClient({ apiKey, apiBase }, timeoutMs);
  const keys = account.publicKeys.map(loadPublicKey);
  const connection = connectionOf(client, account);
  const mediaRules = { hosts: mediaHosts, trustedBase: apiBase, timeoutMs: fetchTimeoutMs };

  async function retrieve(providerFaxId: string) {
    const { data } = await asked(() => client.faxes.retrieve(providerFaxId));
    const parsed = faxShape.safeParse(data);
    if (!parsed.success) throw new FaxLineError('Telnyx answered what nobody understands', 'unexpected_answer');
    return parsed.data;
  }

  const line: FaxLine = {
    provider: 'telnyx',
    polling: { everySeconds: 300, leastSeconds: 30 },

    async send(fax): Promise<Sent> {
      if (fax.from === null) return rejected('no_own_number', false);
      const connectionId = await connection().catch(() => null);
      if (connectionId === null) return rejected('no_fax_application', true);
      try {
        const { data } = await client.faxes.create({
          ...{ connection_id: connectionId, from: fax.from, to: fax.to, media_url: fax.documentUrl },
          ...{ client_state: stateFrom(fax.reference), webhook_url: webhookUrl, store_media: false },
          ...{ quality: fax.resolution === 'fine' ? 'high' : 'normal', monochrome: true },
          ...(fax.pace === 'careful' && { t38_enabled: false }),
        });
        return data?.id ? { outcome: 'accepted', providerFaxId: data.id } : { outcome: 'unknown', code: 'no_id' };
      } catch (error) {
        return unsent(error);
      }
    },

    async status(providerFaxId): Promise<OutboundState | null> {
      try {
        const fax = await retrieve(providerFaxId);
        return reportOf(fax.status ?? '', fax) ?? { state: 'sending' };
      } catch (error) {
        if (error instanceof FaxLineError && error.code === 'http_404') return null;
        throw error;
      }
    },

    async findByReference(reference, { to, since }) {
      const filter = { to: { eq: to }, direction: { eq: 'outbound' }, created_at: { gte: since.toISOString() } };
      return asked(async () => {
        let seen = 0;
        for await (const fax of client.faxes.list({ filter })) {
          if (fax.id && referenceFrom(fax.client_state) === reference) return fax.id;
          if (++seen >= mostListed) break;
        }
        return null;
      });
    },

    async cancel(providerFaxId) {
      await asked(() => client.faxes.actions.cancel(providerFaxId));
    },

    async poll() {
      const since = plusSeconds(now(), -pollBackSeconds).toISOString();
      const filter = { direction: { eq: 'inbound' }, created_at: { gte: since } };
      return asked(async () => {
        const notices = [];
        let seen = 0;
        for await (const fax of client.faxes.list({ filter })) {
          const parsed = faxShape.safeParse(fax);
          if (fax.id && fax.status === 'received' && parsed.success)
            notices.push({ dedupeKey: `listed:${fax.id}`, event: receivedFrom(fax.id, parsed.data) });
          if (++seen >= mostListed) break;
        }
        return { notices };
      });
    },

    verifyWebhook: (request) => verifyTelnyx(request, keys),

    async fetchMedia(media, { maxBytes }): Promise<FetchedMedia> {
      if (media.kind === 'url') return fetchBytes(media.url, { ...mediaRules, maxBytes });
      // Told without an address: one is asked for.
      return media.kind === 'pull'
        ? { outcome: 'expired', code: 'no_address' }
        : { outcome: 'refused', code: 'wrong_kind' };
    },

    async refreshMedia(providerFaxId) {
      await asked(() => client.faxes.actions.refresh(providerFaxId));
      const { media_url } = await retrieve(providerFaxId);
      return media_url ? { kind: 'url', url: media_url } : null;
    },

    async deleteRemote(providerFaxId) {
      try {
        await asked(() => client.faxes.delete(providerFaxId));
      } catch (error) {
        if (!(error instanceof FaxLineError && error.code === 'http_404')) throw error;
      }
    },
  };
  return line;
}

const rejected = (code: string, retryable: boolean): Sent => ({
  outcome: 'rejected',
  failure: { class: 'provider', retryable, code },
});

const neverConnected = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** What a create that brought no id means. */
function unsent(error: unknown): Sent {
  const code = codeOf(error);
  if (neverConnected.has(code)) return rejected(code, true);
  const status = error instanceof official().APIError ? error.status : undefined;
  if (status === undefined || status >= 500) return { outcome: 'unknown', code };
  if (status === 401 || status === 403 || status === 429) return rejected(code, true);
  if (status === 422) return { outcome: 'rejected', failure: { class: 'unknown', retryable: false, code } };
  return { outcome: 'rejected', failure: { class: 'unknown', retryable: false, code } };
}

/** A word for the log: never the client's message, which may quote what was sent. */
function codeOf(error: unknown): string {
  if (error instanceof official().APIConnectionTimeoutError) return 'timeout';
  if (error instanceof official().APIError && error.status !== undefined) return `http_${error.status}`;
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
  return 'broken';
}

async function asked<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    if (error instanceof FaxLineError) throw error;
    throw new FaxLineError(`Telnyx cannot be asked: ${codeOf(error)}`, codeOf(error));
  }
}

/** The id of the fax application, asked once: the one whose webhooks come to us, or the only one. */
function connectionOf(client: Telnyx, account: TelnyxAccount): () => Promise<string | null> {
  let known: string | null = account.connectionId;
  return async () => {
    if (known !== null) return known;
    const { data = [] } = await client.faxApplications.list();
    const ours =
      data.find((one) => one.webhook_event_url === account.webhookUrl) ?? (data.length === 1 ? data[0] : undefined);
    known = ours?.id ?? null;
    return known;
  };
}
