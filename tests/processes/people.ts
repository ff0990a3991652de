/** People at the telephones of a real exchange, in real time. */
import { type CallView, type ExchangeClient, exchangeClient } from '../../src/simulators/demo/exchange.ts';
import { until } from '../support/processes.ts';

/** What a call of the exchange tells beside the demonstration's view of it. */
export interface Call extends CallView {
  direction: string;
  createdAt: string;
  endedAt: string | null;
  transcript: { at: string; kind: string; text: string }[];
}

export interface Town {
  exchange: ExchangeClient;
  /** Gives the association's number its webhooks, and the document on another host, as an operator does in the carrier's console. */
  configure(number: string, gatewayUrl: string, documentUrl?: string): Promise<void>;
  calls(e164: string): Promise<Call[]>;
  /** Somebody rings about an emergency and keys the card. @returns the call and when its last key was pressed. */
  ringsAbout(card: string, from: string, to: string): Promise<{ id: string; keyedAt: number }>;
  /** Waits until a phone has rung `times` times. @returns that call. */
  rung(e164: string, seconds: number, times?: number): Promise<Call>;
  /** Waits until the caller, on any call from or to that phone, hears `e164`. */
  joined(caller: string, e164: string, seconds: number): Promise<void>;
  /** Waits until words were said on a call. */
  hears(callId: string, words: RegExp, seconds: number): Promise<void>;
}

export function townOn(exchangeUrl: string): Town {
  const exchange = exchangeClient(exchangeUrl);
  const viewOf = async (callId: string): Promise<Call> => (await exchange.call(callId)) as Call;
  const calls = async (e164: string): Promise<Call[]> => (await exchange.callsOf(e164)) as Call[];
  const hears: Town['hears'] = async (callId, words, seconds) => {
    await until(`${words} on a line`, seconds, async () => {
      const { transcript, state } = await viewOf(callId);
      const said = transcript.filter((line) => line.kind === 'said').map((line) => line.text);
      if (said.some((text) => words.test(text))) return true;
      if (state !== 'ringing' && state !== 'in-progress')
        throw new Error(`the call ended (${state}) without ${words}; heard:\n${said.join('\n')}`);
      return undefined;
    });
  };
  return {
    exchange,
    calls,
    hears,
    async configure(number, gatewayUrl, documentUrl) {
      const answer = await fetch(`${exchangeUrl}/exchange/numbers/${encodeURIComponent(number)}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          voiceUrl: `${gatewayUrl}/voice/inbound`,
          statusCallback: `${gatewayUrl}/voice/status`,
          ...(documentUrl
            ? { fallbackUrl: documentUrl, fallbackMethod: 'GET' }
            : { fallbackUrl: `${gatewayUrl}/voice/fallback` }),
        }),
      });
      if (!answer.ok) throw new Error(`the exchange refused a number: ${await answer.text()}`);
    },
    async ringsAbout(card, from, to) {
      const id = await exchange.dial(from, to);
      await hears(id, /119番/, 30);
      await exchange.press(id, '1');
      await hears(id, /12けた/, 30);
      await exchange.press(id, card);
      return { id, keyedAt: Date.now() };
    },
    rung: (e164, seconds, times = 1) =>
      until(`${e164} to ring`, seconds, async () => (await calls(e164)).filter(isOutbound)[times - 1]),
    async joined(caller, e164, seconds) {
      await until(`the caller to talk with ${e164}`, seconds, async () =>
        (await calls(caller)).find(({ bridgedWith }) => bridgedWith.includes(e164)),
      );
    },
  };
}

const isOutbound = (call: Call): boolean => call.direction !== 'inbound';

/** The longest time two calls to one phone were alive together, in ms; rule: never. */
export function overlapMs(calls: readonly Call[]): number {
  let longest = 0;
  for (const [index, one] of calls.entries())
    for (const other of calls.slice(index + 1)) {
      const from = Math.max(Date.parse(one.createdAt), Date.parse(other.createdAt));
      const to = Math.min(endOf(one), endOf(other));
      longest = Math.max(longest, to - from);
    }
  return longest;
}

const endOf = (call: Call): number => (call.endedAt ? Date.parse(call.endedAt) : Date.now());
export const voicemail = { behaviour: 'voicemail', answerAfterSeconds: 1 };
export const ringsOn = { behaviour: 'no-answer' };
export const accepts = (afterSeconds = 2) => ({
  behaviour: 'answer',
  answerAfterSeconds: 1,
  keys: [{ onPrompt: '緊急呼です', afterSeconds, digits: '1' }],
});
/** Somebody who waits to be called back. */
export const takesCallBack = {
  ...{ behaviour: 'answer', answerAfterSeconds: 1 },
  keys: [{ onPrompt: '1を押してください', afterSeconds: 1, digits: '1' }],
};
export const callerRings = '+819000009001';
