/** The child process: takes one task at a time, answers it, and knows nothing else. Started by pool.ts. */
import { Worker } from 'node:worker_threads';
import { decodeFile } from '../formats/decode-file.ts';
import { readOnePage } from '../page/read-one-page.ts';
import type { Reply, Task } from './pool.ts';

const mostMiB = Number(process.env.READER_MOST_MIB);
new Worker(new URL('./memory-watch.mjs', import.meta.url), {
  workerData: { mostBytes: mostMiB * 1024 * 1024 },
  resourceLimits: { maxOldGenerationSizeMb: 16 },
}).unref();

process.on('message', (task: Task) => {
  void perform(task).then((reply) => process.send?.(reply));
});
// The parent is gone.
process.on('disconnect', () => process.exit());

async function perform(task: Task): Promise<Reply> {
  try {
    const result = task.task === 'decode' ? await decodeFile(task.bytes, task.limits) : await readOnePage(task.page);
    return { result, rssBytes: process.memoryUsage.rss() };
  } catch (error) {
    return { crash: (error as Error).message, rssBytes: process.memoryUsage.rss() };
  }
}
