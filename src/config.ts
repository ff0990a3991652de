/**
 * Configuration: the environment over `config/<KAMOME_ENV>.json` over `config/default.json` becomes one frozen Config.
 * Everything is checked at once, so that an operator mends all faults in one go. No value of a secret is ever printed.
 */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { type ConsoleConfig, consoleConfig, consoleFaults, movedConsole } from './config/console.ts';
import { type FallbackConfig, fallbackConfig, fallbackFaults } from './config/fallback.ts';
import { type FaxConfig, faxConfig, faxContradictions, movedFax } from './config/fax.ts';
import { deepFreeze } from './config/freeze.ts';
import { type SecondCarrierConfig, secondCarrierConfig, secondCarrierFaults } from './config/second-carrier.ts';
import { readEnvironment, type Settings, settings } from './config/settings.ts';
import { readTunables, type Tunables } from './config/tunables.ts';
import * as vaultPart from './config/vault.ts';
import { type WatchConfig, watchConfig, watchFaults } from './config/watch.ts';
import { hideSecrets, keepSecret, type Random } from './embedded/secrets.ts';
import { type LogLevel, loggable } from './log.ts';

export interface Config {
  /** The name in KAMOME_ENV; `default` when there is none. */
  readonly env: string;
  /** No provider account: calls go to our own simulated exchange. */
  readonly simulated: boolean;
  readonly http: { readonly host: string; readonly port: number; readonly drainSeconds: number };
  /** Where the carrier reaches us, without a slash at the end. With port 0 see `withPorts`. */
  readonly publicBaseUrl: string;
  /** null: the embedded PostgreSQL of the data folder. */
  readonly databaseUrl: string | null;
  readonly database: {
    readonly gatewayConnections: number;
    readonly workerConnections: number;
    readonly consoleConnections: number;
  };
  /** null: the queue lives in PostgreSQL. */
  readonly redisUrl: string | null;
  /** Absolute. */
  readonly dataFolder: string;
  readonly twilio: TwilioConfig;
  /** null: calls go by the first carrier or not at all. */
  readonly secondCarrier: SecondCarrierConfig | null;
  readonly exchangePort: number;
  /** Health, readiness and metrics of a worker process; null: no door. */
  readonly workerPort: number | null;
  readonly fax: FaxConfig;
  /** null: nothing is published for the hour without us. */
  readonly fallback: FallbackConfig | null;
  readonly watch: WatchConfig;
  readonly console: ConsoleConfig;
  readonly card: { readonly pepper: Buffer; readonly costLog2: number };
  readonly vault: vaultPart.VaultConfig;
  /** PEM of the key that seals the log; null: the data folder. */
  readonly auditKeyFile: string | null;
  /** The default escalation plan, not yet checked: escalations/plan.ts knows its shape. */
  readonly plan: Readonly<Record<string, unknown>>;
  readonly queue: { readonly name: string; readonly sweepSeconds: number };
  /** At this hour in Japan attending doctors are told of the night. */
  readonly morning: { readonly hour: number };
  readonly rollCall: { readonly hour: number };
  /** At this hour in Japan the document for the hour without us is published in any case. */
  readonly evening: { readonly hour: number };
  readonly logLevel: LogLevel;
  /** What works but should not stay so; said aloud at the start. */
  readonly warnings: readonly Fault[];
}

export interface TwilioConfig {
  readonly accountSid: string;
  /** The first signs our requests; a webhook signed with any of them is genuine (rotation). */
  readonly authTokens: readonly string[];
  /** Another host that speaks Twilio's REST; null: Twilio itself. */
  readonly apiBase: string | null;
  readonly callsPerSecond: number;
  /** A static TwiML document on another host, for the hour when we cannot answer. */
  readonly fallbackUrl: string | null;
}

export interface Fault {
  /** The configuration name, or the file and key. */
  name: string;
  problem: string;
  cure: string;
}

/** Everything that is wrong with the configuration. */
export class ConfigError extends Error {
  override name = 'ConfigError';
  readonly [loggable] = true;
  readonly faults: readonly Fault[];
  constructor(faults: readonly Fault[]) {
    const lines = faults.map(({ name, problem, cure }) => `  ${name}: ${problem}. ${cure}.`);
    super(`the configuration has ${faults.length} fault${faults.length === 1 ? '' : 's'}\n${lines.join('\n')}`);
    this.faults = faults;
  }
}

export interface ConfigOptions {
  /** Folder of the JSON files; the project's own `config/` when absent. */
  folder?: string;
  random?: Random;
}

/**
 * Reads and checks the whole configuration.
 * In the embedded default it makes the secrets of the data folder at the first call and keeps them there (mode 0600).
 * @throws ConfigError with all faults.
 */
export function loadConfig(env: Record<string, string | undefined>, options: ConfigOptions = {}): Config {
  const { folder = path.resolve(import.meta.dirname, '../config'), random = randomBytes } = options;
  const faults: Fault[] = [];
  const given = readEnvironment(env, faults);
  const name = given.KAMOME_ENV ?? 'default';
  const tuned = readTunables(folder, name, faults);
  faults.push(...contradictions(given, env));
  if (given.TWILIO_ACCOUNT_SID && !given.TWILIO_API_BASE && (given.CARD_COST_LOG2 ?? tuned?.card.costLog2 ?? 16) < 14) {
    faults.push({ name: 'CARD_COST_LOG2', problem: 'is too cheap for real cards', cure: settings.CARD_COST_LOG2.cure });
  }
  const dataFolder = path.resolve(given.KAMOME_DATA ?? '.kamome');
  const isReal = Boolean(env.TWILIO_ACCOUNT_SID?.trim()) && !env.TWILIO_API_BASE?.trim();
  faults.push(...vaultPart.vaultFaults(env, isReal, dataFolder));
  if (faults.length || !tuned) throw new ConfigError(faults);
  return deepFreeze(build(name, given, tuned, dataFolder, random));
}

/**
 * What only the console and the commands that change keys read; gateway and worker never call this.
 * @throws ConfigError with all faults.
 */
export function loadHubSecrets(
  env: Record<string, string | undefined>,
  random: Random = randomBytes,
): vaultPart.HubSecrets {
  const faults: Fault[] = [];
  const given = readEnvironment(env, faults);
  faults.push(...vaultPart.hubFaults(env));
  if (faults.length) throw new ConfigError(faults);
  return vaultPart.hubSecrets(given, path.resolve(given.KAMOME_DATA ?? '.kamome'), random);
}

/** What the console process reads: neither pepper nor case key, which it must not hold. */
export type ConsoleProcessConfig = Pick<
  Config,
  | 'databaseUrl'
  | 'database'
  | 'redisUrl'
  | 'queue'
  | 'dataFolder'
  | 'publicBaseUrl'
  | 'http'
  | 'logLevel'
  | 'console'
  | 'plan'
  | 'auditKeyFile'
> & { readonly vault: Pick<vaultPart.VaultConfig, 'hubCertificate'> };

/**
 * For `npm run console`. @throws ConfigError with all faults; one of them is a secret of the night that stands in its environment.
 */
export function loadConsoleConfig(
  env: Record<string, string | undefined>,
  { folder = path.resolve(import.meta.dirname, '../config'), random = randomBytes }: ConfigOptions = {},
): ConsoleProcessConfig & { readonly hub: vaultPart.HubSecrets } {
  const faults: Fault[] = [];
  const given = readEnvironment(env, faults);
  const tuned = readTunables(folder, given.KAMOME_ENV ?? 'default', faults);
  faults.push(
    ...vaultPart.hubFaults(env),
    ...vaultPart.consoleFaults(env),
    ...consoleFaults(given, null, consoleConfig(given).port),
  );
  const { DATABASE_URL: databaseUrl } = given;
  if (faults.length || !tuned || !databaseUrl) throw new ConfigError(faults);
  const dataFolder = path.resolve(given.KAMOME_DATA ?? '.kamome');
  const config = {
    ...{ databaseUrl, database: tuned.database, redisUrl: given.REDIS_URL ?? null, queue: tuned.queue, dataFolder },
    publicBaseUrl: given.PUBLIC_BASE_URL ?? localUrl(given.PORT ?? ports.http),
    auditKeyFile: given.AUDIT_KEY_FILE ?? null,
    http: { ...tuned.http, port: given.CONSOLE_PORT ?? 0 },
    logLevel: given.LOG_LEVEL ?? ('info' as const),
    plan: tuned.plan,
    console: consoleConfig(given),
    vault: { hubCertificate: given.HUB_CERT ?? null },
    hub: vaultPart.hubSecrets(given, dataFolder, random),
  };
  return hideSecrets(config, ['databaseUrl', 'redisUrl', 'hub']);
}

/** Values that are each in order but do not go together. A name that was given but is faulty counts as given. */
function contradictions(given: Settings, env: Record<string, string | undefined>): Fault[] {
  const faults: Fault[] = [];
  const has = (name: keyof Settings): boolean => Boolean(env[name]?.trim());
  const fault = (name: keyof Settings, problem: string, cure: string = settings[name].cure): void => {
    faults.push({ name, problem, cure });
  };
  if (has('TWILIO_ACCOUNT_SID')) {
    if (!has('TWILIO_AUTH_TOKEN')) fault('TWILIO_AUTH_TOKEN', 'is missing beside TWILIO_ACCOUNT_SID');
    if (!has('PUBLIC_BASE_URL')) fault('PUBLIC_BASE_URL', 'is missing beside TWILIO_ACCOUNT_SID');
    if (!has('TWILIO_API_BASE') && given.PUBLIC_BASE_URL?.startsWith('http:')) {
      fault('PUBLIC_BASE_URL', 'must begin with https:// because PINs and card numbers come in over it');
    }
  } else {
    const orphan = (['TWILIO_AUTH_TOKEN', 'TWILIO_AUTH_TOKEN_NEXT'] as const).find(has);
    if (orphan) fault('TWILIO_ACCOUNT_SID', `is missing beside ${orphan}`);
    const clash = (given.PORT ?? ports.http) === (given.EXCHANGE_PORT ?? ports.exchange) && given.PORT !== 0;
    if (clash) fault('EXCHANGE_PORT', 'is the same as PORT', 'Give two different ports');
  }
  if (has('TWILIO_AUTH_TOKEN_NEXT') && env.TWILIO_AUTH_TOKEN_NEXT === env.TWILIO_AUTH_TOKEN) {
    fault('TWILIO_AUTH_TOKEN_NEXT', 'is the same as TWILIO_AUTH_TOKEN');
  }
  faults.push(...faxContradictions(given, has, ports.http));
  faults.push(...fallbackFaults(given, has, given.PUBLIC_BASE_URL), ...secondCarrierFaults(has), ...watchFaults(has));
  const { console: at, fax } = { console: consoleConfig(given), fax: given.FAXHOUSE_PORT ?? ports.faxhouse };
  faults.push(...consoleFaults(given, [given.PORT ?? ports.http, given.EXCHANGE_PORT ?? ports.exchange, fax], at.port));
  const { TWILIO_FALLBACK_URL: fallback, PUBLIC_BASE_URL: own } = given;
  if (fallback && own && new URL(fallback).host === new URL(own).host) {
    fault('TWILIO_FALLBACK_URL', 'is on the same host as PUBLIC_BASE_URL and would be away together with it');
  }
  return faults;
}

const ports = { http: 8080, exchange: 8081, faxhouse: 8082 } as const;
const accountFile = 'exchange-account';

function build(env: string, given: Settings, tuned: Tunables, dataFolder: string, random: Random): Config {
  const { pepper, vault, warnings } = vaultPart.vaultConfig(given, dataFolder, random);
  const simulated = !given.TWILIO_ACCOUNT_SID;
  const httpPort = given.PORT ?? ports.http;
  const exchangePort = given.EXCHANGE_PORT ?? ports.exchange;
  // Invented cards of a trial need no 64 MiB each: its first start derives the whole example within seconds.
  const usualCost = simulated ? tuned.card.simulatedCostLog2 : tuned.card.costLog2;
  const config: Config = {
    env,
    simulated,
    http: { ...tuned.http, port: httpPort },
    publicBaseUrl: given.PUBLIC_BASE_URL ?? localUrl(httpPort),
    databaseUrl: given.DATABASE_URL ?? null,
    database: tuned.database,
    redisUrl: given.REDIS_URL ?? null,
    dataFolder,
    twilio: hideSecrets(twilioConfig(given, exchangePort, dataFolder, random), ['authTokens']),
    secondCarrier: secondCarrierConfig(given),
    exchangePort,
    workerPort: given.WORKER_PORT ?? null,
    console: consoleConfig(given),
    fax: faxConfig(given, { dataFolder, random, warnings, isReal: !simulated && !given.TWILIO_API_BASE }),
    card: hideSecrets({ pepper, costLog2: given.CARD_COST_LOG2 ?? usualCost }, ['pepper']),
    vault,
    auditKeyFile: given.AUDIT_KEY_FILE ?? null,
    plan: tuned.plan,
    queue: tuned.queue,
    morning: tuned.morning,
    rollCall: tuned.rollCall,
    fallback: fallbackConfig(given),
    watch: watchConfig(given, tuned.watch),
    evening: tuned.evening,
    logLevel: given.LOG_LEVEL ?? 'info',
    warnings,
  };
  return hideSecrets(config, ['databaseUrl', 'redisUrl']);
}

function twilioConfig(given: Settings, exchangePort: number, dataFolder: string, random: Random): TwilioConfig {
  const fallbackUrl = given.TWILIO_FALLBACK_URL ?? null;
  const accountSid = given.TWILIO_ACCOUNT_SID;
  if (accountSid) {
    const tokens = [given.TWILIO_AUTH_TOKEN, given.TWILIO_AUTH_TOKEN_NEXT].filter((text) => text !== undefined);
    const callsPerSecond = given.TWILIO_CALLS_PER_SECOND ?? 1; // what a new account is allowed
    return { accountSid, authTokens: tokens, apiBase: given.TWILIO_API_BASE ?? null, callsPerSecond, fallbackUrl };
  }
  // Kept in the data folder, so that gateway, worker and exchange agree also when they are started apart.
  const make = (): string => `AC${random(16).toString('hex')} ${random(16).toString('hex')}`;
  const [sid = '', authToken = ''] = keepSecret(dataFolder, accountFile, make).split(' ');
  const apiBase = given.TWILIO_API_BASE ?? localUrl(exchangePort);
  const callsPerSecond = given.TWILIO_CALLS_PER_SECOND ?? 50;
  return { accountSid: sid, authTokens: [authToken], apiBase, callsPerSecond, fallbackUrl };
}

const localUrl = (at: number): string => `http://127.0.0.1:${at}`;

/** The configuration with the ports really taken, where port 0 had asked for any free one. */
export function withPorts(
  config: Config,
  taken: { http?: number; exchange?: number; faxhouse?: number; console?: number },
): Config {
  const { http = config.http.port, exchange = config.exchangePort } = taken;
  const moved = (url: string, from: number, to: number): string => (url === localUrl(from) ? localUrl(to) : url);
  const { apiBase } = config.twilio;
  const twilio = { ...config.twilio, apiBase: apiBase && moved(apiBase, config.exchangePort, exchange) };
  const changed: Config = {
    ...config,
    http: { ...config.http, port: http },
    exchangePort: exchange,
    fax: movedFax(config.fax, taken.faxhouse),
    console: movedConsole(config.console, taken.console),
    publicBaseUrl: moved(config.publicBaseUrl, config.http.port, http),
    twilio: hideSecrets(twilio, ['authTokens']),
  };
  return deepFreeze(hideSecrets(changed, ['databaseUrl', 'redisUrl']));
}

/** The configuration with the address of the embedded database that was started for it. */
export const withDatabase = (config: Config, databaseUrl: string): Config =>
  deepFreeze(hideSecrets({ ...config, databaseUrl, redisUrl: config.redisUrl }, ['databaseUrl', 'redisUrl']));
