/** Signing in with another system's word. Where it does not say that two factors were asked, our one-time code is asked in addition. */
import { inTransaction, sqlState } from '../db.ts';
import { beginCeremony, takeCeremony } from './ceremonies.ts';
import { takeSecondFactor } from './codes.ts';
import type { StaffContext } from './context.ts';
import * as credentials from './credential-store.ts';
import { note } from './log.ts';
import { tellOfChange } from './mailing.ts';
import { type OidcClaims, type OidcSecrets, showsTwoFactors } from './oidc.ts';
import { type Opened, openSession } from './sessions.ts';
import { type From, noteFailure } from './sign-in.ts';
import * as store from './store.ts';
import { countTry, type Refused } from './tries.ts';

const awaySeconds = 600;

/**
 * Begins: the browser keeps `ceremony` and goes to `address`. null: no other system is configured.
 * @param staffId who links his account with it; null: somebody who signs in.
 * @throws when the other system cannot be reached.
 */
export async function beginOidc(
  ctx: StaffContext,
  staffId: string | null,
): Promise<{ ceremony: string; address: string } | null> {
  if (!ctx.oidc) return null;
  const text = (): string => ctx.random(32).toString('base64url');
  const secrets: OidcSecrets = { state: text(), nonce: text(), verifier: text() };
  const address = await ctx.oidc.addressFor(secrets);
  return { ceremony: await beginCeremony(ctx, 'oidc', staffId, JSON.stringify(secrets), awaySeconds), address };
}

export type OidcAnswered =
  | Opened
  /** Linked with the account of whoever began it; he is signed in already. */
  | { linked: true }
  /** One factor only: the code of our own is asked next. */
  | { ceremony: string }
  | { refused: 'wrong' | 'unlinked' | 'taken' | 'one_factor' };

/** The browser is back. @param search what stands behind ? in the address it came back to. */
export async function answerOidc(
  ctx: StaffContext,
  ceremony: string,
  search: string,
  { device }: From,
): Promise<OidcAnswered> {
  const begun = await takeCeremony(ctx, 'oidc', ceremony);
  const claims = begun && (await ctx.oidc?.read(search, JSON.parse(begun.secret)));
  if (!begun || !claims) return { refused: 'wrong' };
  if (begun.staffId !== null) return link(ctx, begun.staffId, claims);
  const staffId = await credentials.staffByOidc(ctx.db, claims.issuer, claims.subject);
  if (staffId === null) return { refused: 'unlinked' };
  if (!showsTwoFactors(claims)) {
    if (!(await credentials.passwordOf(ctx.db, staffId))) return { refused: 'one_factor' };
    return { ceremony: await beginCeremony(ctx, 'oidc_second_factor', staffId, '') };
  }
  return open(ctx, staffId, device);
}

async function link(ctx: StaffContext, staffId: string, { issuer, subject }: OidcClaims): Promise<OidcAnswered> {
  const at = ctx.clock.now();
  try {
    return await inTransaction(ctx.db, async (tx): Promise<OidcAnswered> => {
      const staff = await store.lockStaff(tx, staffId);
      if (!staff?.isActive) return { refused: 'wrong' };
      await credentials.setOidc(tx, staffId, issuer, subject);
      await note(tx, staff, { at, by: staffId, cause: 'link_oidc', kind: 'oidc_linked' });
      const names = [(await credentials.passwordOf(tx, staffId))?.signInName];
      await tellOfChange(tx, ctx, { staffId, about: 'oidc_linked', names, at });
      return { linked: true };
    });
  } catch (error) {
    if (sqlState(error) === '23505') return { refused: 'taken' };
    throw error;
  }
}

function open(ctx: StaffContext, staffId: string, device: string): Promise<OidcAnswered> {
  const at = ctx.clock.now();
  return inTransaction(ctx.db, async (tx): Promise<OidcAnswered> => {
    const staff = await store.lockStaff(tx, staffId);
    if (!staff?.isActive) return { refused: 'wrong' };
    return openSession(tx, ctx, staff, { method: 'oidc', device, at, cause: 'sign_in' });
  });
}

/** Our own code behind the other system's single factor. A wrong one begins again over there. */
export async function answerOidcCode(
  ctx: StaffContext,
  ceremony: string,
  code: string,
  { address, device }: From,
): Promise<Opened | Refused> {
  const begun = await takeCeremony(ctx, 'oidc_second_factor', ceremony);
  const account = begun?.staffId ? await credentials.passwordOf(ctx.db, begun.staffId) : null;
  if (!account) return { refused: 'wrong' };
  const tried = await countTry(ctx, account.signInName, address);
  if (tried.isRefused && tried.until) return { refused: 'locked', until: tried.until };
  const at = ctx.clock.now();
  return inTransaction(ctx.db, async (tx): Promise<Opened | Refused> => {
    const staff = await store.lockStaff(tx, account.staffId);
    if (!staff?.isActive) return { refused: 'wrong' };
    const secondFactor = await takeSecondFactor(tx, ctx, account, code, at);
    if (secondFactor === null || secondFactor === 'key_replaced') {
      await noteFailure(tx, staff, { at, cause: 'sign_in', method: 'oidc', until: tried.until });
      return { refused: secondFactor ?? 'wrong' };
    }
    await tried.forgive(tx);
    return openSession(tx, ctx, staff, { method: 'oidc', device, at, cause: 'sign_in', data: { secondFactor } });
  });
}
