/** What is asked in one request and answered in another: kept sealed in between, and taken out by the answer, right or wrong. */
import { plusSeconds } from '../lib/clock.ts';
import { newToken, type StaffContext, seal, tokenHash, unseal } from './context.ts';
import { type ChallengeKind, insertChallenge, takeChallenge } from './credential-store.ts';

/** Long enough to fetch the telephone from the coat; shorter than a coffee break. */
const ceremonySeconds = 300;

/**
 * Keeps `secret` for the answer.
 * @param staffId who has to answer; null: whoever does.
 * @returns a handle for the browser, which sends it back.
 */
export async function beginCeremony(
  ctx: StaffContext,
  kind: ChallengeKind,
  staffId: string | null,
  secret: string,
  seconds: number = ceremonySeconds,
): Promise<string> {
  const at = ctx.clock.now();
  const { token, hash } = newToken(ctx);
  const sealed = seal(ctx, `ceremony ${kind}`, secret);
  await insertChallenge(ctx.db, { handleHash: hash, kind, staffId, sealed, expiresAt: plusSeconds(at, seconds) }, at);
  return token;
}

/** Takes it out; null: it is over, was answered before, or is for something else. */
export async function takeCeremony(
  ctx: StaffContext,
  kind: ChallengeKind,
  handle: string,
): Promise<{ staffId: string | null; secret: string } | null> {
  const taken = await takeChallenge(ctx.db, tokenHash(handle), kind, ctx.clock.now());
  return taken && { staffId: taken.staffId, secret: unseal(ctx, `ceremony ${kind}`, taken.sealed) };
}
