/** Another system that people may sign in with (OpenID Connect, authorization code with PKCE), and what its word is worth. */
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
} from 'openid-client';

export interface OidcSettings {
  /** Where its /.well-known/openid-configuration is. */
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Where it sends people back to. */
  redirectUri: string;
}

/** Random texts of one sign-in, kept until the answer comes. */
export interface OidcSecrets {
  state: string;
  nonce: string;
  verifier: string;
}

export interface OidcClaims {
  issuer: string;
  subject: string;
  amr: readonly string[];
  acr: string | null;
}

export interface OidcProvider {
  /** Shown on the button: its host. */
  name: string;
  /** Where the browser is sent. @throws when the provider cannot be reached. */
  addressFor(secrets: OidcSecrets): Promise<string>;
  /** Reads its answer. @param search the query that the browser came back with. null: the answer does not hold. */
  read(search: string, secrets: OidcSecrets): Promise<OidcClaims | null>;
}

/** Nothing is asked of the provider before somebody wants to sign in with it; it may be away when the console starts. */
export function openOidc({ issuer, clientId, clientSecret, redirectUri }: OidcSettings): OidcProvider {
  let found: Promise<Configuration> | null = null;
  const isLocal = new URL(issuer).protocol === 'http:'; // the configuration permits that for this machine only
  const configuration = (): Promise<Configuration> => {
    const options = isLocal ? { execute: [allowInsecureRequests] } : {};
    found ??= discovery(new URL(issuer), clientId, clientSecret, undefined, options);
    found.catch(() => {
      found = null; // asked again by the next person
    });
    return found;
  };
  return {
    name: new URL(issuer).host,
    async addressFor({ state, nonce, verifier }) {
      const code_challenge = await calculatePKCECodeChallenge(verifier);
      const parameters = { redirect_uri: redirectUri, scope: 'openid', code_challenge, code_challenge_method: 'S256' };
      return buildAuthorizationUrl(await configuration(), { ...parameters, state, nonce }).href;
    },
    async read(search, { state, nonce, verifier }) {
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true };
      const current = new URL(redirectUri);
      current.search = search;
      // It throws for whatever does not hold: signature, issuer, audience, times, nonce, state.
      const tokens = await authorizationCodeGrant(await configuration(), current, checks).catch(() => null);
      const claims = tokens?.claims();
      if (!claims) return null;
      const { iss, sub, amr, acr } = claims;
      const methods = Array.isArray(amr) ? amr.filter((one): one is string => typeof one === 'string') : [];
      return { issuer: iss, subject: sub, amr: methods, acr: typeof acr === 'string' ? acr : null };
    },
  };
}

/** RFC 8176: what somebody knows, has, and is. */
const factorOf: Readonly<Record<string, 'knows' | 'has' | 'is'>> = {
  pwd: 'knows',
  pin: 'knows',
  kba: 'knows',
  otp: 'has',
  hwk: 'has',
  swk: 'has',
  sc: 'has',
  pop: 'has',
  fpt: 'is',
  face: 'is',
  iris: 'is',
  retina: 'is',
  vbm: 'is',
};
/** OpenID EAP: phishing-resistant, and in hardware; PAPE: multi-factor. */
const strongContexts = ['phr', 'phrh', 'http://schemas.openid.net/pape/policies/2007/06/multi-factor'];

/** Whether the provider says that two different factors were asked. A text message is none. Pure. */
export function showsTwoFactors({ amr, acr }: Pick<OidcClaims, 'amr' | 'acr'>): boolean {
  if (amr.includes('mfa') || (acr !== null && strongContexts.includes(acr))) return true;
  return new Set(amr.map((method) => factorOf[method]).filter(Boolean)).size >= 2;
}
