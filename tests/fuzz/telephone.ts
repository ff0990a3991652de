/**
 * A telephone network gone mad before the real gateway: any webhook, rightly signed, in any order, with any keys and any parameters, on
 * questions that were put and on such that never were. Whatever comes, the carrier gets a script that it can play, an empty answer, or a
 * plain no; never a fault, and nothing of ours is logged as one.
 */
import { randomIds } from '../../src/lib/ids.ts';
import { hashSecret } from '../../src/lib/secret.ts';
import { performEffect, placeCalls } from '../../src/outbox/perform.ts';
import { ensurePace } from '../../src/outbox/store.ts';
import { advanceCase } from '../../src/outbox/sweep.ts';
import { type Purpose, parseTwiml } from '../../src/simulators/exchange/twiml.ts';
import { createLastResort } from '../../src/voice/fallback.ts';
import { voiceRoutes } from '../../src/voice/switchboard.ts';
import type { FoundCall } from '../../src/voice/telephone.ts';
import {
  type BareGateway,
  callParams,
  noteTaker,
  postSigned,
  publicBaseUrl,
  startBareGateway,
} from '../support/bare-gateway.ts';
import { FakeClock } from '../support/clock.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { sampleContent, testRelease } from '../support/release-tools.ts';
import { buildTown } from '../support/town.ts';
import { law } from './law.ts';

/** What happens next: four numbers below 256, each meaning something whatever it is. */
export type Step = readonly [what: number, which: number, keys: number, more: number];

export const stepsIn = (input: Buffer): Step[] =>
  Array.from({ length: Math.min(24, input.length >> 2) }, (_, at) => [
    ...[input[at * 4]!, input[at * 4 + 1]!, input[at * 4 + 2]!, input[at * 4 + 3]!],
  ]) as unknown as Step[];

export interface Telephone {
  /** @throws for an answer that the carrier cannot use, and for a fault in the log. */
  play(steps: readonly Step[]): Promise<void>;
  /** Webhooks sent, and answers by kind. */
  readonly told: { webhooks: number; scripts: number; empty: number; refused: number; places: Set<string> };
  close(): Promise<void>;
}

const start = new Date('2026-11-16T13:00:00Z');
/** Calls and questions that are remembered; the oldest are forgotten. */
const most = 40;
const never = `${'0'.repeat(26)}`;

export async function openTelephone(): Promise<Telephone> {
  const database = await freshDatabase();
  const clock = new FakeClock(start);
  const carrier = noteTaker();
  carrier.fetchCall = async (callId) => ({ id: callId, status: 'in-progress' }) as FoundCall;
  const wakes: { job: string; id: string; at: number }[] = [];
  const release = testRelease(database.pool, randomIds);
  const gateway = await startBareGateway({
    ...{ db: database.pool, clock, telephone: carrier, release },
    wake: (job, id, seconds = 0) => void wakes.push({ job, id, at: clock.now().getTime() + seconds * 1000 }),
  });
  await ensurePace(database.pool, clock.now());
  const people = await furnish(database, release, clock);
  const told: Telephone['told'] = { webhooks: 0, scripts: 0, empty: 0, refused: 0, places: new Set() };
  /** Where something was asked, with the call that it was asked on. */
  const questions: { url: string; sid: string; from: string; isInbound: boolean }[] = [];
  const ids = new Set<string>([`lg_${never}`, `uc_${never}`, `rq_${never}`]);
  const addresses = voiceRoutes(gateway.ctx, createLastResort(gateway.ctx)).map(({ path }) => path);
  let calls = 0;

  async function post(
    url: string,
    call: { sid: string; from: string; isInbound: boolean },
    more: Record<string, string>,
  ): Promise<void> {
    const to = call.isInbound ? people.number : call.from;
    const from = call.isInbound ? call.from : people.number;
    const { status, body } = await postSigned(
      gateway.url,
      url,
      callParams({ sid: call.sid, from, to, isInbound: call.isInbound, more }),
    );
    told.webhooks++;
    told.places.add(
      url
        .replace(/[a-z]{2}_[0-9a-z]{26}/g, ':id')
        .replace(/\/\d+\/[^/]+$/, '/:tries/:nonce')
        .replace(/\/[^/]{22,}$/, '/:nonce'),
    );
    const isInvented = url.endsWith('/n') || !/\/[^/]{20,}/.test(url);
    law([200, 204, 400].includes(status) || (isInvented && status === 404), `answered ${status}`);
    if (status === 204) told.empty++;
    else if (status >= 400) told.refused++;
    else {
      told.scripts++;
      // At an address that was never given out the answer is "this is over", whatever the place.
      parseTwiml(body, isInvented ? 'main' : purposeOf(url));
      for (const id of body.match(/[a-z]{2}_[0-9a-z]{26}/g) ?? []) ids.add(id);
      for (const [, asked = ''] of body.matchAll(/(?:action|waitUrl|statusCallback)="([^"]+)"|<Redirect[^>]*>([^<]+)/g))
        if (asked.startsWith(publicBaseUrl))
          questions.push({ ...call, url: asked.slice(publicBaseUrl.length).replaceAll('&amp;', '&') });
    }
    questions.splice(0, Math.max(0, questions.length - most));
  }

  async function step([what, which, keys, more]: Step): Promise<void> {
    const one = <T>(list: readonly T[], by: number): T => list[by % list.length]!;
    const said = { ...(keys < 240 ? { Digits: one(people.keys, keys) } : {}), ...one(extras, more) };
    const newest = questions.at(-1 - (which % Math.max(1, questions.length)));
    const stranger = {
      sid: `CA${(++calls).toString(16).padStart(32, '0')}`,
      from: one(people.phones, which),
      isInbound: true,
    };
    switch (what % 10) {
      case 0:
        return post('/voice/inbound', stranger, one(extras, more));
      case 1:
      case 2:
      case 3:
      case 4:
        return newest ? post(newest.url, newest, said) : post('/voice/inbound', stranger, said);
      case 5: {
        const order = one(carrier.orders, which);
        if (!order?.path) return;
        const call = { sid: order.callId, from: order.to ?? one(people.phones, which), isInbound: false };
        for (const id of order.path.match(/[a-z]{2}_[0-9a-z]{26}/g) ?? []) ids.add(id);
        return post(more % 2 ? order.path : order.path.replace(/\/answer$/, '/status'), call, said);
      }
      case 6:
        return runWakes(clock.now().getTime());
      case 7:
        await clock.advanceTo(
          new Date(clock.now().getTime() + one([500, 5000, 20_000, 180_000], which)),
          async () => undefined,
        );
        return runWakes(clock.now().getTime());
      case 8: {
        // An address that was never given out, with ids that belong elsewhere.
        const path = one(addresses, which).replace(/:(\w+)/g, (_, name: string) => {
          if (name === 'tries') return one(counts, more);
          if (name === 'nonce') return 'n';
          return /Id$/.test(name) ? one([...ids].slice(-most), keys + more) : one(['accepted', '100', 'x'], more);
        });
        return post(`/voice${path}`, { ...stranger, isInbound: more % 3 !== 0 }, said);
      }
      default:
        return newest && post(newest.url, { ...newest, sid: stranger.sid, isInbound: !newest.isInbound }, said);
    }
  }

  /** What the workers were woken for, as far as it is due; bounded, because a mad network wakes for ever. */
  async function runWakes(now: number): Promise<void> {
    for (let turn = 0; turn < 30; turn++) {
      const index = wakes.findIndex(({ at }) => at <= now);
      if (index === -1) break;
      const [wake] = wakes.splice(index, 1);
      if (wake?.job === 'place-calls') await placeCalls(gateway.ctx);
      else if (wake?.job === 'perform-effect') await performEffect(gateway.ctx, wake.id);
      else if (wake?.job === 'advance-case') await advanceCase(gateway.ctx, wake.id);
    }
    wakes.splice(0, Math.max(0, wakes.length - 200));
    carrier.orders.splice(0, Math.max(0, carrier.orders.length - most));
  }

  return {
    told,
    async play(steps) {
      for (const one of steps) await step(one);
      const faults = faultsIn(gateway);
      law(faults.length === 0, `logged as a fault: ${faults[0]}`);
    },
    async close() {
      await gateway.close();
      await database.drop();
    },
  };
}

/** What was logged as an error; that the carrier asked at the address for faults is one that the madness itself brings about. */
const faultsIn = ({ complaints }: BareGateway): string[] =>
  complaints.splice(0).filter((line) => /"level":"(error|fatal)"/.test(line) && !line.includes('fallback_asked'));

const purposeOf = (url: string): Purpose =>
  url.includes('/announce/') ? 'announce' : url.includes('/wait/') ? 'wait' : 'main';

/** What a carrier, or somebody who has the token, may send beside the keys. */
const extras: readonly Record<string, string>[] = [
  {},
  {},
  { CallStatus: 'completed', SequenceNumber: '3', CallDuration: '12' },
  { CallStatus: 'busy', SequenceNumber: '0' },
  { CallStatus: 'no-answer', SequenceNumber: '99999999999999999999' },
  { CallStatus: 'in-progress', AnsweredBy: 'machine_start' },
  { CallStatus: 'ringing', SequenceNumber: '-1' },
  { CallStatus: 'no such status', SequenceNumber: 'x' },
  {
    StatusCallbackEvent: 'participant-join',
    ConferenceSid: `CF${'1'.repeat(32)}`,
    FriendlyName: `uc_${never}`,
    SequenceNumber: '1',
  },
  {
    StatusCallbackEvent: 'participant-leave',
    ConferenceSid: `CF${'1'.repeat(32)}`,
    FriendlyName: 'x',
    SequenceNumber: '2',
  },
  { StatusCallbackEvent: 'conference-end', ConferenceSid: 'CF', FriendlyName: '', SequenceNumber: '' },
  { RecordingSid: `RE${'2'.repeat(32)}`, RecordingDuration: '30', RecordingUrl: 'https://x.example/\u202e' },
  { From: 'anonymous' },
  { From: '', To: '' },
  { To: '+815099999999' },
  { CallSid: 'x'.repeat(5000) },
  { Digits: '9'.repeat(4000) },
  { Digits: '１２３' },
  { Digits: "1'; drop table patient; --" },
  { Digits: '\0\u0001\ud800' },
  { __proto__x: '1', constructor: 'x', toString: 'x' },
  { SpeechResult: '助けて', Confidence: 'NaN' },
];

const counts = ['0', '1', '2', '-1', '9999999999', '1e309', 'x', '%00', '..'];

/** A ward small enough to meet everybody: doctors with PIN and record, a hospital with beds, a standby person. */
async function furnish({ pool }: TestDatabase, release: ReturnType<typeof testRelease>, clock: FakeClock) {
  const at = clock.now();
  const town = await buildTown(pool, randomIds, at);
  const doctors = [
    await town.doctor('主治医'),
    await town.doctor('副主治医', { phones: 2 }),
    await town.doctor('当番医'),
  ];
  const [attending, deputy, duty] = doctors;
  const hospital = await town.hospital('病院');
  const standby = await town.standby('待機者');
  await town.duty(duty!, 1);
  await town.beds(hospital, 3, at);
  const pin = '40718293';
  for (const { id } of doctors)
    await pool.query('insert into doctor_pin (doctor_id, pin_hash, issued_at) values ($1, $2, $3)', [
      id,
      await hashSecret(pin, Buffer.alloc(16, 3), 4),
      at,
    ]);
  const patients = [
    await town.patient({ attending: attending!, deputies: [deputy!], hospital }),
    await town.patient({ attending: deputy! }),
  ];
  for (const { id } of patients) release.records.set(id, { content: sampleContent(), confirmedAt: at, version: 1 });
  const persons = [...doctors, hospital, standby];
  return {
    number: town.number,
    phones: [...persons.flatMap(({ phones }) => phones), '+819000000999', '+81450000998', 'anonymous', ''],
    keys: [
      ...['1', '2', '3', '4', '0', '*', '#', '', '9', '1', '1', '2'],
      ...patients.map(({ card }) => card),
      ...[`${patients[0]!.card}#`, '543274497068', '123456789018', '19400301', '20991399', '00000000'],
      ...doctors.map(({ code }) => code),
      ...[
        `${pin}#`,
        '11111111#',
        `${hospital.code}#`,
        `${hospital.pin}#`,
        '5#',
        '99#',
        '30#',
        '*0',
        '99999999999999999999',
      ],
    ],
  };
}
