/** Targets with faults that are known, for the test of the run itself. */
import type { Target } from './engine.ts';

const hello = async (): Promise<Buffer[]> => [Buffer.from('hello')];
const kept: Buffer[] = [];

export const targets: readonly Target[] = [
  { name: 'planted-sound', seeds: hello, run: () => undefined },
  {
    name: 'planted-hang',
    seeds: hello,
    run: (input) => {
      while (input.length > 8);
    },
  },
  { name: 'planted-silence', seeds: hello, run: (input) => (input.length > 8 ? new Promise(() => undefined) : null) },
  {
    name: 'planted-memory',
    seeds: hello,
    run: (input) => {
      if (input.length > 8) kept.push(Buffer.alloc(8_000_000, 1));
    },
  },
  {
    name: 'planted-fault',
    seeds: hello,
    run: (input) => {
      if (input.includes('{')) throw new Error('planted');
    },
  },
];
