import type { Request } from 'express';
import { Refusal, type RefusalName } from '../errors.ts';

/** Reads the form or query fields of a REST request, and refuses what Twilio refuses. */

type Fields = Record<string, unknown>;

export const bodyOf = (request: Request): Fields => (request.body as Fields | undefined) ?? {};

/** A field's text, or undefined when absent or empty. */
export function text(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  const single = Array.isArray(value) ? value[0] : value;
  return typeof single === 'string' && single !== '' ? single : undefined;
}

/** All values of a repeated field; a value may itself hold several, separated by spaces. */
export function texts(fields: Fields, name: string): string[] {
  const value = fields[name];
  const list = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return list.flatMap((each) => String(each).split(/\s+/)).filter(Boolean);
}

/** An http(s) URL without an underscore in its host (Twilio refuses those). */
export function url(fields: Fields, name: string, refusal: RefusalName): string | undefined {
  const value = text(fields, name);
  if (value === undefined) return undefined;
  try {
    const { protocol, hostname } = new URL(value);
    if ((protocol === 'http:' || protocol === 'https:') && !hostname.includes('_')) return value;
  } catch {
    // falls through to the refusal
  }
  throw new Refusal(refusal, `${name} "${value}"`);
}

export function method(fields: Fields, name: string): 'GET' | 'POST' {
  const value = text(fields, name)?.toUpperCase() ?? 'POST';
  if (value === 'GET' || value === 'POST') return value;
  throw new Refusal('invalidParameter', `${name} must be GET or POST`);
}

export function integer(fields: Fields, name: string, least: number, most: number): number | undefined {
  const value = text(fields, name);
  if (value === undefined) return undefined;
  const number = Number(value);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new Refusal('invalidParameter', `${name} must be a whole number from ${least} to ${most}, not "${value}"`);
}

export function flag(fields: Fields, name: string): boolean | undefined {
  const value = text(fields, name)?.toLowerCase();
  if (value === undefined) return undefined;
  if (value === 'true' || value === 'false') return value === 'true';
  throw new Refusal('invalidParameter', `${name} must be true or false, not "${value}"`);
}

export function oneOf<const T extends string>(fields: Fields, name: string, allowed: readonly T[]): T | undefined {
  const value = text(fields, name);
  if (value === undefined) return undefined;
  const found = allowed.find((each) => each === value);
  if (found === undefined)
    throw new Refusal('invalidParameter', `${name} "${value}" is not one of ${allowed.join(', ')}`);
  return found;
}

const e164 = /^\+[1-9]\d{6,14}$/;
export const isE164 = (number: string): boolean => e164.test(number);

/** The reports asked for by a call (`StatusCallback…`), or null. */
export function callReports(fields: Fields) {
  const address = url(fields, 'StatusCallback', 'statusCallbackInvalid');
  const events = texts(fields, 'StatusCallbackEvent');
  const stranger = events.find((event) => !callEvents.includes(event));
  if (stranger)
    throw new Refusal('invalidParameter', `StatusCallbackEvent "${stranger}" is not one of ${callEvents.join(', ')}`);
  if (!address) return null;
  return {
    url: address,
    method: method(fields, 'StatusCallbackMethod'),
    events: new Set(events.length > 0 ? events : ['completed']),
    sequence: 0,
  };
}
const callEvents = ['initiated', 'ringing', 'answered', 'completed'];
