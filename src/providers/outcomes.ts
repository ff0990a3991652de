/** What a carrier's failed HTTP request means: one rule for every carrier whose client throws errors with a `status`. */
import type { Changed, Placed } from '../voice/telephone.ts';

/** The connection was never made, so the request was never sent. */
const neverReached: readonly string[] = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

/** HTTP status of a refusal; null when no answer came (time-out, broken connection, unreadable answer). */
export function statusOf(error: unknown): number | null {
  return error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : null;
}

/** @param code the carrier's or the network's own word, for the log. */
export function notPlaced(error: unknown, code: string): Placed {
  const status = statusOf(error);
  if (status === 429) return { outcome: 'refused', code, retry: true };
  // An account that is suspended or locked out, or a host that nobody reached: no call was made, and none will be.
  const isLockedOut = status === 401 || status === 403;
  if (isLockedOut || neverReached.includes(code)) return { outcome: 'refused', code, retry: false, isCarriers: true };
  if (status !== null && status >= 400 && status < 500) return { outcome: 'refused', code, retry: false };
  return { outcome: 'unknown', code };
}

/** Asks for a change of a call that was placed. Never throws. */
export async function change(call: () => Promise<unknown>): Promise<Changed> {
  try {
    await call();
    return 'done';
  } catch (error) {
    const status = statusOf(error);
    return status !== null && status >= 400 && status < 500 && status !== 429 ? 'gone' : 'unknown';
  }
}
