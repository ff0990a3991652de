/** A thread beside the fuzzer: an input that never comes back is written down, and the process is ended. */
import { Worker } from 'node:worker_threads';

export interface Watchdog {
  begins(input: Buffer): void;
  close(): Promise<unknown>;
}

const room = 1024 * 1024;

/** @param file where the input is written that took longer than `seconds`. */
export function openWatchdog(file: string, seconds: number): Watchdog {
  const shared = new SharedArrayBuffer(8 + room);
  const head = new Int32Array(shared, 0, 2); // how many began; length of the one under way
  const bytes = new Uint8Array(shared, 8);
  const worker = new Worker(script, { eval: true, workerData: { shared, file, seconds } });
  return {
    begins(input) {
      const length = Math.min(room, input.length);
      bytes.set(input.subarray(0, length));
      head[1] = length;
      Atomics.add(head, 0, 1);
    },
    close: () => worker.terminate(),
  };
}

const script = `
const { workerData: { shared, file, seconds } } = require('node:worker_threads');
const { writeFileSync, writeSync } = require('node:fs');
const head = new Int32Array(shared, 0, 2);
let last = -1;
setInterval(() => {
  const now = Atomics.load(head, 0);
  if (now === last) {
    writeFileSync(file, new Uint8Array(shared, 8, head[1]));
    writeSync(2, 'hangs for ' + seconds + ' s: the input is in ' + file + '\\n');
    process.kill(process.pid, 'SIGKILL');
  }
  last = now;
}, seconds * 1000);
`;
