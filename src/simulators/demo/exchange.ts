/** The demonstration's hands and ears: the exchange's control side over HTTP, as its page and the tests use it. */
import { setTimeout as pause } from 'node:timers/promises';

/** Something that happened on the telephone network, as the exchange tells it (`GET /exchange/events`). */
export interface ExchangeEvent {
  /** ISO 8601. */
  at: string;
  /** `call`: its state changed · `keyed` · `said` · `event`: a remark · `conference`. */
  kind: string;
  call?: string;
  phone?: string;
  direction?: string;
  state?: string;
  text?: string;
  /** Nobody was listening to the keys. */
  lost?: boolean;
}

export interface CallView {
  id: string;
  phone: string;
  state: string;
  /** Numbers of those whom the person on this call can hear now. */
  bridgedWith: string[];
}

export interface ExchangeClient {
  /** What the owner of a telephone does when it rings. */
  setHabit(e164: string, habit: Record<string, unknown>): Promise<void>;
  /** @returns the id of the call. */
  dial(from: string, to: string): Promise<string>;
  press(callId: string, digits: string): Promise<void>;
  hangUp(callId: string): Promise<void>;
  call(callId: string): Promise<CallView>;
  callsOf(e164: string): Promise<CallView[]>;
  /** Calls `hear` for everything that happens from now on, until `signal` ends it. Resolves when the exchange listens. */
  listen(hear: (event: ExchangeEvent) => void, signal: AbortSignal): Promise<void>;
}

/** @throws in each function when the exchange refuses, with its own words. */
export function exchangeClient(baseUrl: string): ExchangeClient {
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const answer = await fetch(`${baseUrl}/exchange/${path}`, { method, ...(body === undefined ? {} : json) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`the exchange refused ${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  };
  const phonePath = (e164: string): string => `phones/${encodeURIComponent(e164)}`;
  return {
    setHabit: async (e164, habit) => void (await ask('PUT', phonePath(e164), habit)),
    dial: async (from, to) => ((await ask('POST', 'calls', { from, to })) as { id: string }).id,
    press: async (callId, digits) => void (await ask('POST', `calls/${callId}/digits`, { digits })),
    hangUp: async (callId) => void (await ask('POST', `calls/${callId}/hangup`)),
    call: async (callId) => (await ask('GET', `calls/${callId}`)) as CallView,
    callsOf: async (e164) => (await ask('GET', `${phonePath(e164)}/calls`)) as CallView[],
    listen: (hear, signal) => listen(`${baseUrl}/exchange/events`, hear, signal),
  };
}

const connectTries = 50; // 100 ms apart: the system has said that it is ready, so this is generous

async function listen(url: string, hear: (event: ExchangeEvent) => void, signal: AbortSignal): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const answer = await fetch(url, { signal }).catch(() => null);
    if (answer?.ok && answer.body) {
      void readEvents(answer.body, hear).catch(() => undefined); // ends when `signal` says so
      return;
    }
    if (attempt >= connectTries) throw new Error('the exchange does not tell what happens on it');
    await pause(100, undefined, { signal });
  }
}

/** Server-sent events: blocks of lines; ours have one `data:` line each, which is JSON. */
async function readEvents(body: ReadableStream<Uint8Array>, hear: (event: ExchangeEvent) => void): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body) {
    rest += decoder.decode(bytes, { stream: true });
    const blocks = rest.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (data) hear(JSON.parse(data) as ExchangeEvent);
    }
  }
}
