/**
 * Loaded into a process that a test starts (processes.ts): writes what watch-requests.ts sees there to the file in KAMOME_WATCH_FILE,
 * line by line and at once, so that kill -9 loses nothing. The test's own process looks at it.
 */
import { appendFileSync } from 'node:fs';
import { watchRequests } from './watch-requests.ts';

const file = process.env.KAMOME_WATCH_FILE;
if (file) watchRequests((place, text) => appendFileSync(file, `${JSON.stringify([place, text])}\n`));
