/** Starts the embedded database of KAMOME_DATA, prints its address and holds it until it is killed (tests/platform/embedded.test.ts). */
import { startEmbeddedPostgres } from '../../src/embedded/postgres.ts';
import { createLog } from '../../src/log.ts';

const { url } = await startEmbeddedPostgres({ dataFolder: process.env.KAMOME_DATA ?? '', log: createLog('silent') });
console.log(url);
setInterval(() => undefined, 1000);
