/**
 * Passkeys (WebAuthn level 3): made and used in two steps, options out and answer in. The authenticator checks the person itself
 * (PIN, finger, face), which makes the one answer both factors.
 */
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import type { Sql } from '../db.ts';
import { beginCeremony, takeCeremony } from './ceremonies.ts';
import { passkeyDomain, type StaffContext } from './context.ts';
import * as credentials from './credential-store.ts';

export interface Asked<Options> {
  /** Sent back with the answer. */
  ceremony: string;
  options: Options;
}

const challengeBytes = 32;

/** What the browser is asked to make. null: no passkeys at this address. */
export async function askForNewPasskey(
  ctx: StaffContext,
  staff: { id: string; name: string; associationName: string },
): Promise<Asked<PublicKeyCredentialCreationOptionsJSON> | null> {
  const rpID = passkeyDomain(ctx.site);
  if (rpID === null) return null;
  const known = await credentials.passkeysOf(ctx.db, staff.id);
  const challenge = Uint8Array.from(ctx.random(challengeBytes));
  const options = await generateRegistrationOptions({
    ...{ rpName: ctx.site.name, rpID, challenge },
    userID: Uint8Array.from(Buffer.from(staff.id)),
    userName: `${staff.name}（${staff.associationName}）`,
    userDisplayName: staff.name,
    attestationType: 'none',
    excludeCredentials: known.map(({ id, transports }) => ({ id, transports })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
  return { ceremony: await beginCeremony(ctx, 'add_passkey', staff.id, options.challenge), options };
}

export type NewPasskey = Omit<credentials.Passkey, 'usedAt' | 'label'>;

/** The passkey in the browser's answer; null: the answer is not for this person or does not hold. */
export async function readNewPasskey(
  ctx: StaffContext,
  staffId: string,
  ceremony: string,
  response: RegistrationResponseJSON,
): Promise<NewPasskey | null> {
  const expectedRPID = passkeyDomain(ctx.site);
  const begun = await takeCeremony(ctx, 'add_passkey', ceremony);
  if (!begun || begun.staffId !== staffId || expectedRPID === null) return null;
  const verified = await verifyRegistrationResponse({
    ...{ response, expectedChallenge: begun.secret, expectedOrigin: ctx.site.origin, expectedRPID },
    requireUserVerification: true,
  }).catch(() => null); // it throws for every answer that does not hold
  if (!verified?.verified) return null;
  const { credential, credentialBackedUp } = verified.registrationInfo;
  return {
    ...{ id: credential.id, staffId, publicKey: Buffer.from(credential.publicKey), counter: credential.counter },
    ...{ transports: response.response.transports ?? [], isSynced: credentialBackedUp, createdAt: ctx.clock.now() },
  };
}

/** What the browser is asked to prove; `staffId` null: whoever holds a passkey of this console. */
export async function askForPasskey(
  ctx: StaffContext,
  staffId: string | null,
): Promise<Asked<PublicKeyCredentialRequestOptionsJSON> | null> {
  const rpID = passkeyDomain(ctx.site);
  if (rpID === null) return null;
  const known = staffId === null ? [] : await credentials.passkeysOf(ctx.db, staffId);
  const options = await generateAuthenticationOptions({
    ...{ rpID, userVerification: 'required', challenge: Uint8Array.from(ctx.random(challengeBytes)) },
    allowCredentials: known.map(({ id, transports }) => ({ id, transports })),
  });
  const kind = staffId === null ? 'use_passkey' : 'prove_passkey';
  return { ceremony: await beginCeremony(ctx, kind, staffId, options.challenge), options };
}

export interface ProvedPasskey {
  passkeyId: string;
  staffId: string;
  counter: number;
}

/** Whose passkey answered; null: none of ours, or the answer does not hold. Written down by `takePasskey`. */
export async function readPasskey(
  ctx: StaffContext,
  kind: 'use_passkey' | 'prove_passkey',
  ceremony: string,
  response: AuthenticationResponseJSON,
): Promise<ProvedPasskey | null> {
  const expectedRPID = passkeyDomain(ctx.site);
  const begun = await takeCeremony(ctx, kind, ceremony);
  const passkey = await credentials.passkeyById(ctx.db, response.id);
  if (!begun || !passkey || expectedRPID === null) return null;
  if (begun.staffId !== null && begun.staffId !== passkey.staffId) return null;
  const { id, publicKey, counter, transports, staffId } = passkey;
  const verified = await verifyAuthenticationResponse({
    ...{ response, expectedChallenge: begun.secret, expectedOrigin: ctx.site.origin, expectedRPID },
    credential: { id, publicKey: Uint8Array.from(publicKey), counter, transports },
    requireUserVerification: true,
  }).catch(() => null);
  if (!verified?.verified) return null;
  return { passkeyId: id, staffId, counter: verified.authenticationInfo.newCounter };
}

/** @returns false when it was taken away or used elsewhere meanwhile. */
export const takePasskey = (tx: Sql, { passkeyId, counter }: ProvedPasskey, at: Date): Promise<boolean> =>
  credentials.passkeyUsed(tx, passkeyId, counter, at);
