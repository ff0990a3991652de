/**
 * The secrets of the sealed record, each with the kind of process that needs it: pepper and case key (gateway and worker), the
 * hub's certificate (all; it is no secret), the hub's key and the search key (console only: `hubSecrets`).
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Fault } from '../config.ts';
import { hideSecrets, keepSecret, type Random, readSecret } from '../embedded/secrets.ts';

export interface VaultConfig {
  /** 32 bytes: seals what is on its way, and the data key of an open case. */
  readonly caseKey: Buffer;
  /** PEM, or the path of a file with it; null: the data folder, where it is made when first wanted (vault/keys.ts). */
  readonly hubCertificate: string | null;
}

/** What only the hub's console holds, and the commands that change keys. */
export interface HubSecrets {
  /** PKCS#12 files: one, or while the key is being replaced the new one first; null: the data folder. */
  readonly keyFiles: readonly string[] | null;
  /** One line for each key file. */
  readonly passphraseFile: string | null;
  /** 32 bytes: the HMAC key of the search tokens. */
  readonly searchKey: Buffer;
}

const bytes = (text: string): Buffer => Buffer.from(text, 'base64');
export const pepperShape = z
  .base64('must be base64')
  .transform(bytes)
  .refine((given) => given.length >= 32, 'must be at least 32 bytes');
const key = z
  .base64('must be base64')
  .transform(bytes)
  .refine((given) => given.length === 32, 'must be exactly 32 bytes');

export const vaultSettings = {
  CARD_PEPPER: {
    shape: pepperShape,
    cure: 'Make one with: openssl rand -base64 32, and keep a copy apart from the database',
  },
  CARD_PEPPER_NEXT: {
    shape: pepperShape,
    cure: 'Give the pepper to come to npm run keys -- rotate-pepper only, and leave it out otherwise',
  },
  CASE_KEY: {
    shape: key,
    cure: 'Make one with: openssl rand -base64 32, the same for gateway and worker',
  },
  HUB_CERT: {
    shape: z.string(),
    cure: 'Make it with: npm run keys -- make-hub, and give the path of hub-cert.pem',
  },
  HUB_KEY_FILE: {
    shape: z.string().transform((text) => text.split(',').map((file) => file.trim())),
    cure: 'Give the console the path of hub-key.p12; while the key is being replaced two, the new one first, with a comma between',
  },
  HUB_KEY_PASSPHRASE_FILE: {
    shape: z.string(),
    cure: 'Give the path of a file with the passphrase of HUB_KEY_FILE, one line for each file',
  },
  SEARCH_KEY: {
    shape: key,
    cure: 'Make one with: openssl rand -base64 32, for the console only',
  },
} as const;

type Given = { [Name in keyof typeof vaultSettings]?: z.infer<(typeof vaultSettings)[Name]['shape']> };
type Env = Record<string, string | undefined>;

const files = { pepper: 'card-pepper', caseKey: 'case-key', searchKey: 'search-key' } as const;

/** Real calls on a database of one's own may keep no secret beside it. A name that was given but is faulty counts as given. */
export function vaultFaults(env: Env, isReal: boolean, dataFolder: string): Fault[] {
  const has = (name: string): boolean => Boolean(env[name]?.trim());
  const fault = (name: keyof typeof vaultSettings, problem: string): Fault => {
    return { name, problem, cure: vaultSettings[name].cure };
  };
  const faults: Fault[] = [];
  if (has('DATABASE_URL') && isReal) {
    if (!has('CARD_PEPPER'))
      faults.push(
        fault('CARD_PEPPER', 'is missing beside DATABASE_URL; without it no card of that database can be found'),
      );
    if (!has('CASE_KEY'))
      faults.push(fault('CASE_KEY', 'is missing beside DATABASE_URL; gateway and worker must share one'));
    if (!has('HUB_CERT'))
      faults.push(
        fault('HUB_CERT', 'is missing beside DATABASE_URL; without it the hub could not read what is sealed'),
      );
  }
  if (has('CASE_KEY') && env.CASE_KEY?.trim() === env.SEARCH_KEY?.trim())
    faults.push(fault('SEARCH_KEY', 'is the same as CASE_KEY, which the gateway holds'));
  if (!has('CARD_PEPPER') && !has('DATABASE_URL')) faults.push(...lostPepper(dataFolder));
  return faults;
}

/** A new pepper beside an old database would make every card unknown, in silence. */
function lostPepper(dataFolder: string): Fault[] {
  if (!existsSync(path.join(dataFolder, 'postgres')) || existsSync(path.join(dataFolder, files.pepper))) return [];
  const problem = `the file ${path.join(dataFolder, files.pepper)} is gone but the database beside it is not`;
  return [
    { name: 'CARD_PEPPER', problem, cure: 'Restore the file from a copy; a new one would open none of the cards' },
  ];
}

/** In the embedded default the secrets are made in the data folder (mode 0600), and a warning says so each time. */
export function vaultConfig(
  given: Given,
  dataFolder: string,
  random: Random,
): { pepper: Buffer; vault: VaultConfig; warnings: Fault[] } {
  const warnings: Fault[] = [];
  const kept = (name: 'CARD_PEPPER' | 'CASE_KEY', file: string): Buffer => {
    const isNew = readSecret(dataFolder, file) === null;
    const made = keptKey(dataFolder, file, random);
    const since = isNew ? 'made now' : 'made at the first start';
    const problem = `was ${since} and is kept in ${path.join(dataFolder, file)}, beside the database it protects`;
    const cure = `Good for a trial only: for real patients set ${name} from a place of its own, and keep a copy`;
    warnings.push({ name, problem, cure });
    return made;
  };
  const pepper = given.CARD_PEPPER ?? kept('CARD_PEPPER', files.pepper);
  const caseKey = given.CASE_KEY ?? kept('CASE_KEY', files.caseKey);
  if (!given.HUB_CERT) {
    const problem = `is not given: the hub's certificate and its private key are kept in ${dataFolder}, beside the database they protect`;
    const cure = 'Good for a trial only: for real patients run npm run keys -- make-hub on the machine of the hub';
    warnings.push({ name: 'HUB_CERT', problem, cure });
  }
  const vault = hideSecrets({ caseKey, hubCertificate: given.HUB_CERT ?? null }, ['caseKey']);
  return { pepper, vault, warnings };
}

const keptKey = (dataFolder: string, file: string, random: Random): Buffer =>
  bytes(keepSecret(dataFolder, file, () => random(32).toString('base64')));

/** What is missing for the console: with a certificate of one's own, its key; on a database of one's own, a search key. */
export function hubFaults(env: Env): Fault[] {
  const has = (name: string): boolean => Boolean(env[name]?.trim());
  const missing = (name: keyof typeof vaultSettings, beside: string): Fault[] =>
    has(beside) && !has(name) ? [{ name, problem: `is missing beside ${beside}`, cure: vaultSettings[name].cure }] : [];
  return [
    ...missing('HUB_KEY_FILE', 'HUB_CERT'),
    ...missing('HUB_KEY_PASSPHRASE_FILE', 'HUB_KEY_FILE'),
    ...missing('SEARCH_KEY', 'HUB_KEY_FILE'),
  ];
}

/** The console opens records by day; what opens them by night may not be in the same place. */
export function consoleFaults(env: Env): Fault[] {
  const has = (name: string): boolean => Boolean(env[name]?.trim());
  const night = (['CARD_PEPPER', 'CASE_KEY'] as const).filter(has).map((name) => ({
    name,
    problem: 'is in the environment of the console, which must not hold it',
    cure: 'Give it to gateway and worker only',
  }));
  if (has('DATABASE_URL')) return night;
  const problem = 'is missing: the console apart needs the PostgreSQL of the gateway';
  return [
    ...night,
    { name: 'DATABASE_URL', problem, cure: 'Give it, or run everything in one process with npm start' },
  ];
}

export function hubSecrets(given: Given, dataFolder: string, random: Random): HubSecrets {
  const searchKey = given.SEARCH_KEY ?? keptKey(dataFolder, files.searchKey, random);
  const { HUB_KEY_FILE: keyFiles = null, HUB_KEY_PASSPHRASE_FILE: passphraseFile = null } = given;
  return hideSecrets({ keyFiles, passphraseFile, searchKey }, ['searchKey']);
}
