/** Shapes that signing in, one's account and the staff desk share. */
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { z } from 'zod';

const text = z.string().min(1).max(10_000);
/** base64url of 32 bytes. */
export const token = z.string().regex(/^[\w-]{43}$/);
export const password = z.string().min(1).max(1000);
export const code = z.string().min(6).max(40);
/** What a person calls a device or a screen. */
export const label = z.string().trim().min(1).max(60);

/** WebAuthn's own JSON (level 3, 5.1.8); what is in it is checked by @simplewebauthn/server. */
const answered = z.looseObject({ id: text, rawId: text, type: z.literal('public-key'), response: z.looseObject({}) });
export const newPasskeyAnswer = answered as unknown as z.ZodType<RegistrationResponseJSON>;
export const passkeyAnswer = answered as unknown as z.ZodType<AuthenticationResponseJSON>;
const options = z.looseObject({ challenge: text });
export const newPasskeyOptions = options as unknown as z.ZodType<PublicKeyCredentialCreationOptionsJSON>;
export const passkeyOptions = options as unknown as z.ZodType<PublicKeyCredentialRequestOptionsJSON>;

export const done = z.object({ done: z.literal(true) });
export const isDone = { done: true } as const;

/** What is shown once, when an authenticator app is set up. */
export const newCodes = z.object({ ceremony: token, secret: z.string(), symbol: z.string() });
export const passwordBody = z.object({ ceremony: token, signInName: z.string().max(100), password, code });
