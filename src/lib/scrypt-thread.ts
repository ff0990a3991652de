/** A thread that derives: one message in, one out. Started by card.ts. */
import os from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { createScrypt } from './scrypt.ts';

const { costLog2, niceness } = workerData as { costLog2: number; niceness: number };
try {
  // On Linux this is the priority of the calling thread alone; elsewhere of the whole process, which must keep its own.
  if (process.platform === 'linux') os.setPriority(0, niceness);
} catch {
  // Not permitted here: slower webhooks under load, nothing else.
}
const scrypt = createScrypt(costLog2);
createScrypt(6)('', Buffer.alloc(32)); // compiles the hot loop before the first caller waits for it

parentPort?.on('message', ({ password, salt }: { password: string; salt: Uint8Array }) => {
  parentPort?.postMessage(new Uint8Array(scrypt(password, salt)));
});
