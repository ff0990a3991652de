/** `npm run staff`: accounts of the console, beside a running system. Needs no key. Exit code 0: done, 1: refused. */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { migrate } from '../../migrations/run.ts';
import { loadConfig } from '../config.ts';
import { openPool } from '../db.ts';
import { associationMeant } from '../directory/actions.ts';
import { reachDatabase } from '../embedded/reach.ts';
import { systemClock } from '../lib/clock.ts';
import { randomIds } from '../lib/ids.ts';
import { createLog, OperatorError } from '../log.ts';
import { explain } from '../shutdown.ts';
import { changeStaff, type Invitation, invitationAddress, inviteAgain, inviteStaff, staffIn } from './actions.ts';
import { commandLine } from './log.ts';
import { languages, roles } from './staff.ts';
import * as words from './staff-words.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const commands = ['list', 'invite', 'reset', 'stop'];
const by = commandLine;

async function main(args: string[]): Promise<void> {
  const asked = read(args);
  const { databaseUrl, dataFolder, console: desk } = loadConfig(process.env);
  const log = createLog('error', { process: 'staff' });
  const reached = await reachDatabase({ databaseUrl, dataFolder, log, mayCreate: false });
  const db = openPool(reached.url, { max: 2, applicationName: 'kamome-staff' });
  try {
    await migrate(db, systemClock);
    const association = await associationMeant(db, asked.code);
    if (!association) throw new OperatorError(words.refusals.association);
    const ctx = { db, clock: systemClock, ids: randomIds, random: randomBytes };
    await run(ctx, association.id, asked, desk.baseUrl);
  } finally {
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
        role: { type: 'string' },
        name: { type: 'string' },
        language: { type: 'string', default: 'ja' },
      },
    });
    const [command = '', staffId = ''] = positionals;
    const role = roles.find((one) => one === values.role);
    const language = languages.find((one) => one === values.language);
    const name = values.name?.trim();
    const isWhole = command === 'invite' ? role && name : command === 'list' || staffId !== '';
    if (!commands.includes(command) || !language || !isWhole) throw new OperatorError(words.usage);
    return { command, staffId, code: values.association, role, name, language };
  } catch (cause) {
    if (cause instanceof OperatorError) throw cause;
    throw new OperatorError(words.usage, { cause });
  }
}

type Context = Parameters<typeof inviteStaff>[0];

async function run(
  ctx: Context,
  associationId: string,
  { command, staffId, role, name, language }: ReturnType<typeof read>,
  origin: string,
): Promise<void> {
  const handOver = ({ token, expiresAt }: Invitation): void => {
    for (const line of words.linkLines(invitationAddress(origin, token), expiresAt)) say(line);
  };
  if (command === 'invite' && role && name) {
    handOver(await inviteStaff(ctx, { associationId, name, role, language, by }));
  } else if (command === 'reset') {
    const invitation = await inviteAgain(ctx, { associationId, staffId, by });
    if (!invitation) throw new OperatorError(words.refusals.staff);
    handOver(invitation);
  } else if (command === 'stop') {
    const changed = await changeStaff(ctx, { associationId, staffId, by, change: { isActive: false } });
    if (changed === 'unknown') throw new OperatorError(words.refusals.staff);
    if (changed === 'last_administrator') throw new OperatorError(words.refusals.lastAdministrator);
    say(words.stopped);
  } else {
    const staff = await staffIn(ctx, associationId);
    for (const person of staff) say(words.staffLine(person));
    if (staff.length === 0) say(words.none);
  }
}

await main(process.argv.slice(2)).catch(explain);
