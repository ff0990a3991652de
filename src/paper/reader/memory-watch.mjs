/**
 * A thread that ends the whole process when it has grown too large. On a thread of its own, because the main one may be
 * deep inside a decoder; plain JavaScript, because a thread of Node 20 does not inherit the loader that reads TypeScript.
 */
import { workerData } from 'node:worker_threads';

const { mostBytes } = workerData;
setInterval(() => {
  // exit() would only end this thread. A reader has nothing to tidy up.
  if (process.memoryUsage.rss() > mostBytes) process.kill(process.pid, 'SIGKILL');
}, 20);
