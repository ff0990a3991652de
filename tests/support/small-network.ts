/**
 * A telephone network as small as a proof needs: five phones with fixed habits, a caller, and callbacks that come 1-5 times,
 * late, in any order. It drives the pure rules and the real gateway alike (`System`), one seed being one order of things.
 */
import { mulberry } from './chance.ts';

export type Status = 'ringing' | 'in-progress' | 'completed' | 'busy' | 'canceled';

/** What the network tells the system. Requests for words (`answer`, `key`, …) are prompt and once; reports are not. */
export type NetworkEvent =
  | { kind: 'answer' | 'silent' | 'key1' | 'key2' | 'star' | 'menu3' | 'advice' | 'now'; legId: string }
  | { kind: 'status'; legId: string; status: Status; sequence: number }
  | { kind: 'join' | 'leave'; line: string; sequence: number }
  | { kind: 'caller-now' | 'caller-completed' };

/** What the system wants of the carrier. */
export type Order =
  | { kind: 'place'; legId: string; who: string }
  | { kind: 'cancel' | 'move'; legId: string }
  | { kind: 'settle'; legId: string }
  | { kind: 'move-caller' };

export interface System {
  tell(event: NetworkEvent, at: number): Promise<void>;
  /** What it wanted since it was last asked. */
  orders(): Order[];
  /** When it wants to be woken, and the waking. */
  dueAt(): number | null;
  wake(at: number): Promise<void>;
  isOpen(): Promise<boolean>;
}

type Moment = readonly [seconds: number, event: NetworkEvent['kind'] | Status];

/**
 * The story, each phone from the moment it is placed: a voicemail that lets three questions pass, a busy line, one who
 * declines, one who picks up too late, and one who takes it, talks for a minute and reports the outcome.
 * The order of ringing and the stagger of 12 s make sure that the winner's key comes after the others had their say,
 * whenever their reports arrive, and before the loser's: what differs between two runs is the order of news alone.
 */
export const habits: Readonly<Record<string, readonly Moment[]>> = {
  voicemail: [
    [1, 'ringing'],
    [3, 'in-progress'],
    [3, 'answer'],
    [10, 'silent'],
    [16, 'silent'],
    [22, 'silent'],
    [25, 'completed'],
  ],
  busy: [[2, 'busy']],
  decliner: [
    [1, 'ringing'],
    [4, 'in-progress'],
    [4, 'answer'],
    [7, 'key2'],
    [9, 'completed'],
  ],
  loser: [
    [1, 'ringing'],
    [20, 'in-progress'],
    [20, 'answer'],
    [24, 'key1'],
    [28, 'completed'],
  ],
  winner: [
    [1, 'ringing'],
    [4, 'in-progress'],
    [4, 'answer'],
    [8, 'key1'],
    [9, 'join'],
    [70, 'leave'],
    [70, 'star'],
    [73, 'menu3'],
    [76, 'advice'],
    [78, 'completed'],
  ],
};
export const people = Object.keys(habits);

const reports: ReadonlySet<string> = new Set([
  'ringing',
  'in-progress',
  'completed',
  'busy',
  'canceled',
  'join',
  'leave',
]);

interface Call {
  isAnswered: boolean;
  isOver: boolean;
  status: Status;
  /** A later plan for this call makes the earlier one void. */
  plan: number;
}

interface Due {
  at: number;
  order: number;
  run: () => Promise<void> | void;
}

/** Plays the story with one order of things. Instants are milliseconds. @returns when the last thing has happened. */
export async function playStory(system: System, seed: number, start: number): Promise<number> {
  const night = new Network(system, seed, start);
  return night.play();
}

class Network {
  private readonly system: System;
  private readonly chance: () => number;
  private now: number;
  private readonly queue: Due[] = [];
  private readonly calls = new Map<string, Call>();
  private sequence = 0;
  private callerIsGone = false;

  constructor(system: System, seed: number, start: number) {
    this.system = system;
    this.chance = mulberry(seed);
    this.now = start;
    this.reportLine('join', 'caller', start + 2000);
  }

  async play(): Promise<number> {
    await this.obey();
    for (let turns = 0; ; turns++) {
      if (turns > 5000) throw new Error('the story does not end');
      const next = this.queue[0];
      const due = (await this.system.isOpen()) ? this.system.dueAt() : null;
      if (!next && due === null) return this.now;
      if (due !== null && (!next || due <= next.at)) {
        this.now = Math.max(this.now, due);
        await this.system.wake(this.now);
      } else if (next) {
        this.queue.shift();
        this.now = Math.max(this.now, next.at);
        await next.run();
      }
      await this.obey();
    }
  }

  private schedule(at: number, run: Due['run']): void {
    const due = { at, order: this.chance(), run };
    const later = this.queue.findIndex((other) => other.at > at || (other.at === at && other.order > due.order));
    this.queue.splice(later === -1 ? this.queue.length : later, 0, due);
  }

  /** A report is delivered 1-5 times, each 0-60 s late; most nights are quicker, so that near misses are common too. */
  private report(event: NetworkEvent, at: number): void {
    const copies = 1 + Math.floor(this.chance() ** 2 * 5);
    for (let copy = 0; copy < copies; copy++) {
      const late = 60_000 * this.chance() ** 4;
      this.schedule(at + late, () => this.system.tell(event, this.now));
    }
  }

  private reportLine(kind: 'join' | 'leave', line: string, at: number): void {
    this.schedule(at, () => this.report({ kind, line, sequence: ++this.sequence }, this.now));
  }

  private async obey(): Promise<void> {
    for (let orders = this.system.orders(); orders.length > 0; orders = this.system.orders())
      for (const order of orders) await this.carryOut(order);
  }

  private async carryOut(order: Order): Promise<void> {
    if (order.kind === 'move-caller') return this.moveCaller();
    if (order.kind === 'place') return this.place(order.legId, order.who);
    const call = this.calls.get(order.legId);
    if (!call) return;
    if (order.kind === 'settle') {
      const event = { kind: 'status', legId: order.legId, status: call.status, sequence: ++this.sequence } as const;
      return this.system.tell(event, this.now);
    }
    if (call.isOver || (order.kind === 'cancel' && call.isAnswered)) return;
    call.plan += 1;
    if (order.kind === 'cancel') this.follow(order.legId, call, [[0.3, 'canceled']]);
    else
      this.follow(order.legId, call, [
        [0.3, 'now'],
        [4, 'completed'],
      ]);
  }

  private place(legId: string, who: string): void {
    const call: Call = { isAnswered: false, isOver: false, status: 'ringing', plan: 0 };
    this.calls.set(legId, call);
    this.follow(legId, call, habits[who]!);
  }

  private follow(legId: string, call: Call, moments: readonly Moment[]): void {
    const { plan } = call;
    for (const [seconds, what] of moments)
      this.schedule(this.now + seconds * 1000, () => {
        if (call.plan === plan && !call.isOver) return this.happen(legId, call, what);
      });
  }

  private happen(legId: string, call: Call, what: Moment[1]): Promise<void> | void {
    if (what === 'join' || what === 'leave') return this.reportLine(what, legId, this.now);
    if (!reports.has(what)) return this.system.tell({ kind: what, legId } as NetworkEvent, this.now);
    const status = what as Status;
    if (status === 'in-progress') call.isAnswered = true;
    if (status !== 'ringing' && status !== 'in-progress') call.isOver = true;
    call.status = status;
    this.report({ kind: 'status', legId, status, sequence: ++this.sequence }, this.now);
  }

  private moveCaller(): void {
    this.schedule(this.now + 300, async () => {
      if (this.callerIsGone) return;
      await this.system.tell({ kind: 'caller-now' }, this.now);
      if (await this.system.isOpen()) {
        this.reportLine('leave', 'caller', this.now + 100);
        this.reportLine('join', 'caller', this.now + 400);
        return;
      }
      this.callerIsGone = true; // the farewell was heard
      this.reportLine('leave', 'caller', this.now + 100);
      this.schedule(this.now + 3000, () => this.report({ kind: 'caller-completed' }, this.now));
    });
  }
}
