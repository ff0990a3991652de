/** From the configuration to the keys of a process: the hub's certificate for all, its private key for the console alone. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { HubSecrets } from '../config/vault.ts';
import type { Config } from '../config.ts';
import { keepSecret, type Random, readSecret } from '../embedded/secrets.ts';
import type { CardDeriver } from '../lib/card.ts';
import type { Clock } from '../lib/clock.ts';
import { OperatorError } from '../log.ts';
import { pepperIdOf } from './card-copy.ts';
import type { HubVault, NightVault, VaultContext } from './context.ts';
import { bothHubKeys, type HubCertificate, type HubKeys, loadHubCertificate, makeHub, openHub } from './hub.ts';

type KeyConfig = Pick<Config, 'vault' | 'dataFolder' | 'card'>;

const certificateFile = 'hub-cert.pem';
const passphraseFile = 'hub-key-passphrase';
const keyFileOf = (certificate: HubCertificate): string => `hub-key-${certificate.id}.p12`;
const trialYears = 10;

/** What gateway and worker are handed. @throws OperatorError when the certificate cannot be read. */
export function openNightVault(
  config: KeyConfig,
  parts: Pick<VaultContext, 'db' | 'clock' | 'ids' | 'random'> & { cards: Pick<CardDeriver, 'derive'> },
): NightVault {
  const hub = openHubCertificate(config, parts);
  return { ...parts, hub, pepperId: pepperIdOf(config.card.pepper), caseKey: config.vault.caseKey };
}

/** What the console is handed. @throws OperatorError when a file is missing or a passphrase is not its own. */
export function openHubVault(
  config: { vault: Pick<Config['vault'], 'hubCertificate'>; dataFolder: string },
  secrets: HubSecrets,
  parts: Pick<VaultContext, 'db' | 'clock' | 'ids' | 'random'>,
): HubVault {
  const hub = openHubCertificate(config, parts);
  const hubKeys = openHubKeys(secrets, hub, config.dataFolder);
  if (!hubKeys.keys.some(({ certificate }) => certificate.id === hub.id))
    throw new OperatorError(
      'HUB_KEY_FILE holds no key for HUB_CERT: what is sealed tonight could not be read tomorrow',
    );
  return { ...parts, hub, hubKeys };
}

/**
 * The certificate of the configuration; in the embedded default that of the data folder, made at the first call together with
 * its key (a second or two).
 */
export function openHubCertificate(
  { vault, dataFolder }: { vault: Pick<Config['vault'], 'hubCertificate'>; dataFolder: string },
  { clock, random }: { clock: Pick<Clock, 'now'>; random: Random },
): HubCertificate {
  const given = vault.hubCertificate;
  if (given !== null) return loadHubCertificate(given.startsWith('-----BEGIN') ? given : readText('HUB_CERT', given));
  const known = readSecret(dataFolder, certificateFile);
  return loadHubCertificate(known ?? makeTrialHub(dataFolder, clock.now(), random));
}

/**
 * The key is there before the certificate that names it, so that nothing is ever sealed to a key that nobody has; of two
 * processes that start together one certificate wins, and the other's key goes.
 */
function makeTrialHub(dataFolder: string, at: Date, random: Random): string {
  const passphrase = keepSecret(dataFolder, passphraseFile, () => random(24).toString('hex'));
  const made = makeHub({ name: 'Kamome trial', at, years: trialYears, passphrase }, random);
  const keyFile = path.join(dataFolder, keyFileOf(loadHubCertificate(made.certificate)));
  writeFileSync(keyFile, made.p12, { mode: 0o600, flag: 'wx' });
  const kept = keepSecret(dataFolder, certificateFile, () => made.certificate.trim());
  if (kept !== made.certificate.trim()) rmSync(keyFile);
  return kept;
}

/** @throws OperatorError when a file is missing, or there are fewer passphrases than key files. */
export function openHubKeys(secrets: HubSecrets, hub: HubCertificate, dataFolder: string): HubKeys {
  const files = secrets.keyFiles ?? [path.join(dataFolder, keyFileOf(hub))];
  const from = secrets.passphraseFile ?? path.join(dataFolder, passphraseFile);
  const passphrases = readText('HUB_KEY_PASSPHRASE_FILE', from).split('\n').filter(Boolean);
  const keys = files.map((file, place) => {
    const passphrase = passphrases[place];
    if (!passphrase)
      throw new OperatorError(`HUB_KEY_PASSPHRASE_FILE needs ${files.length} lines, one for each key file`);
    return openHub(readBytes('HUB_KEY_FILE', file), passphrase.trim());
  });
  return keys.reduce(bothHubKeys);
}

const readText = (name: string, file: string): string => readBytes(name, file).toString('utf8');

function readBytes(name: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new OperatorError(`${name}: ${file} cannot be read`, { cause });
  }
}

/**
 * Makes the hub's files in a folder of its own, mode 0600: hub-cert.pem, hub-key.p12, hub-key-passphrase.
 * @throws OperatorError when one is there already: a key that is overwritten is lost with everything sealed to it.
 */
export function writeNewHub(
  folder: string,
  { name, at, years }: { name: string; at: Date; years: number },
  random: Random,
): HubCertificate {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const names = ['hub-cert.pem', 'hub-key.p12', 'hub-key-passphrase'] as const;
  const taken = names.map((file) => path.join(folder, file)).find((file) => existsSync(file));
  if (taken) throw new OperatorError(`${taken} is there already, and is not overwritten: give another folder`);
  const passphrase = random(24).toString('hex');
  const { certificate, p12 } = makeHub({ name, at, years, passphrase }, random);
  const contents = [certificate, p12, `${passphrase}\n`];
  for (const [place, file] of names.entries())
    writeFileSync(path.join(folder, file), contents[place] ?? '', { mode: 0o600, flag: 'wx' });
  return loadHubCertificate(certificate);
}
