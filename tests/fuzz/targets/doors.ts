/** Whole doors with everything behind them, PostgreSQL included: slow, and nearest to what a stranger finds. */

import { type ConsoleDoors, openConsoleDoors } from '../console-doors.ts';
import type { Target } from '../engine.ts';
import { openTelephone, stepsIn, type Telephone } from '../telephone.ts';

let telephone: Promise<Telephone> | undefined;
let doors: Promise<ConsoleDoors> | undefined;

export const doorTargets: readonly Target[] = [
  {
    name: 'telephone',
    isLong: true,
    seeds: async () => [
      Buffer.from([0, 0, 255, 0, 1, 0, 0, 0, 1, 0, 12, 0, 6, 0, 0, 0, 5, 0, 255, 1, 1, 0, 0, 0, 7, 1, 0, 0]),
      Buffer.from([0, 1, 255, 0, 1, 0, 1, 0, 1, 0, 20, 0, 1, 0, 23, 0, 1, 0, 12, 0, 1, 0, 17, 0, 1, 0, 0, 0]),
      Buffer.from([8, 30, 1, 2, 8, 44, 2, 0, 9, 0, 0, 3, 7, 3, 0, 0]),
    ],
    most: 96,
    async run(input) {
      telephone ??= openTelephone();
      await (await telephone).play(stepsIn(input));
    },
    async close() {
      await (await telephone)?.close();
      telephone = undefined;
    },
  },
  {
    name: 'console',
    isLong: true,
    async seeds() {
      doors ??= openConsoleDoors();
      return (await doors).samples();
    },
    words: [
      'null',
      '[]',
      '{}',
      '""',
      '-1',
      '1e400',
      '1e15',
      '"__proto__":{}',
      '\\u0000',
      '\\ud800',
      '2026-02-30',
      '9999-12-31',
      '"a"',
      'true',
    ],
    most: 6000,
    async run(input) {
      doors ??= openConsoleDoors();
      await (await doors).knock(input);
    },
    async close() {
      await (await doors)?.close();
      doors = undefined;
    },
  },
];
