import twilio from 'twilio';
import type { DrillLine } from '../../fallback/drill.ts';
import type { TwilioAccount } from './telephone.ts';

const over: readonly string[] = ['completed', 'busy', 'failed', 'no-answer', 'canceled'];

/** Rings through a document of another host; the carrier reports to nobody, it is asked. */
export function twilioDrill({
  accountSid,
  authToken,
  apiBase,
}: Pick<TwilioAccount, 'accountSid' | 'authToken' | 'apiBase'>): DrillLine {
  const client = twilio(accountSid, authToken, { autoRetry: false, ...(apiBase ? {} : { edge: 'tokyo' }) });
  if (apiBase) client.api.baseUrl = apiBase;
  const calls = client.api.v2010.accounts(accountSid).calls;
  return {
    ring: async (to, from, url) => (await calls.create({ to, from, url, method: 'GET', timeout: 60 })).sid,
    async ended(callId) {
      const { status } = await calls(callId).fetch();
      return over.includes(status) ? { status } : null;
    },
    async rung(parentCallSid) {
      const found = await calls.list({ parentCallSid, limit: 50 });
      const inOrder = [...found].sort((one, other) => one.dateCreated.getTime() - other.dateCreated.getTime());
      return inOrder.map(({ to, status, duration }) => ({ to, status, seconds: Number(duration ?? 0) }));
    },
  };
}
