/** `npm run gateway`: one gateway process. */
import { loadConfig } from './config.ts';
import { startGateway } from './gateway.ts';
import { createLog } from './log.ts';
import { createMetrics } from './metrics.ts';
import { openRunning } from './running.ts';
import { exitOn, explain, needsDatabase } from './shutdown.ts';

try {
  const config = needsDatabase(loadConfig(process.env));
  const log = createLog(config.logLevel, { process: 'gateway' });
  for (const { name, problem, cure } of config.warnings) process.stderr.write(`WARNING ${name} ${problem}. ${cure}.\n`);
  const metrics = createMetrics({ ofProcess: true });
  const running = await openRunning(config, log, 'gateway', metrics);
  const gateway = await startGateway(config, running.ctx, log, metrics);
  log.info('gateway_ready', { port: gateway.port });
  exitOn(log, async () => {
    await gateway.drain();
    await running.close();
  });
} catch (error) {
  explain(error);
}
