import { expect } from 'chai';
import { rebuild } from '../../src/escalations/evolve.ts';
import type { Fact, UrgentCall } from '../../src/escalations/urgent-call.ts';
import { randomIds } from '../../src/lib/ids.ts';
import { performEffect, placeCalls } from '../../src/outbox/perform.ts';
import { ensurePace } from '../../src/outbox/store.ts';
import { advanceCase } from '../../src/outbox/sweep.ts';
import type { FoundCall } from '../../src/voice/telephone.ts';
import { callParams, noteTaker, postSigned, startBareGateway } from '../support/bare-gateway.ts';
import { FakeClock } from '../support/clock.ts';
import { freshDatabase } from '../support/postgres.ts';
import {
  type NetworkEvent,
  type Order,
  people,
  playStory,
  type Status,
  type System,
} from '../support/small-network.ts';
import { endOf, expectedEnd, expectLawful } from '../support/story-end.ts';
import { buildTown, type TownPerson } from '../support/town.ts';

const permutations = 200;
const laneCount = 2;
const start = new Date('2026-11-16T13:00:00Z');

describe('signed webhooks that come one to five times, late and in any order', function () {
  this.timeout(300_000);
  const lanes: Lane[] = [];
  before(async () => {
    for (let lane = 0; lane < laneCount; lane++) lanes.push(await openLane());
  });
  after(async () => {
    for (const lane of lanes) await lane.close();
  });

  it(`end in the same final state in ${permutations} permutations through HTTP`, async () => {
    let seed = 0;
    const work = async (lane: Lane): Promise<void> => {
      while (seed < permutations) await playOne(lane, ++seed);
    };
    await Promise.all(lanes.map(work));
    expect(seed).to.equal(permutations);
  });
});

async function playOne(lane: Lane, seed: number): Promise<void> {
  const { clock, wakes, carrier, gateway } = lane;
  await clock.advanceTo(new Date(clock.now().getTime() + 600_000), async () => undefined);
  wakes.length = 0;
  carrier.orders.length = 0;
  const gate = new Gateway(lane, seed);
  await gate.open();
  await playStory(gate, seed, clock.now().getTime());
  const call = await gate.state();
  const label = `seed ${seed}`;
  expect(endOf(call, lane.nameOf), label).to.deep.equal(expectedEnd);
  const log = await gate.log();
  expectLawful(
    call,
    log.map(({ fact }) => fact),
    label,
  );
  expect(JSON.parse(JSON.stringify(rebuild(log))), label).to.deep.equal(call);
  expect(gateway.complaints, label).to.deep.equal([]);
}

/** A town with a gateway, a database and a clock of its own: two of them keep two cores busy. */
type Lane = Awaited<ReturnType<typeof openLane>>;

async function openLane() {
  const database = await freshDatabase();
  const clock = new FakeClock(start);
  const carrier = noteTaker();
  const statusOf = new Map<string, Status>();
  carrier.fetchCall = async (callId) => ({ id: callId, status: statusOf.get(callId) ?? 'ringing' }) as FoundCall;
  const wakes: { job: string; id: string; at: number }[] = [];
  const gateway = await startBareGateway({
    ...{ db: database.pool, clock, telephone: carrier },
    wake: (job, id, seconds = 0) => void wakes.push({ job, id, at: clock.now().getTime() + seconds * 1000 }),
  });
  await ensurePace(database.pool, clock.now());
  const town = await buildTown(database.pool, randomIds, clock.now());
  const doctors = new Map<string, TownPerson>();
  for (const name of people) doctors.set(name, await town.doctor(name));
  const [attending, ...deputies] = [...doctors.values()];
  const patient = await town.patient({ attending: attending!, deputies });
  return {
    ...{ database, clock, carrier, statusOf, wakes, gateway, town, doctors, patient },
    nameOf: (subjectId: string): string => [...doctors].find(([, doctor]) => doctor.id === subjectId)?.[0] ?? subjectId,
    async close() {
      await gateway.close();
      await database.drop();
    },
  };
}

/** One case of the real system, told everything by signed webhooks. */
class Gateway implements System {
  private caseId = '';
  private readonly legs = new Map<string, { callId: string; to: string }>();
  private readonly callerSid: string;
  private readonly keys = new Map<string, number>();
  private isClosed = false;

  private readonly lane: Lane;

  constructor(lane: Lane, seed: number) {
    this.lane = lane;
    this.callerSid = `CA${'c'.repeat(24)}${seed.toString(16).padStart(8, '0')}`;
  }

  async open(): Promise<void> {
    const { status, body } = await this.post('/voice/card/0/n0', this.caller({ Digits: this.lane.patient.card }));
    expect(status).to.equal(200);
    this.caseId = /\/voice\/case\/(uc_[0-9a-z]{26})\//.exec(body)?.[1] ?? '';
    expect(this.caseId).not.to.equal('');
    await this.runWakes();
  }

  async tell(event: NetworkEvent, at: number): Promise<void> {
    await this.moveTo(at);
    const [path, params] = this.webhook(event);
    const { status } = await this.post(path, params);
    expect(status, `${path}`).to.be.oneOf([200, 204]);
    await this.runWakes();
    if (event.kind === 'advice') this.isClosed = (await this.state()).status === 'closed';
  }

  orders(): Order[] {
    return this.lane.carrier.orders.splice(0).map(({ kind, callId, path, to }): Order => {
      if (kind === 'place') {
        const legId = /\/voice\/leg\/(lg_[0-9a-z]{26})\//.exec(path ?? '')?.[1] ?? '';
        this.legs.set(legId, { callId, to: to ?? '' });
        return { kind: 'place', legId, who: [...this.lane.doctors].find(([, who]) => who.phones[0] === to)?.[0] ?? '' };
      }
      if (callId === this.callerSid) return { kind: 'move-caller' };
      const legId = [...this.legs].find(([, leg]) => leg.callId === callId)?.[0] ?? '';
      return { kind: kind === 'cancel' ? 'cancel' : 'move', legId };
    });
  }

  dueAt(): number | null {
    return this.lane.wakes.length > 0 ? Math.min(...this.lane.wakes.map((wake) => wake.at)) : null;
  }

  async wake(at: number): Promise<void> {
    await this.moveTo(at);
    await this.runWakes();
  }

  isOpen = async (): Promise<boolean> => !this.isClosed;

  async state(): Promise<UrgentCall> {
    const found = await this.lane.database.pool.query('select state from urgent_call where id = $1', [this.caseId]);
    return found.rows[0].state;
  }

  async log(): Promise<{ fact: Fact; at: number }[]> {
    const found = await this.lane.database.pool.query(
      `select data, at from audit_entry where chain_id = $1 and kind <> 'refused' order by seq`,
      [this.caseId],
    );
    return found.rows.map((row) => ({ fact: row.data, at: row.at.getTime() }));
  }

  private moveTo(at: number): Promise<void> {
    return this.lane.clock.advanceTo(new Date(Math.max(at, this.lane.clock.now().getTime())), async () => undefined);
  }

  /** Does what the workers were woken for, as far as it is due. */
  private async runWakes(): Promise<void> {
    for (;;) {
      const now = this.lane.clock.now().getTime();
      const index = this.lane.wakes.findIndex((wake) => wake.at <= now);
      if (index === -1) break;
      const [wake] = this.lane.wakes.splice(index, 1);
      if (wake?.job === 'place-calls') await placeCalls(this.lane.gateway.ctx);
      else if (wake?.job === 'perform-effect') await performEffect(this.lane.gateway.ctx, wake.id);
      else if (wake) await advanceCase(this.lane.gateway.ctx, wake.id);
    }
  }

  private webhook(event: NetworkEvent): [path: string, params: Record<string, string>] {
    switch (event.kind) {
      case 'join':
      case 'leave':
        return this.conference(event.kind, event.line, event.sequence);
      case 'caller-now':
        return [`/voice/case/${this.caseId}/now/${this.nonce('caller')}`, this.caller()];
      case 'caller-completed':
        return ['/voice/status', this.caller({ CallStatus: 'completed', SequenceNumber: '0' })];
      case 'status':
        this.lane.statusOf.set(this.legs.get(event.legId)?.callId ?? '', event.status);
        return [
          `/voice/leg/${event.legId}/status`,
          this.leg(event.legId, { CallStatus: event.status, SequenceNumber: String(event.sequence) }),
        ];
      case 'answer':
        return [`/voice/leg/${event.legId}/answer`, this.leg(event.legId)];
      case 'now':
        return [`/voice/leg/${event.legId}/now/${this.nonce(event.legId)}`, this.leg(event.legId)];
      case 'star':
        return [`/voice/leg/${event.legId}/after/${this.nonce(event.legId)}`, this.leg(event.legId)];
      case 'menu3':
        return [`/voice/leg/${event.legId}/menu/0/n`, this.leg(event.legId, { Digits: '3' })];
      case 'advice':
        return [`/voice/leg/${event.legId}/outcome/0/n`, this.leg(event.legId, { Digits: '2' })];
      default: {
        const digits = { key1: '1', key2: '2', silent: '' }[event.kind];
        const path = `/voice/leg/${event.legId}/key/0/${this.nonce(event.legId)}`;
        return [path, this.leg(event.legId, { Digits: digits })];
      }
    }
  }

  private conference(kind: 'join' | 'leave', line: string, sequence: number): [string, Record<string, string>] {
    const callId = line === 'caller' ? this.callerSid : (this.legs.get(line)?.callId ?? '');
    const params = {
      ...{
        AccountSid: this.caller().AccountSid ?? '',
        CallSid: callId,
        ConferenceSid: `CF${this.callerSid.slice(2)}`,
      },
      ...{ FriendlyName: this.caseId, StatusCallbackEvent: `participant-${kind}`, SequenceNumber: String(sequence) },
    };
    return [`/voice/case/${this.caseId}/conference`, params];
  }

  private caller = (more: Record<string, string> = {}): Record<string, string> =>
    callParams({ sid: this.callerSid, from: '+819000001001', to: this.lane.town.number, isInbound: true, more });

  private leg(legId: string, more: Record<string, string> = {}): Record<string, string> {
    const { callId, to } = this.legs.get(legId) ?? { callId: '', to: '' };
    return callParams({ sid: callId, from: this.lane.town.number, to, more });
  }

  private nonce(of: string): string {
    const count = (this.keys.get(of) ?? 0) + 1;
    this.keys.set(of, count);
    return `n${count}`;
  }

  private post = (path: string, params: Record<string, string>) => postSigned(this.lane.gateway.url, path, params);
}
