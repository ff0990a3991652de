/** Every name the system reads from the environment: its shape, and what to do when it does not fit. */
import { z } from 'zod';
import type { Fault } from '../config.ts';
import { isRedisAddress } from '../lib/redis-address.ts';
import { logLevels } from '../log.ts';
import { consoleSettings } from './console.ts';
import { fallbackSettings } from './fallback.ts';
import { faxSettings } from './fax.ts';
import { secondCarrierSettings } from './second-carrier.ts';
import { address, port, token, web } from './shapes.ts';
import { vaultSettings } from './vault.ts';
import { watchSettings } from './watch.ts';

const bare = (url: string): boolean => new URL(url).search === '' && new URL(url).hash === '';

export const settings = {
  DATABASE_URL: {
    shape: address(['postgresql:', 'postgres:']),
    cure: 'Example: postgresql://user:password@host:5432/kamome',
  },
  REDIS_URL: {
    shape: z
      .string()
      .refine(isRedisAddress, 'must begin with redis:// or rediss:// and name a host, or several with commas'),
    cure: 'Example: redis://host:6379, or redis://host:6379,host:6379,host:6379 for a cluster',
  },
  PORT: { shape: port, cure: 'Give a port from 0 (any free one) to 65535, or leave it out for 8080' },
  PUBLIC_BASE_URL: {
    shape: web.refine((text) => !URL.canParse(text) || bare(text), 'must not contain ? or #'),
    cure: 'Give the address under which the carrier reaches this gateway, for example https://calls.example.jp',
  },
  KAMOME_DATA: { shape: z.string(), cure: 'Give a folder, or leave it out for .kamome' },
  TWILIO_ACCOUNT_SID: {
    shape: z.string().regex(/^AC[0-9a-f]{32}$/, 'must be AC and 32 hexadecimal digits'),
    cure: "Copy it from the carrier's console, or leave it out for the simulated exchange",
  },
  TWILIO_AUTH_TOKEN: { shape: token, cure: "Copy it from the carrier's console" },
  TWILIO_AUTH_TOKEN_NEXT: {
    shape: token,
    cure: 'Copy the secondary token, or leave it out when no rotation is going on',
  },
  TWILIO_API_BASE: {
    shape: web,
    cure: "Leave it out for the carrier itself, or give a host that speaks the carrier's REST",
  },
  TWILIO_CALLS_PER_SECOND: {
    shape: z.coerce.number('must be a number').min(0.1).max(1000),
    cure: 'Give the number of calls a second the account allows',
  },
  TWILIO_FALLBACK_URL: {
    shape: address(['https:']),
    cure: 'Give a static TwiML document on a host that does not depend on this one, or leave it out',
  },
  WORKER_PORT: {
    shape: port,
    cure: 'Give a port from 0 (any free one) to 65535, or leave it out: then a worker has no door',
  },
  EXCHANGE_PORT: { shape: port, cure: 'Give a port from 0 (any free one) to 65535, or leave it out for 8081' },
  ...faxSettings,
  ...fallbackSettings,
  ...secondCarrierSettings,
  ...consoleSettings,
  ...vaultSettings,
  ...watchSettings,
  CARD_COST_LOG2: {
    shape: z.coerce.number('must be a number').int().min(1).max(22),
    cure: 'Leave it out for 16 (13 in a trial without an account); it may not change while cards are in use',
  },
  AUDIT_KEY_FILE: {
    shape: z.string(),
    cure: 'Give the path of a PEM file with an Ed25519 key, the same for all workers, or leave it out for the data folder',
  },
  LOG_LEVEL: { shape: z.enum(logLevels), cure: `Give one of ${logLevels.join(', ')}` },
  KAMOME_ENV: {
    shape: z.string().regex(/^[a-z]{1,20}$/, 'must be lower case letters'),
    cure: 'Give test or production, or leave it out',
  },
} as const;

export type Settings = { [Name in keyof typeof settings]?: z.infer<(typeof settings)[Name]['shape']> };

/** The configuration names, for the table in the README and the tests that keep it complete. */
export const configurationNames = Object.keys(settings) as (keyof typeof settings)[];

/** What was given and fits; what does not is added to `faults`. */
export function readEnvironment(env: Record<string, string | undefined>, faults: Fault[]): Settings {
  const given: Record<string, unknown> = {};
  for (const name of configurationNames) {
    const text = env[name]?.trim();
    if (!text) continue; // compose files pass an empty text for what was left out
    const { shape, cure } = settings[name];
    const parsed = shape.safeParse(text);
    if (parsed.success) given[name] = parsed.data;
    // Messages of ours and of zod's checks speak of the shape and never quote the value, which may be a secret.
    else faults.push({ name, problem: parsed.error.issues[0]?.message ?? 'does not fit', cure });
  }
  return given as Settings;
}
