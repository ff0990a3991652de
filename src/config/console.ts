/** The part of the configuration that tells where the hub's console is. */
import { z } from 'zod';
import type { Fault } from '../config.ts';
import { hideSecrets } from '../embedded/secrets.ts';
import { port, token, web } from './shapes.ts';

export interface ConsoleConfig {
  readonly port: number;
  /** Where the hub's browsers reach it; passkeys are bound to this host, and with https the cookie is Secure. */
  readonly baseUrl: string;
  /** Proxies before it, whose word about the caller's address is taken. */
  readonly proxies: number;
  /** Another system that people may sign in with (OpenID Connect); null: none. */
  readonly oidc: { readonly issuer: string; readonly clientId: string; readonly clientSecret: string } | null;
}

const defaultPort = 8083;

export const consoleSettings = {
  CONSOLE_PORT: { shape: port, cure: 'Give a port from 0 (any free one) to 65535, or leave it out for 8083' },
  CONSOLE_BASE_URL: {
    shape: web.refine((text) => !URL.canParse(text) || new URL(text).pathname === '/', 'must not have a path'),
    cure: 'Give the address of the console in the browsers of the hub, for example https://desk.example.jp',
  },
  CONSOLE_PROXIES: {
    shape: z.coerce.number('must be a number').int().min(0).max(5),
    cure: 'Give the number of proxies between browser and console, or leave it out for none',
  },
  OIDC_ISSUER: {
    shape: web,
    cure: 'Give the address of the OpenID provider, or leave out all three: people then sign in here only',
  },
  OIDC_CLIENT_ID: { shape: z.string(), cure: "Copy it from the provider's page" },
  OIDC_CLIENT_SECRET: { shape: token, cure: "Copy it from the provider's page" },
} as const;

type Given = { [Name in keyof typeof consoleSettings]?: z.infer<(typeof consoleSettings)[Name]['shape']> };

/**
 * Passkeys work over https, and on `localhost` (an IP address cannot have any).
 * @param others ports that are taken already; null: the console runs apart, where any free one will not do.
 */
export function consoleFaults(given: Given, others: readonly number[] | null, taken: number): Fault[] {
  const faults: Fault[] = oidcFaults(given);
  const { CONSOLE_BASE_URL: own } = given;
  const isAny = taken === 0; // good in the all-in-one start, which learns the port before it says where to go
  if (isAny && !others)
    faults.push({
      name: 'CONSOLE_PORT',
      problem: 'must not be 0 for the console apart: links and passkeys need its address',
      cure: 'Give a port of its own',
    });
  else if (!isAny && others?.includes(taken))
    faults.push({
      name: 'CONSOLE_PORT',
      problem: 'is the same as PORT, EXCHANGE_PORT or FAXHOUSE_PORT',
      cure: 'Give different ports',
    });
  if (own?.startsWith('http:') && new URL(own).hostname !== 'localhost')
    faults.push({
      name: 'CONSOLE_BASE_URL',
      problem: 'must begin with https:// (or be http://localhost for a trial): passkeys and session cookies need it',
      cure: consoleSettings.CONSOLE_BASE_URL.cure,
    });
  return faults;
}

function oidcFaults(given: Given): Fault[] {
  const names = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'] as const;
  const there = names.find((name) => given[name] !== undefined);
  const { OIDC_ISSUER: issuer } = given;
  const faults = names
    .filter((name) => there && given[name] === undefined)
    .map((name) => ({ name, problem: `is missing beside ${there}`, cure: consoleSettings[name].cure }));
  const isBare = issuer?.startsWith('http:') && !['localhost', '127.0.0.1'].includes(new URL(issuer).hostname);
  const problem = 'must begin with https://';
  return isBare ? [...faults, { name: 'OIDC_ISSUER', problem, cure: consoleSettings.OIDC_ISSUER.cure }] : faults;
}

export function consoleConfig(given: Given): ConsoleConfig {
  const at = given.CONSOLE_PORT ?? defaultPort;
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = given;
  const oidc =
    issuer && clientId && clientSecret ? hideSecrets({ issuer, clientId, clientSecret }, ['clientSecret']) : null;
  return { port: at, baseUrl: given.CONSOLE_BASE_URL ?? localBase(at), proxies: given.CONSOLE_PROXIES ?? 0, oidc };
}

const localBase = (at: number): string => `http://localhost:${at}`;

/** The configuration with the port that the console really took. */
export function movedConsole(given: ConsoleConfig, taken: number = given.port): ConsoleConfig {
  const baseUrl = given.baseUrl === localBase(given.port) ? localBase(taken) : given.baseUrl;
  return { ...given, port: taken, baseUrl };
}
