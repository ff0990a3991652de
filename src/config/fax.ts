/** The part of the configuration that tells over which line pages go out and come in. */
import { z } from 'zod';
import type { Fault } from '../config.ts';
import { hideSecrets, keepSecret, type Random } from '../embedded/secrets.ts';
import { port, publicKeys, token, web } from './shapes.ts';

export interface FaxConfig {
  readonly provider: 'interfax' | 'telnyx' | 'hylafax';
  /** No provider was chosen: pages go to our own simulated fax house, in InterFAX's words. */
  readonly simulated: boolean;
  readonly interfax: { readonly username: string; readonly password: string; readonly apiBase: string } | null;
  readonly telnyx: {
    readonly apiKey: string;
    readonly publicKeys: readonly string[];
    /** null: Telnyx itself. */
    readonly apiBase: string | null;
    /** null: asked of Telnyx. */
    readonly connectionId: string | null;
  } | null;
  readonly hylafax: { readonly spool: string; readonly host: string } | null;
  readonly faxhousePort: number;
}

const interfaxHome = 'https://rest.interfax.net';
const defaultPort = 8082;
const accountFile = 'faxhouse-account';

export const faxSettings = {
  FAX_PROVIDER: {
    shape: z.enum(['interfax', 'telnyx', 'hylafax']),
    cure: 'Give interfax, telnyx or hylafax, or leave it out for the simulated fax house',
  },
  INTERFAX_USERNAME: {
    shape: z.string().regex(/^[^\s:]{1,100}$/, 'must not contain spaces or colons'),
    cure: 'Copy it from the account',
  },
  INTERFAX_PASSWORD: { shape: z.string().min(8, 'must be at least 8 characters'), cure: 'Copy it from the account' },
  INTERFAX_API_BASE: { shape: web, cure: `Leave it out for ${interfaxHome}, or give a host that speaks its REST` },
  TELNYX_API_KEY: { shape: token, cure: "Copy it from Telnyx's portal" },
  TELNYX_PUBLIC_KEYS: {
    shape: publicKeys,
    cure: "Copy the public key from Telnyx's portal; during a rotation give both",
  },
  TELNYX_API_BASE: {
    shape: web,
    cure: 'Leave it out for Telnyx itself, or give a host that speaks its API, without /v2',
  },
  TELNYX_CONNECTION_ID: {
    shape: z.string().regex(/^\d{1,30}$/, 'must be digits'),
    cure: "Copy the fax application's id from the portal, or leave it out: the one that calls back to us is found",
  },
  HYLAFAX_SPOOL: { shape: z.string(), cure: 'Give the spool folder, usually /var/spool/hylafax' },
  HYLAFAX_HOST: {
    shape: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.:@-]{0,200}$/, 'must be a host name'),
    cure: 'Give the host of hfaxd, or leave it out for localhost',
  },
  FAXHOUSE_PORT: {
    shape: port,
    cure: `Give a port from 0 (any free one) to 65535, or leave it out for ${defaultPort}`,
  },
} as const;

export type FaxSettings = { [Name in keyof typeof faxSettings]?: z.infer<(typeof faxSettings)[Name]['shape']> };
type FaxName = keyof FaxSettings;
type Given = FaxSettings & { PORT?: number; EXCHANGE_PORT?: number };

const needed: Readonly<Record<FaxConfig['provider'], readonly FaxName[]>> = {
  interfax: ['INTERFAX_USERNAME', 'INTERFAX_PASSWORD'],
  telnyx: ['TELNYX_API_KEY', 'TELNYX_PUBLIC_KEYS'],
  hylafax: ['HYLAFAX_SPOOL'],
};

/** What is missing beside the chosen provider, or given beside none. `has`: the name was given, faulty or not. */
export function faxContradictions(given: Given, has: (name: FaxName) => boolean, httpPort: number): Fault[] {
  const fault = (name: FaxName, problem: string, cure: string = faxSettings[name].cure): Fault => ({
    name,
    problem,
    cure,
  });
  const { FAX_PROVIDER: provider } = given;
  if (provider)
    return needed[provider]
      .filter((name) => !has(name))
      .map((name) => fault(name, `is missing beside FAX_PROVIDER ${provider}`));
  if (has('FAX_PROVIDER')) return []; // faulty, and said so already
  const orphan = Object.values(needed).flat().find(has);
  if (orphan) return [fault('FAX_PROVIDER', `is missing beside ${orphan}`)];
  const house = given.FAXHOUSE_PORT ?? defaultPort;
  const others = [given.PORT ?? httpPort, given.EXCHANGE_PORT ?? 8081];
  return house !== 0 && others.includes(house)
    ? [fault('FAXHOUSE_PORT', 'is the same as PORT or EXCHANGE_PORT', 'Give three different ports')]
    : [];
}

interface Surroundings {
  dataFolder: string;
  random: Random;
  warnings: Fault[];
  /** Calls go to a real carrier. */
  isReal: boolean;
}

export function faxConfig(given: FaxSettings, { dataFolder, random, warnings, isReal }: Surroundings): FaxConfig {
  const faxhousePort = given.FAXHOUSE_PORT ?? defaultPort;
  const provider = given.FAX_PROVIDER ?? 'interfax';
  const simulated = given.FAX_PROVIDER === undefined;
  if (simulated && isReal) {
    const problem = 'is not given: calls are real but pages go to the simulated fax house';
    warnings.push({ name: 'FAX_PROVIDER', problem, cure: faxSettings.FAX_PROVIDER.cure });
  }
  const none = { interfax: null, telnyx: null, hylafax: null };
  const common = { ...none, provider, simulated, faxhousePort };
  switch (provider) {
    case 'interfax': {
      // Kept in the data folder, so that gateway, worker and fax house agree also when they are started apart.
      const make = (): string => `kamome ${random(16).toString('hex')}`;
      const [name = '', secret = ''] = simulated ? keepSecret(dataFolder, accountFile, make).split(' ') : [];
      const username = simulated ? name : (given.INTERFAX_USERNAME ?? '');
      const password = simulated ? secret : (given.INTERFAX_PASSWORD ?? '');
      const home = simulated ? localUrl(faxhousePort) : interfaxHome;
      const apiBase = given.INTERFAX_API_BASE ?? home;
      return { ...common, interfax: hideSecrets({ username, password, apiBase }, ['password']) };
    }
    case 'telnyx': {
      const {
        TELNYX_API_KEY: apiKey = '',
        TELNYX_PUBLIC_KEYS: publicKeys = [],
        TELNYX_API_BASE: apiBase = null,
      } = given;
      const connectionId = given.TELNYX_CONNECTION_ID ?? null;
      return { ...common, telnyx: hideSecrets({ apiKey, publicKeys, apiBase, connectionId }, ['apiKey']) };
    }
    case 'hylafax':
      return { ...common, hylafax: { spool: given.HYLAFAX_SPOOL ?? '', host: given.HYLAFAX_HOST ?? 'localhost' } };
  }
}

const localUrl = (at: number): string => `http://127.0.0.1:${at}`;

/** The configuration with the port that the fax house really took. */
export function movedFax(fax: FaxConfig, taken: number = fax.faxhousePort): FaxConfig {
  const { interfax } = fax;
  const isThere = interfax?.apiBase === localUrl(fax.faxhousePort);
  const moved = interfax && isThere ? hideSecrets({ ...interfax, apiBase: localUrl(taken) }, ['password']) : interfax;
  return { ...fax, interfax: moved, faxhousePort: taken };
}
