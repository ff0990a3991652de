/** The part of the configuration that tells where the hub's console is. */
import { z } from 'zod';
import type { Fault } from '../config.ts';
import { port, web } from './shapes.ts';

export interface ConsoleConfig {
  readonly port: number;
  /** Where the hub's browsers reach it; passkeys are bound to this host, and with https the cookie is Secure. */
  readonly baseUrl: string;
  /** Proxies before it, whose word about the caller's address is taken. */
  readonly proxies: number;
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
} as const;

type Given = { [Name in keyof typeof consoleSettings]?: z.infer<(typeof consoleSettings)[Name]['shape']> };

/** Passkeys work over https, and on `localhost` (an IP address cannot have any). */
export function consoleFaults({ CONSOLE_BASE_URL: own }: Given, others: readonly number[], taken: number): Fault[] {
  const faults: Fault[] = [];
  if (taken !== 0 && others.includes(taken))
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

export function consoleConfig(given: Given): ConsoleConfig {
  const at = given.CONSOLE_PORT ?? defaultPort;
  return { port: at, baseUrl: given.CONSOLE_BASE_URL ?? localBase(at), proxies: given.CONSOLE_PROXIES ?? 0 };
}

const localBase = (at: number): string => `http://localhost:${at}`;

/** The configuration with the port that the console really took. */
export function movedConsole(given: ConsoleConfig, taken: number = given.port): ConsoleConfig {
  const baseUrl = given.baseUrl === localBase(given.port) ? localBase(taken) : given.baseUrl;
  return { ...given, port: taken, baseUrl };
}
