/** `npm run worker`: one worker process. */
import { loadConfig } from '../src/config.ts';
import { createLog } from '../src/log.ts';
import { createMetrics } from '../src/metrics.ts';
import { openRunning } from '../src/running.ts';
import { exitOn, explain, needsDatabase } from '../src/shutdown.ts';
import { openDoor } from './door.ts';
import { startWorker } from './start.ts';

try {
  const config = needsDatabase(loadConfig(process.env));
  const log = createLog(config.logLevel, { process: 'worker' });
  const metrics = createMetrics({ ofProcess: true });
  const running = await openRunning(config, log, 'worker', metrics);
  const worker = await startWorker(config, running.ctx, log, metrics);
  const door = await openDoor(config, running.db, log, metrics, worker);
  await running.warmUp(); // a worker makes the pages; what is due meanwhile has its turn between them
  log.info('worker_ready', door ? { port: door.port } : {});
  exitOn(log, async () => {
    await Promise.all([worker.drain(), door?.drain(config.http.drainSeconds)]);
    await running.close();
  });
} catch (error) {
  explain(error);
}
