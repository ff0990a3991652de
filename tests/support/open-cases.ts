/** Urgent calls that are really open, each with its log, legs and effects; no worker runs, so that they stay as they are. */
import type pg from 'pg';
import defaults from '../../config/default.json' with { type: 'json' };
import { createContext } from '../../src/context.ts';
import { openCase } from '../../src/escalations/actions.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { randomIds } from '../../src/lib/ids.ts';
import { createLog } from '../../src/log.ts';
import { testRelease } from './release-tools.ts';

/** @returns their ids, oldest first. */
export async function openCases(
  db: pg.Pool,
  associationId: string,
  areaIds: readonly string[],
  count: number,
): Promise<string[]> {
  const nowhere = 'http://127.0.0.1:9';
  const twilio = {
    ...{ accountSid: `AC${'0'.repeat(31)}7`, authTokens: ['a-token-for-tests-only-0007'], apiBase: nowhere },
    ...{ fallbackUrl: null, callsPerSecond: 50 },
  };
  const card = { pepper: Buffer.alloc(32, 5), costLog2: 4 };
  const ctx = createContext({
    ...{
      config: { publicBaseUrl: nowhere, twilio, plan: defaults.plan, card },
      db,
      language: 'ja',
      clock: systemClock,
    },
    ...{ ids: randomIds, log: createLog('silent'), wake: () => undefined, cardConcurrency: 1 },
    release: () => testRelease(db, randomIds).tools,
  });
  for (let turn = 0; turn < count; turn++) {
    const wanted = {
      ...{ associationId, kind: 'area' as const, patientId: null, areaId: areaIds[turn % areaIds.length]! },
      ...{ callId: `CA${String(turn).padStart(32, '0')}`, callerNumber: `+8190000${String(turn).padStart(5, '0')}` },
    };
    const receipt = { receiptKey: randomIds.next('ef'), reply: async () => '' };
    await openCase(ctx, wanted, { actor: 'caller', cause: 'test' }, receipt);
  }
  const { rows } = await db.query<{ id: string }>('select id from urgent_call order by opened_at');
  return rows.map(({ id }) => id);
}
