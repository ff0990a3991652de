/**
 * `npm run drill -- <telephone> [--association code]`: rings that telephone through the document on the other host, as the carrier
 * would when we do not answer, and asks whoever held it whether he talked with somebody. Without a telephone it prints the address
 * to enter at the carrier. Exit code 0: proved (or printed), 1: not.
 */
import { createInterface } from 'node:readline/promises';
import { setTimeout as after } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { migrate } from '../../migrations/run.ts';
import { type Config, loadConfig } from '../config.ts';
import { openPool } from '../db.ts';
import { associationMeant } from '../directory/actions.ts';
import { reachDatabase } from '../embedded/reach.ts';
import { createFallbackContext } from '../fallback-context.ts';
import { systemClock } from '../lib/clock.ts';
import { randomIds } from '../lib/ids.ts';
import { parsePhone } from '../lib/phone.ts';
import { createLog, OperatorError } from '../log.ts';
import { twilioDrill } from '../providers/twilio/drill.ts';
import { explain } from '../shutdown.ts';
import { loadPrompts } from '../voice/prompts.ts';
import { legFile } from '../voice/static-fallback.ts';
import { documentName, type FallbackContext, noteDrill } from './actions.ts';
import { type Drill, drill } from './drill.ts';
import * as words from './fallback-words.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    ...{ args, allowPositionals: true },
    options: { association: { type: 'string' } },
  });
  const config = loadConfig(process.env);
  const { databaseUrl, dataFolder, fallback } = config;
  if (!fallback) throw new OperatorError(words.nothingPublished);
  const log = createLog('error', { process: 'drill' });
  const reached = await reachDatabase({ databaseUrl, dataFolder, log, mayCreate: false });
  const db = openPool(reached.url, { max: 2, applicationName: 'kamome-drill' });
  try {
    await migrate(db, systemClock);
    const association = await associationMeant(db, values.association);
    if (!association) throw new OperatorError(words.whichAssociation);
    const prompts = loadPrompts(new URL('../../config/prompts/', import.meta.url), 'ja');
    const parts = { fallback, db, clock: systemClock, ids: randomIds, log, prompts, caseKey: config.vault.caseKey };
    const ctx = createFallbackContext(parts);
    const url = ctx.place.urlOf(documentName(ctx.key, association.id));
    say(words.addresses(url, ctx.place.urlOf(legFile)));
    const [telephone] = positionals;
    return telephone === undefined ? 0 : await ring(config, ctx, association, telephone, url);
  } finally {
    await db.end();
    await reached.leave();
  }
}

async function ring(
  config: Config,
  ctx: FallbackContext,
  { id, gateway_phone: from }: { id: string; gateway_phone: string },
  telephone: string,
  url: string,
): Promise<number> {
  const to = parsePhone(telephone);
  if ('refused' in to) throw new OperatorError(words.noTelephone);
  // Named one by one: the tokens are hidden from enumeration.
  const { accountSid, authTokens, apiBase } = config.twilio;
  const line = twilioDrill({ accountSid, authToken: authTokens[0] ?? '', apiBase });
  say(words.ringing);
  const done = await drill(line, { to: to.e164, from, url }, () => after(2000));
  for (const phone of done.phones) say(words.rang(phone));
  if (!(await isProved(done))) {
    say(words.notProved);
    return 1;
  }
  if (!(await noteDrill(ctx, id, 'operator:command_line'))) throw new OperatorError(words.neverPublished);
  say(words.proved);
  return 0;
}

/** An answered telephone may have been a voicemail: only a person knows whether a person answered. */
async function isProved({ isFollowed }: Drill): Promise<boolean> {
  if (!isFollowed) return false;
  const input = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await input.question(words.didYouTalk);
  input.close();
  return /^y(es)?$|^はい$/i.test(answer.trim());
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  explain(error);
}
