/** `npm run console:build`, and `prepare` of `npm ci`: builds the pages when they are missing or old. */
import { buildPages, builtPages } from './build.ts';

if (builtPages()) process.stdout.write('the pages of the console are up to date\n');
else process.stdout.write(`the pages of the console are in ${await buildPages()}\n`);
