/** The part of the configuration that names the carrier that places calls while the first cannot (docs/decisions/0014-second-carrier.md). */
import { z } from 'zod';
import type { Fault } from '../config.ts';
import { hideSecrets } from '../embedded/secrets.ts';
import { publicKeys, token, web } from './shapes.ts';

export interface SecondCarrierConfig {
  readonly accountSid: string;
  readonly applicationId: string;
  readonly apiKey: string;
  readonly publicKeys: readonly string[];
  /** null: Telnyx itself. */
  readonly apiBase: string | null;
  /** Hosts of the SIP addresses by which each carrier takes lines of the other. */
  readonly sipHost: string;
  readonly firstSipHost: string;
}

const host = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.:-]{0,120}$/, 'must be a host name');

export const secondCarrierSettings = {
  SECOND_CARRIER_ACCOUNT: {
    shape: z.string().regex(/^[0-9a-f-]{8,64}$/, 'must be the account id'),
    cure: "Copy the account's id from Telnyx's portal, or leave all of SECOND_CARRIER_* out: then there is no second carrier",
  },
  SECOND_CARRIER_APPLICATION: {
    shape: z.string().regex(/^\d{1,30}$/, 'must be digits'),
    cure: "Copy the TeXML application's id from Telnyx's portal",
  },
  SECOND_CARRIER_API_KEY: { shape: token, cure: "Copy it from Telnyx's portal" },
  SECOND_CARRIER_PUBLIC_KEYS: {
    shape: publicKeys,
    cure: "Copy the public key from Telnyx's portal; during a rotation give both",
  },
  SECOND_CARRIER_API_BASE: {
    shape: web,
    cure: 'Leave it out for Telnyx itself, or give a host that speaks its API, without /v2',
  },
  SECOND_CARRIER_SIP_HOST: { shape: host, cure: 'Give the SIP subdomain of the TeXML application' },
  TWILIO_SIP_HOST: {
    shape: host,
    cure: 'Give the SIP domain whose voice URL is /voice/bridge, as in docs/operations.md',
  },
} as const;

export type SecondCarrierSettings = {
  [Name in keyof typeof secondCarrierSettings]?: z.infer<(typeof secondCarrierSettings)[Name]['shape']>;
};
type Name = keyof SecondCarrierSettings;

const optional: readonly Name[] = ['SECOND_CARRIER_API_BASE'];

/** All of it or nothing. `has`: the name was given, faulty or not. */
export function secondCarrierFaults(has: (name: Name) => boolean): Fault[] {
  const names = Object.keys(secondCarrierSettings) as Name[];
  const given = names.find(has);
  if (!given) return [];
  return names
    .filter((name) => !has(name) && !optional.includes(name))
    .map((name) => ({ name, problem: `is missing beside ${given}`, cure: secondCarrierSettings[name].cure }));
}

export function secondCarrierConfig(given: SecondCarrierSettings): SecondCarrierConfig | null {
  const accountSid = given.SECOND_CARRIER_ACCOUNT;
  if (!accountSid) return null;
  const config: SecondCarrierConfig = {
    accountSid,
    applicationId: given.SECOND_CARRIER_APPLICATION ?? '',
    apiKey: given.SECOND_CARRIER_API_KEY ?? '',
    publicKeys: given.SECOND_CARRIER_PUBLIC_KEYS ?? [],
    apiBase: given.SECOND_CARRIER_API_BASE ?? null,
    sipHost: given.SECOND_CARRIER_SIP_HOST ?? '',
    firstSipHost: given.TWILIO_SIP_HOST ?? '',
  };
  return hideSecrets(config, ['apiKey']);
}
