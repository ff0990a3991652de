/**
 * Kamome in a night: two gateways and two workers on one notebook, with the actions, scripts, sweeps and jobs of the real processes.
 * Whatever they are asked or told comes through here, and so does what befalls them.
 */
import type pg from 'pg';
import { createNumberBook, createWordsBook } from '../directory/actions.ts';
import type { ReleaseTools } from '../disclosures/context.ts';
import { lookAgainAtOpenCases } from '../escalations/actions.ts';
import { createCaseMemory, createLegBook } from '../escalations/memory.ts';
import type { Clock } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import type { Log } from '../log.ts';
import { type OutboxContext, performEffect, placeCalls } from '../outbox/perform.ts';
import { advanceCase, sweep } from '../outbox/sweep.ts';
import type { VoiceContext } from '../voice/context.ts';
import type { Readers } from '../voice/gate.ts';
import type { Prompts } from '../voice/prompts.ts';
import type { Script } from '../voice/script.ts';
import { voiceRoutes } from '../voice/switchboard.ts';
import type { Telephone } from '../voice/telephone.ts';
import { chanceOf } from './chance.ts';
import type { Gateway, Line } from './lines.ts';
import { type Process, type ProcessFault, processOf } from './process.ts';
import { readersOf } from './readers.ts';
import { routerOf } from './router.ts';
import { processNames, type Story, shareOf } from './story.ts';
import type { Tables } from './tables.ts';
import type { Timeline } from './timeline.ts';
import type { Town } from './town.ts';
import type { Place } from './watch.ts';

export interface HouseParts {
  story: Story;
  town: Town;
  tables: Tables;
  timeline: Timeline;
  prompts: Prompts;
  ids: Ids;
  connect(mayRun: () => boolean): pg.Pool;
  telephone(isAlive: () => boolean): Telephone;
  release(db: pg.Pool, clock: Clock): ReleaseTools;
  /** Something that may never happen. */
  broken(rule: 'thrown' | 'answered_differently', what: string): void;
  /** What leaves the house: a line of the log, a wake-up, an address. */
  leaves(place: Place, text: string): void;
  told(what: string): void;
  /** After each piece of work. */
  afterWork(): void;
}

type Context = VoiceContext & OutboxContext;

export interface House {
  gateway: Gateway;
  /** Looks whether anything is due: every second while something is open. */
  wakeUp(): void;
}

export function openHouse(parts: HouseParts): House {
  const { story, town, tables, timeline, broken, told } = parts;
  const chance = chanceOf(story.seed, 'house');
  const processes = processNames.map((name) => processOf(name, timeline));
  let queueEpoch = 0;
  let queueBackAt = 0;

  const alive = (kind: 'gateway' | 'worker'): Process[] =>
    processes.filter((one) => one.isUp && one.name.startsWith(kind));
  const anyOf = (kind: 'gateway' | 'worker'): Process | null => {
    const up = alive(kind);
    return up[chance.below(Math.max(1, up.length))] ?? null;
  };

  /** Work of a process. Whatever it throws is a fault of ours, unless it died of it. */
  async function run<T>(process: Process, name: string, work: (ctx: Context) => Promise<T>): Promise<T | null> {
    const { life } = process;
    try {
      return await work(contextOf(process));
    } catch (error) {
      if (process.isUp && process.life === life) broken('thrown', `${name}: ${(error as Error).stack ?? error}`);
      return null;
    } finally {
      parts.afterWork();
    }
  }

  // ------------------------------------------------------------------------------------------------ the workers

  const jobs: Readonly<Record<string, (ctx: Context, id: string) => Promise<unknown>>> = {
    'place-calls': (ctx) => placeCalls(ctx),
    'perform-effect': performEffect,
    'advance-case': advanceCase,
  };

  const waiting = new Set<string>();
  function wake(job: string, id: string, delaySeconds = 0): void {
    const epoch = queueEpoch;
    parts.leaves('job', `${job} ${id}`);
    if (timeline.now < queueBackAt) return;
    // As the queue does: the same wake-up after the same time is kept once.
    const key = `${job} ${id} ${delaySeconds}`;
    if (waiting.has(key)) return;
    waiting.add(key);
    timeline.after(delaySeconds * 1000 + chance.between(2, 30), () => {
      waiting.delete(key);
      const worker = anyOf('worker');
      const handle = jobs[job];
      if (epoch === queueEpoch && worker && handle) void run(worker, job, (ctx) => handle(ctx, id));
    });
  }

  const isAnythingOpen = (): boolean =>
    [...tables.effects.under('pending')].length + [...tables.effects.under('performing')].length > 0 ||
    [...tables.cases.rows.values()].some((row) => row.due_at !== null);
  /** What `sweep` would find; a sweep that finds nothing is not run. A clock may be wrong by minutes: it counts as its process sees it. */
  const isDue = (at: Date, abandoned: Date): boolean =>
    [...tables.cases.rows.values()].some((row) => row.due_at !== null && row.due_at <= at) ||
    [...tables.effects.under('pending')].some((row) => row.due_at <= at) ||
    [...tables.effects.under('performing')].some((row) => row.attempted_at !== null && row.attempted_at < abandoned) ||
    [...tables.holds.rows.values()].some((row) => row.status === 'held' && row.expires_at <= at);

  let isSweeping = false;
  let turn = 0;
  function sweepEverySecond(): void {
    timeline.after(500, () => {
      turn++;
      for (const worker of alive('worker').filter((one) => one.name.endsWith(String((turn % 2) + 1)))) {
        const at = worker.clock.now();
        if (isDue(at, new Date(at.getTime() - 6000)) && !worker.isSweeping) {
          worker.isSweeping = true;
          void run(worker, 'sweep', sweep).then(() => (worker.isSweeping = false));
        }
      }
      isSweeping = isAnythingOpen();
      if (isSweeping) sweepEverySecond();
    });
  }
  const wakeUp = (): void => {
    if (isSweeping || !isAnythingOpen()) return;
    isSweeping = true;
    sweepEverySecond();
  };

  // ------------------------------------------------------------------------------------------------ contexts

  const log = (process: Process): Log => {
    const note = (event: string, fields: Record<string, unknown> = {}): void => {
      parts.leaves('log', `${event} ${JSON.stringify(fields)}`);
    };
    const error = (event: string, fields: Record<string, unknown> = {}): void => {
      note(event, fields);
      if (process.isUp && fields.error) broken('thrown', `${event}: ${(fields.error as Error).stack ?? fields.error}`);
    };
    return { debug: note, info: note, warn: note, error, fatal: error, dropped: {} } as unknown as Log;
  };

  let nonces = 0;
  const speech = { prompts: parts.prompts, nonce: () => `n${String(++nonces).padStart(11, '0')}` };

  function contextOf(process: Process): Context {
    const known = process.context as Context | null;
    if (known) return known;
    const { life } = process;
    const db = parts.connect(() => process.takesStatement(life));
    const { clock } = process;
    const context: Context = {
      ...{ db, clock, ids: parts.ids, log: log(process), plan: town.plan, memory: createCaseMemory(), wake, speech },
      count: () => undefined,
      release: parts.release(db, clock),
      render: (script: Script) => JSON.stringify(script),
      // Which number leads to which patient is kept; that it takes a derivation is proved elsewhere.
      cards: {
        derive: (number: string) => Promise.resolve({ index: Buffer.from(number), key: Buffer.alloc(32) }),
      } as never,
      associationOf: createNumberBook(db, clock),
      legOf: createLegBook(db),
      doctorsWords: createWordsBook(db, clock),
      telephone: parts.telephone(() => process.isUp && process.life === life),
      callsPerSecond: town.settings.callsPerSecond,
      carriers: null, // which carrier is trusted is proved elsewhere
      waitsOutside: false,
    };
    process.context = context;
    return context;
  }

  // ------------------------------------------------------------------------------------------------ the gateways

  const lastResort = { numbersFor: () => [], refresh: async () => undefined };
  const routers = new WeakMap<Context, ReturnType<typeof routerOf>>();
  const answer = (process: Process, path: string, read: Readers): Promise<string | null> =>
    run(process, path, async (ctx) => {
      const router = routers.get(ctx) ?? routerOf(voiceRoutes(ctx, lastResort));
      routers.set(ctx, router);
      const { life } = process;
      const reply = await router(path, read);
      if (reply === null) throw new Error(`the shape of ${path} was refused`);
      return process.isUp && process.life === life ? reply : null;
    }).finally(wakeUp);

  const rest = (ms: number): Promise<void> => new Promise((resolve) => timeline.after(ms, resolve));
  const doubled = shareOf(story, 'questions_doubled');

  async function ask(path: string, line: Line, digits: string): Promise<Script | null> {
    parts.leaves('url', path);
    const fate = chanceOf(story.seed, 'ask', line.key, line.turn, line.sequence);
    const read = readersOf(line, { digits });
    for (let attempt = 0; attempt < 4; attempt++) {
      await rest(fate.between(40, 160));
      const process = anyOf('gateway');
      const reply = process && (await answer(process, path, read));
      await rest(fate.between(20, 60));
      if (reply) {
        if (fate.is(doubled)) timeline.after(fate.between(1, 900), () => void askAgain(path, read, reply));
        return JSON.parse(reply) as Script;
      }
      await rest(300); // the balancer tries the next one
    }
    return null;
  }

  /** The same question once more: it must hear what the first one heard. Where no receipt is kept, nothing was changed. */
  async function askAgain(path: string, read: Readers, heard: string): Promise<void> {
    const process = anyOf('gateway');
    const reply = process && (await answer(process, path, read));
    if (reply && reply !== heard && !path.includes('/secret/'))
      broken('answered_differently', `${path.replace(/[0-9a-z]{20,}/g, '…')} asked twice`);
  }

  const report = (path: string, read: Readers, key: string): void => {
    const fate = chanceOf(story.seed, 'report', key);
    const late = story.faults.find((fault) => fault.kind === 'reports_late');
    const deliver = (): void => {
      const delay = late && fate.is(late.share) ? fate.between(0, late.seconds * 1000) : 0;
      timeline.after(fate.between(30, 300) + delay, () => {
        const process = anyOf('gateway');
        if (process) void answer(process, path, read);
      });
    };
    if (fate.is(shareOf(story, 'reports_lost'))) return told(`the carrier loses a report (${key})`);
    deliver();
    if (fate.is(shareOf(story, 'reports_doubled'))) deliver();
  };

  const gateway: Gateway = {
    ask,
    tell: (path, line, { status, sequence }) =>
      report(path, readersOf(line, { status: { status, sequence } }), `${line.key} ${sequence} ${status}`),
    tellConference(path, { conference, event, callId, sequence }) {
      const told = { conferenceId: conference.id, name: conference.name, event: event as 'join', callId, sequence };
      report(path, readersOf(null, { conference: told }), `${conference.id} ${sequence}`);
    },
  };

  // ------------------------------------------------------------------------------------------------ what befalls it

  for (const fault of story.faults) {
    if (fault.kind === 'queue_lost')
      timeline.at(fault.at, () => {
        queueEpoch++;
        waiting.clear();
        queueBackAt = fault.at + fault.downSeconds * 1000;
        told(`the queue forgets everything, and is away for ${Math.round(fault.downSeconds)} s`);
      });
    if (fault.kind === 'restart' || fault.kind === 'clock_jump') {
      const process = processes.find((one) => one.name === fault.process)!;
      befall(process, fault);
    }
  }

  function befall(process: Process, fault: ProcessFault): void {
    timeline.at(fault.at, () => {
      const kind = process.name.startsWith('gateway') ? 'gateway' : 'worker';
      const mayDie = (): boolean => alive(kind).length > 1;
      process.suffer(
        fault,
        mayDie,
        () => told(describe(fault)),
        () => {
          told(`${process.name} is back`);
          if (kind === 'gateway') void run(process, 'restart', lookAgainAtOpenCases).finally(wakeUp);
        },
      );
    });
  }
  const describe = (fault: ProcessFault): string =>
    fault.kind === 'restart'
      ? `${fault.process} dies, and is away for ${Math.round(fault.downSeconds)} s`
      : `the clock of ${fault.process} is wrong by ${fault.seconds} s for ${Math.round(fault.lastsSeconds)} s`;

  timeline.at(story.from, () => void tables.pace.put('voice', { next_at: new Date(story.from) }));
  return { gateway, wakeUp };
}
