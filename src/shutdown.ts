import { type Config, ConfigError } from './config.ts';
import { describeError, type Log } from './log.ts';

/** Ends the process on SIGTERM or SIGINT after `drain`; a second signal ends it at once. */
export function exitOn(log: Log, drain: () => Promise<void>): void {
  let isLeaving = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      if (isLeaving) process.exit(1);
      isLeaving = true;
      log.info('draining', { signal });
      drain().then(
        () => process.exit(0),
        (error: unknown) => {
          log.error('drain_failed', { error });
          process.exit(1);
        },
      );
    });
}

/** A start that failed, told to the operator; nothing of a secret is in our own errors' words. */
export function explain(error: unknown): void {
  const words = error instanceof ConfigError || (error instanceof Error && error.name === 'OperatorError');
  process.stderr.write(`${words ? error.message : JSON.stringify(describeError(error, true), null, 2)}\n`);
  process.exitCode = 1;
  // A connection that was opened before the failure would keep alive a process that takes no calls.
  setTimeout(() => process.exit(1), 1000).unref();
}

/** Gateway and worker run apart only on a database that both can reach. */
export function needsDatabase(config: Config): Config {
  if (config.databaseUrl) return config;
  throw new ConfigError([
    {
      name: 'DATABASE_URL',
      problem: 'is missing: gateway and worker apart need a PostgreSQL that both reach',
      cure: 'Give DATABASE_URL, or run everything in one process with npm start',
    },
  ]);
}
