/** A process of the house: up or down, with a clock of its own, and at some statement its last. */
import type { Clock } from '../lib/clock.ts';
import type { Fault, ProcessName } from './story.ts';
import type { Timeline } from './timeline.ts';

export type ProcessFault = Extract<Fault, { process: ProcessName }>;

export interface Process {
  readonly name: ProcessName;
  readonly clock: Clock;
  readonly isUp: boolean;
  /** Grows by one with each start: what an earlier life left behind is not heard any more. */
  readonly life: number;
  /** What it remembers; gone with it. */
  context: unknown;
  isSweeping: boolean;
  /** May this life send one more statement? The one that kills it is not sent. */
  takesStatement(life: number): boolean;
  /** @param mayDie false while its twin is away: that both are gone is the last resort's business, and another proof's. */
  suffer(fault: ProcessFault, mayDie: () => boolean, begins: () => void, isBack: () => void): void;
}

export function processOf(name: ProcessName, timeline: Timeline): Process {
  let offsetMs = 0;
  let isUp = true;
  let life = 1;
  let death: { statements: number; die(): void } | null = null;
  const process: Process = {
    name,
    clock: {
      now: () => new Date(timeline.now + offsetMs),
      after: (milliseconds, task) => {
        const begun = life;
        return timeline.after(milliseconds, () => isUp && life === begun && task());
      },
    },
    get isUp() {
      return isUp;
    },
    get life() {
      return life;
    },
    context: null,
    isSweeping: false,
    takesStatement(of) {
      if (!isUp || of !== life) return false;
      if (death && death.statements-- <= 0) death.die();
      return isUp;
    },
    suffer(fault, mayDie, begins, isBack) {
      if (fault.kind === 'clock_jump') {
        offsetMs = fault.seconds * 1000;
        timeline.after(fault.lastsSeconds * 1000, () => {
          offsetMs = 0;
        });
        return begins();
      }
      const die = (): void => {
        if (death === null || !mayDie()) return;
        death = null;
        isUp = false;
        begins();
        timeline.after(fault.downSeconds * 1000, () => {
          Object.assign(process, { context: null, isSweeping: false });
          life++;
          isUp = true;
          isBack();
        });
      };
      death = { statements: fault.afterStatements, die };
    },
  };
  return process;
}
