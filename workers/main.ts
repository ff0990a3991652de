/** `npm run worker`: one worker process. */
import { loadConfig } from '../src/config.ts';
import { createLog } from '../src/log.ts';
import { openRunning } from '../src/running.ts';
import { exitOn, explain, needsDatabase } from '../src/shutdown.ts';
import { startWorker } from './start.ts';

try {
  const config = needsDatabase(loadConfig(process.env));
  const log = createLog(config.logLevel, { process: 'worker' });
  const running = await openRunning(config, log, 'worker');
  const worker = await startWorker(config, running.ctx, log);
  await running.warmUp(); // what is due meanwhile has its turn between the pages
  log.info('worker_ready');
  exitOn(log, async () => {
    await worker.drain();
    await running.close();
  });
} catch (error) {
  explain(error);
}
