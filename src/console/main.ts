/** `npm run console`: the hub's desk as a process of its own, on the machine that has the hub's keys. */
import { loadConsoleConfig } from '../config.ts';
import { createLog } from '../log.ts';
import { createMetrics } from '../metrics.ts';
import { exitOn, explain } from '../shutdown.ts';
import { consoleNotice, openConsole } from './opening.ts';

try {
  const config = loadConsoleConfig(process.env);
  const log = createLog(config.logLevel, { process: 'console' });
  const opened = await openConsole(config, config.hub, log, createMetrics({ ofProcess: true }));
  for (const line of consoleNotice(config.console.baseUrl, opened)) process.stdout.write(`${line}\n`);
  log.info('console_ready', { port: opened.port });
  exitOn(log, opened.close);
} catch (error) {
  explain(error);
}
