/** `npm run audit:verify`: the auditor's command. Exit code 0: sound, 1: something was found, 2: it could not be verified. */
import path from 'node:path';
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { openPool } from '../db.ts';
import { reachDatabase } from '../embedded/reach.ts';
import { systemClock } from '../lib/clock.ts';
import { createLog, OperatorError } from '../log.ts';
import { echoes, lives } from './lives.ts';
import { jsonLines, textLines } from './printout.ts';
import { openVerifier } from './signer.ts';
import { type VerifyOptions, verifyLog } from './verify.ts';

const usage = `npm run audit:verify -- [--association <id or code>] [--witness <id or code>:<size>:<root>]… [--json]
  --association  only this association's log
  --witness      a seal from paper: entries covered, and the root in hexadecimal; the log must still contain it
  --json         one JSON object a line: the findings, and last the summary
Reads DATABASE_URL (or the embedded database in KAMOME_DATA) and AUDIT_KEY_FILE, of which the public key is enough.`;

async function main(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values } = readArguments(args);
  if (values.help) {
    console.log(usage);
    return 0;
  }
  // Read here and not by config.ts: an auditor has neither the pepper nor the carrier's tokens, and must not need them.
  const dataFolder = path.resolve(env.KAMOME_DATA?.trim() || '.kamome');
  const verifier = openVerifier({ file: env.AUDIT_KEY_FILE?.trim() || null, dataFolder });
  const databaseUrl = env.DATABASE_URL?.trim() || null;
  const reached = await reachDatabase({ databaseUrl, dataFolder, log: createLog('error'), mayCreate: false });
  const db = openPool(reached.url, { max: 1, applicationName: 'kamome-audit' });
  try {
    const options = await optionsFrom(db, values.association, values.witness ?? []);
    const report = await verifyLog({ db, verifier, clock: systemClock, lives, echoes }, options);
    for (const line of values.json ? jsonLines(report) : textLines(report)) console.log(line);
    return report.isSound ? 0 : 1;
  } finally {
    await db.end();
    await reached.leave();
  }
}

function readArguments(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        association: { type: 'string' },
        witness: { type: 'string', multiple: true },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (cause) {
    throw new OperatorError(`${cause instanceof Error ? cause.message : cause}\n${usage}`);
  }
}

async function optionsFrom(db: pg.Pool, association: string | undefined, seals: string[]): Promise<VerifyOptions> {
  const { rows } = await db.query<{ id: string; code: string }>('select id, code from association');
  const idOf = (name: string): string => {
    const found = rows.find(({ id, code }) => id === name || code === name);
    if (!found)
      throw new OperatorError(`there is no association ${name}; there are ${rows.map((row) => row.code).join(', ')}`);
    return found.id;
  };
  const witnesses = seals.map((seal) => {
    const [, name = '', size = '', root = ''] = /^(.+):([1-9]\d*):([0-9a-fA-F]{64})$/.exec(seal) ?? [];
    if (!name)
      throw new OperatorError(`a seal from paper is written <id or code>:<size>:<64 hexadecimal digits>, not ${seal}`);
    return { associationId: idOf(name), treeSize: Number(size), root: Buffer.from(root, 'hex') };
  });
  return { associationId: association === undefined ? null : idOf(association), witnesses };
}

if (import.meta.filename === process.argv[1])
  main(process.argv.slice(2), process.env).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      const words = error instanceof Error ? error.message : String(error);
      console.error(`監査記録を検証できませんでした / the log could not be verified: ${words}`);
      process.exitCode = 2;
    },
  );
