/**
 * How long a session lasts. Pure.
 *
 * A person's ends half an hour after the last thing he did, twelve hours after he signed in, or when it is revoked. A screen's ends
 * after thirty days or when it is revoked: nobody touches it, so idleness says nothing.
 */
import { plusSeconds } from '../lib/clock.ts';

export type SessionKind = 'person' | 'screen';
export type SessionMethod = 'passkey' | 'password' | 'oidc' | 'invitation' | 'person';

const minute = 60;
const hour = 60 * minute;
export const idleSeconds = 30 * minute;
const lastsSeconds: Readonly<Record<SessionKind, number>> = { person: 12 * hour, screen: 30 * 24 * hour };
/** Dangerous things want a proof not older than this. */
export const freshSeconds = 10 * minute;
/** What was done last need not be written down more exactly. */
export const touchSeconds = 1 * minute;

export interface SessionTimes {
  kind: SessionKind;
  provedAt: Date;
  seenAt: Date;
  expiresAt: Date;
  endedAt: Date | null;
}

export const sessionEnd = (kind: SessionKind, signedInAt: Date): Date => plusSeconds(signedInAt, lastsSeconds[kind]);

/** Whether somebody may still come in with it. */
export function isLive({ kind, seenAt, expiresAt, endedAt }: SessionTimes, at: Date): boolean {
  if (endedAt !== null || expiresAt <= at) return false;
  return kind === 'screen' || plusSeconds(seenAt, idleSeconds) > at;
}

/** Whether this person proved who he is a moment ago; never true of a screen. */
export const isFresh = ({ kind, provedAt }: SessionTimes, at: Date): boolean =>
  kind === 'person' && plusSeconds(provedAt, freshSeconds) > at;

export const wantsTouch = ({ seenAt }: SessionTimes, at: Date): boolean => plusSeconds(seenAt, touchSeconds) <= at;
