/**
 * `npm run fax`: the numbers that pages may go to, beside a running system. Exit code 0: done, 1: refused. A test page is put in
 * the queue and sent by the worker.
 */
import { parseArgs } from 'node:util';
import { migrate } from '../../migrations/run.ts';
import { type Config, loadConfig } from '../config.ts';
import { openPool } from '../db.ts';
import { associationMeant, type associations, faxOwners } from '../directory/actions.ts';
import { settledHook } from '../disclosures/render.ts';
import { reachDatabase } from '../embedded/reach.ts';
import { createFaxContext } from '../fax-context.ts';
import { systemClock } from '../lib/clock.ts';
import { randomIds } from '../lib/ids.ts';
import { parsePhone } from '../lib/phone.ts';
import { createLog, OperatorError } from '../log.ts';
import { openPageMakerLater } from '../pages/maker.ts';
import { explain } from '../shutdown.ts';
import * as fax from './actions.ts';
import type { FaxContext } from './context.ts';
import { type DestinationOwner, releaseForms } from './destination.ts';
import * as words from './fax-words.ts';

type Association = Awaited<ReturnType<typeof associations>>[number];
type Maker = ReturnType<typeof openPageMakerLater>;

interface Desk {
  ctx: FaxContext;
  association: Association;
}

interface Options {
  form: (typeof releaseForms)[number];
  reason: fax.FreezeReason;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const operatorId = 'command_line';
const reasons: readonly fax.FreezeReason[] = ['complaint', 'wrong_number', 'returned_page', 'operator'];
const commands = ['list', 'register', 'test', 'own', 'freeze', 'thaw'];

async function main(args: string[]): Promise<number> {
  const { command, rest, options, code } = read(args);
  const config = loadConfig(process.env);
  const log = createLog('error', { process: 'fax' });
  const { databaseUrl, dataFolder } = config;
  const reached = await reachDatabase({ databaseUrl, dataFolder, log, mayCreate: false });
  const db = openPool(reached.url, { max: 2, applicationName: 'kamome-fax' });
  const maker = openPageMakerLater();
  try {
    await migrate(db, systemClock);
    const ctx = contextOf(config, db, maker);
    const association = await associationMeant(db, code);
    if (!association) throw new OperatorError(words.refusals.association);
    return await run({ ctx, association }, command, rest, options);
  } finally {
    maker.close();
    await db.end();
    await reached.leave();
  }
}

function read(args: string[]) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        association: { type: 'string' },
        form: { type: 'string', default: 'full' },
        reason: { type: 'string', default: 'complaint' },
      },
    });
    const [command = '', ...rest] = positionals;
    const form = releaseForms.find((one) => one === values.form);
    const reason = reasons.find((one) => one === values.reason);
    if (!commands.includes(command) || !form || !reason) throw new OperatorError(words.usage);
    return { command, rest, options: { form, reason }, code: values.association };
  } catch (cause) {
    if (cause instanceof OperatorError) throw cause;
    throw new OperatorError(words.usage, { cause });
  }
}

/** What is woken here is nobody: the worker's sweep finds it within seconds. */
function contextOf(config: Config, db: FaxContext['db'], maker: Maker): FaxContext {
  const log = createLog('error', { process: 'fax' });
  const parts = { config, db, clock: systemClock, ids: randomIds, log, wake: () => undefined };
  return createFaxContext({ ...parts, maker, hooks: { onFaxSettled: settledHook(parts) } });
}

async function run(desk: Desk, command: string, rest: string[], options: Options): Promise<number> {
  const [first = '', code = '', place = '', number = ''] = rest;
  switch (command) {
    case 'list':
      return list(desk);
    case 'register':
      return register(desk, await ownerOf(desk, first, code), placeOf(place), number, options.form);
    case 'test':
      return test(desk, await ownerOf(desk, first, code), placeOf(place));
    case 'own': {
      const e164 = numberOf(first);
      await fax.ownNumber(desk.ctx, e164, desk.association.id);
      say(words.ownLine(e164));
      return 0;
    }
    case 'freeze':
      return freeze(desk, numberOf(first), options.reason);
    default: {
      const isLifted = await fax.liftFreeze(desk.ctx, numberOf(first), `operator:${operatorId}`);
      say(words.thawedLine(isLifted));
      return isLifted ? 0 : 1;
    }
  }
}

const numberOf = (text: string): string => {
  const parsed = parsePhone(text);
  if ('refused' in parsed) throw new OperatorError(words.refusals.number);
  return parsed.e164;
};

const placeOf = (text: string): number => {
  if (!/^[123]$/.test(text)) throw new OperatorError(words.usage);
  return Number(text);
};

interface NamedOwner extends DestinationOwner {
  name: string;
}

async function ownerOf({ ctx, association }: Desk, kind: string, code: string): Promise<NamedOwner> {
  const owners = await faxOwners(ctx.db, association.id);
  const owner = owners.find((one) => one.kind === kind && one.code === code);
  if (!owner) throw new OperatorError(words.refusals.owner);
  return { kind: owner.kind, id: owner.id, name: owner.name };
}

async function list({ ctx, association }: Desk): Promise<number> {
  const destinations = await fax.destinationsIn(ctx.db, association.id);
  for (const destination of destinations) say(words.destinationLine(destination));
  if (destinations.length === 0) say(words.none);
  return 0;
}

async function register(
  { ctx, association }: Desk,
  { kind, id }: NamedOwner,
  position: number,
  number: string,
  form: Options['form'],
): Promise<number> {
  const entry = { associationId: association.id, owner: { kind, id }, position, number, form, operatorId };
  const registered = await fax.registerDestination(ctx, entry);
  if ('refused' in registered) throw new OperatorError(`${words.refusals.number} (${registered.refused})`);
  say(words.registeredLine(registered.destination));
  return 0;
}

async function test({ ctx }: Desk, owner: NamedOwner, position: number): Promise<number> {
  const found = (await fax.destinationsOf(ctx.db, owner)).find((one) => one.position === position);
  if (!found) throw new OperatorError(words.refusals.destination);
  const tested = await fax.testDestination(ctx, found.id, operatorId, ctx.drawTestPage);
  if ('refused' in tested)
    throw new OperatorError(tested.refused === 'frozen' ? words.refusals.frozen : words.refusals.destination);
  say(words.testedLine(tested.faxId));
  return 0;
}

async function freeze({ ctx, association }: Desk, e164: string, reason: fax.FreezeReason): Promise<number> {
  const complaint = { reason, associationId: association.id, actor: `operator:${operatorId}` };
  const { destinationIds, faxIds, incidentIds } = await fax.freezeNumber(ctx, e164, complaint);
  for (const line of words.frozenLines(destinationIds.length, faxIds.length)) say(line);
  if (incidentIds.length === 0) say(words.alreadyFrozen);
  for (const { id, preliminary_due_at, final_due_at } of await fax.incidentDatesOf(ctx.db, incidentIds))
    say(words.incidentLine(id, preliminary_due_at, final_due_at));
  return 0;
}

await main(process.argv.slice(2))
  .then((code) => {
    process.exitCode = code;
  })
  .catch(explain);
