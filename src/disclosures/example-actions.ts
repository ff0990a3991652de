/** PINs and policy of the example ward: printed in its README, so that anybody can try it. For a trial only. */
import type pg from 'pg';
import { appendEntry } from '../audit/append.ts';
import { inTransaction } from '../db.ts';
import type { Clock } from '../lib/clock.ts';
import { hashSecret } from '../lib/secret.ts';
import { insertCardCopyPolicy } from './policy-store.ts';
import * as store from './store.ts';

export interface ExampleDoors {
  associationId: string;
  pins: readonly { doctorId: string; pin: string }[];
  cardCopy: 'off' | 'pseudonymous';
}

/** Cheap: these PINs are printed in a README, and the first start waits for all of them. */
const exampleCostLog2 = 10;

/**
 * Gives each doctor who has none his PIN, and the association its policy when it has decided nothing yet. May be repeated;
 * what the hub has changed since stays. @returns how many PINs were new.
 */
export async function openExampleDoors(
  ctx: { db: pg.Pool; clock: Clock; random: (size: number) => Uint8Array },
  { associationId, pins, cardCopy }: ExampleDoors,
): Promise<number> {
  const without = new Set(
    await store.doctorsWithoutPin(
      ctx.db,
      pins.map(({ doctorId }) => doctorId),
    ),
  );
  const hashed = await Promise.all(
    pins
      .filter(({ doctorId }) => without.has(doctorId))
      .map(async ({ doctorId, pin }) => ({ doctorId, hash: await hashSecret(pin, ctx.random(16), exampleCostLog2) })),
  );
  const at = ctx.clock.now();
  await inTransaction(ctx.db, async (tx) => {
    const entry = { associationId, at, actor: 'example', cause: 'import-example' };
    for (const { doctorId, hash } of hashed) {
      await store.upsertPin(tx, doctorId, hash, at);
      await appendEntry(tx, { ...entry, chainId: doctorId, kind: 'doctor_pin_issued', data: { doctorId } });
    }
    if (await insertCardCopyPolicy(tx, associationId, cardCopy))
      await appendEntry(tx, { ...entry, chainId: associationId, kind: 'card_copy_policy_set', data: { cardCopy } });
  });
  return hashed.length;
}
