/** What strangers and providers send: forms, JSON and addresses, with a right signature so that the parsers behind it are reached. */
import { generateKeyPairSync, sign } from 'node:crypto';
import twilio from 'twilio';
import { isStorable } from '../../../src/lib/plain-text.ts';
import { doorbellSecret, interfaxLine } from '../../../src/providers/interfax/line.ts';
import { verifyTelnyx } from '../../../src/providers/telnyx/webhook.ts';
import { twilioGate } from '../../../src/providers/twilio/gate.ts';
import { parseXml } from '../../../src/simulators/exchange/xml.ts';
import type { Target } from '../engine.ts';
import { law } from '../law.ts';

const keys = {
  accountSid: `AC${'0'.repeat(31)}8`,
  authTokens: ['a-token-for-fuzzing-0008'],
  publicBaseUrl: 'https://kamome.example',
};
const gate = twilioGate(keys, { publicBaseUrl: keys.publicBaseUrl, language: 'ja' });
const form = (more: Record<string, string>): Buffer =>
  Buffer.from(
    new URLSearchParams({
      ...{ AccountSid: keys.accountSid, CallSid: `CA${'0'.repeat(32)}`, From: '+819000000001', To: '+815000000100' },
      ...{ Direction: 'inbound', CallStatus: 'in-progress', ...more },
    }).toString(),
  );

function readForm(input: Buffer): void {
  const body = input.toString('utf8');
  const url = '/voice/leg/x/key';
  const params = Object.fromEntries(new URLSearchParams(body));
  const signature = twilio.getExpectedTwilioSignature(keys.authTokens[0]!, keys.publicBaseUrl + url, params);
  const verified = gate.verify(url, body, (name) => (name === 'x-twilio-signature' ? signature : undefined));
  if (gate.verify(url, body, () => `${signature}x`).isGenuine) throw new Error('a wrong signature passed');
  if (!verified.isGenuine) return;
  const { read } = verified;
  const digits = read.keys()?.digits;
  if (digits !== undefined && !/^[0-9*#]*$/.test(digits)) throw new Error('keys that no telephone has');
  for (const reader of [read.call, read.status, read.recording, read.conference]) reader();
}

/** Whatever a catalogue or a name brings, the carrier must be able to read the script. */
function renderWords(input: Buffer): void {
  const text = input.toString('utf8');
  const ask = {
    verb: 'ask',
    say: [text],
    digits: 12,
    endsWithHash: true,
    seconds: 5,
    path: '/voice/x',
    reportsSilence: true,
  } as const;
  parseXml(gate.render([{ verb: 'say', text }, ask, { verb: 'hangup' }]));
}

const telnyx = generateKeyPairSync('ed25519');
const at = new Date('2026-11-22T03:00:00Z');
function readTelnyx(input: Buffer): void {
  const timestamp = String(at.getTime() / 1000);
  const signature = sign(null, Buffer.concat([Buffer.from(`${timestamp}|`), input]), telnyx.privateKey).toString(
    'base64',
  );
  const ask = (given: string) =>
    verifyTelnyx(
      {
        ...{ url: '/fax/telnyx', body: input, at },
        header: (name) => ({ 'telnyx-signature-ed25519': given, 'telnyx-timestamp': timestamp })[name],
      },
      [telnyx.publicKey],
    );
  if (input.length % 16 === 0 && ask(signature.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))).isGenuine)
    throw new Error('a wrong signature passed');
  const verified = ask(signature);
  if (!verified.isGenuine && verified.status !== 400)
    throw new Error(`a right signature is refused: ${verified.reason}`);
  law(!verified.isGenuine || isStorable(verified.notices), 'news that cannot be stored');
}

const account = { username: 'kamome', password: 'a-password-for-fuzzing', apiBase: 'http://127.0.0.1:9' };
const line = interfaxLine(account);
function readInterfax(input: Buffer): void {
  const [given = '', ...rest] = input.toString('latin1').split('\n');
  const request = (url: string) => ({ url, body: Buffer.from(rest.join('\n'), 'latin1'), header: () => undefined, at });
  line.verifyWebhook!(request(`/fax/interfax/${doorbellSecret(account.password)}`));
  if (line.verifyWebhook!(request(`/fax/interfax/${given}`)).isGenuine) throw new Error('a wrong address passed');
}

export const webhookTargets: readonly Target[] = [
  {
    name: 'twilio',
    seeds: async () => [
      form({ Digits: '543274497068' }),
      form({ CallStatus: 'completed', SequenceNumber: '3', CallDuration: '12' }),
      form({
        ConferenceSid: `CF${'0'.repeat(32)}`,
        FriendlyName: 'uc_x',
        StatusCallbackEvent: 'participant-join',
        SequenceNumber: '1',
      }),
    ],
    words: [
      'Digits=',
      '&',
      '%23',
      '*',
      'CallSid=CA',
      'AccountSid=',
      '__proto__=1',
      'constructor=1',
      'From=',
      'toString=',
    ],
    run: readForm,
  },
  {
    name: 'twiml',
    seeds: async () => [Buffer.from('一番を押してください'), Buffer.from('<Dial>&amp;</Dial>')],
    run: renderWords,
  },
  {
    name: 'telnyx',
    seeds: async () =>
      ['fax.received', 'fax.delivered', 'fax.failed', 'fax.sending.started'].map((event_type) =>
        Buffer.from(
          JSON.stringify({
            data: {
              ...{ id: 'e1', event_type },
              payload: {
                fax_id: 'f1',
                direction: event_type === 'fax.received' ? 'inbound' : 'outbound',
                from: '+81450000001',
                to: '+815000000110',
                page_count: 1,
                media_url: 'https://x.example/a',
                client_state: 'ZnhfMA==',
                failure_reason: 'user_busy',
              },
            },
          }),
        ),
      ),
    words: [
      '"data":',
      '"payload":',
      'null',
      '[]',
      '{}',
      '"page_count":-1',
      '1e400',
      '\\u0000',
      '"direction":"inbound"',
    ],
    run: readTelnyx,
  },
  {
    name: 'interfax',
    seeds: async () => [Buffer.from('nobody\nuserId=kamome&transactionId=123&status=0&pages=2'), Buffer.from('%\n{}')],
    run: readInterfax,
  },
];
