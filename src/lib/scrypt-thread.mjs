/**
 * A thread that derives: one message in, one out. Started by card.ts. Plain JavaScript, because a thread of Node 20 does
 * not inherit the loader that reads TypeScript.
 */
import { scryptSync } from 'node:crypto';
import os from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';

const { options, niceness } = workerData;
try {
  // On Linux this is the priority of the calling thread alone; elsewhere of the whole process, which must keep its own.
  if (process.platform === 'linux') os.setPriority(0, niceness);
} catch {
  // Not permitted here: slower webhooks under load, nothing else.
}

parentPort?.on('message', ({ password, salt }) => {
  parentPort?.postMessage(new Uint8Array(scryptSync(password, salt, 32, options)));
});
