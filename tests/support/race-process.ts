/** One of the gateways of a race: a process of its own with a pool of its own, started by tests/proofs/races.test.ts. */
import { setTimeout as pause } from 'node:timers/promises';
import { openPool } from '../../src/db.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { advanceCase } from '../../src/outbox/sweep.ts';
import { legKey } from '../../src/voice/legs.ts';
import { legStatus } from '../../src/voice/reports.ts';
import { startBareGateway } from './bare-gateway.ts';
import { type Report, takeReport } from './leaks.ts';

/** What the parent asks for; each act waits its own delay, so that acts of several processes fall together. */
export interface Order {
  id: number;
  acts: Act[];
}
export interface Act {
  kind: 'press' | 'tick' | 'hang-up';
  caseId: string;
  legId: string;
  callId: string;
  delayMs: number;
}
export interface Done {
  id: number;
  replies: { legId: string; body: string; ms: number }[];
  watch: Report;
}

// A machine that others use as well may be slow without anything being wrong: what is proved here is who wins.
const patience = { statementTimeoutMs: 60_000, lockTimeoutMs: 60_000 };
const pool = openPool(process.argv[2] ?? '', { max: 12, applicationName: 'kamome-race', ...patience });
const gateway = await startBareGateway({ db: pool, clock: systemClock });
const { ctx } = gateway;

async function act({ kind, caseId, legId, callId, delayMs }: Act): Promise<Done['replies']> {
  await pause(delayMs);
  const started = performance.now();
  const call = {
    callId,
    from: '+815000000100',
    fromNumber: '+815000000100',
    to: '+817000000000',
    toNumber: '+817000000000',
    isInbound: false,
  };
  if (kind === 'tick') await advanceCase(ctx, caseId);
  else if (kind === 'hang-up') await legStatus(ctx, { caseId, legId }, { call, status: 'completed', sequence: '3' });
  else {
    const request = { call, digits: '1', receiptKey: `${callId}:key` };
    const body = await legKey(ctx, request, { caseId, legId }, 'doctor', 0);
    return [{ legId, body, ms: performance.now() - started }];
  }
  return [];
}

process.on('message', (order: Order) => {
  Promise.all(order.acts.map(act)).then(
    (replies) => process.send?.({ id: order.id, replies: replies.flat(), watch: takeReport() } satisfies Done),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit(0));
process.send?.({ url: gateway.url });
