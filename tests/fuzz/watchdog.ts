/**
 * A thread beside the fuzzer: an input that never comes back, or that eats the machine's memory, is written down and the process ended.
 * Busy time is counted by the processor, because the clock on the wall tells how busy (or frozen) the machine is; only what waits for
 * ever without working is ended by the wall.
 */
import { Worker } from 'node:worker_threads';

export interface Watchdog {
  begins(input: Buffer): void;
  close(): Promise<unknown>;
}

export interface Bounds {
  /** Processor time of one input. */
  busySeconds: number;
  /** Waiting for one input. */
  waitSeconds: number;
  /** Resident memory of the process. */
  memoryMb: number;
}

export const usualBounds: Bounds = { busySeconds: 20, waitSeconds: 300, memoryMb: 1800 };

/** What the thread leaves behind, as JSON. */
export interface LastWords {
  why: 'hang' | 'memory';
  /** Base64; of an input larger than a megabyte its beginning. */
  input: string;
}

const room = 1024 * 1024;

/** @param file where the last words are written. */
export function openWatchdog(file: string, bounds: Bounds): Watchdog {
  const shared = new SharedArrayBuffer(8 + room);
  const head = new Int32Array(shared, 0, 2); // how many began; length of the one under way
  const bytes = new Uint8Array(shared, 8);
  const worker = new Worker(script, { eval: true, workerData: { shared, file, ...bounds } });
  return {
    begins(input) {
      const length = Math.min(room, input.length);
      bytes.set(length < input.length ? input.subarray(0, length) : input);
      head[1] = length;
      Atomics.add(head, 0, 1);
    },
    close: () => worker.terminate(),
  };
}

const script = `
const { workerData: { shared, file, busySeconds, waitSeconds, memoryMb } } = require('node:worker_threads');
const { writeFileSync } = require('node:fs');
const head = new Int32Array(shared, 0, 2);
const busy = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1e6; };
let [last, since, waited] = [-1, busy(), 0];
const end = (why) => {
  writeFileSync(file, JSON.stringify({ why, input: Buffer.from(new Uint8Array(shared, 8, head[1])).toString('base64') }));
  process.kill(process.pid, 'SIGKILL');
};
setInterval(() => {
  if (process.memoryUsage.rss() > memoryMb * 1048576) end('memory');
  const now = Atomics.load(head, 0);
  if (now !== last) [last, since, waited] = [now, busy(), 0];
  else if (busy() - since > busySeconds || ++waited * 0.25 > waitSeconds) end('hang');
}, 250);
`;
