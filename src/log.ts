/**
 * The log: one JSON line per event, made of permitted fields only. Whatever else is handed in is dropped and counted, so that
 * a name, a card number or a phone cannot reach the log by a slip (product.md, rule 8).
 */
import path from 'node:path';
import { type DestinationStream, pino } from 'pino';
import type { Clock } from './lib/clock.ts';
import { idPattern } from './lib/ids.ts';

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** Every field that may be logged. `error` may be anything that was thrown; see `describeError`. */
export type LogFields = Partial<
  Record<IdField, string | null> &
    Record<WordField, string | number | null> &
    Record<NumberField, number | null> &
    Record<'ok', boolean> &
    Record<'url' | 'phone' | 'folder' | 'file', string | null> & { error: unknown }
>;

type IdField = (typeof idFields)[number];
type WordField = (typeof wordFields)[number];
type NumberField = (typeof numberFields)[number];

/** Opaque ids of ours or of the carrier; anything of another shape in them is dropped. */
const idFields = [
  'associationId',
  'areaId',
  'facilityId',
  'hospitalId',
  'doctorId',
  'patientId',
  'phoneId',
  'caseId',
  'legId',
  'bedRequestId',
  'holdId',
  'effectId',
  'auditId',
  'faxId',
  'destinationId',
  'incidentId',
  'requestId',
  'roundId',
  'disclosureId',
  'callbackId',
  'pageId',
  'callSid',
  'jobId',
] as const;
/** Words of the program, never of a person: `ringing`, `place_call`, `21211`. */
const wordFields = ['kind', 'state', 'code', 'job', 'part', 'reason', 'cause', 'signal', 'name', 'version'] as const;
const numberFields = ['ms', 'seconds', 'count', 'attempt', 'status', 'port', 'pid', 'exchangePort', 'dropped'] as const;

export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  /** Fields dropped so far because they are not permitted, by field name. */
  readonly dropped: ReadonlyMap<string, number>;
}

export interface LogOptions {
  /** Where the lines go; standard output when absent. */
  destination?: DestinationStream;
  clock?: Clock;
  /** Which process this is (`gateway`, `worker`); on every line. */
  process?: string;
}

/** Makes the log of a process. `level`: nothing below it is written. */
export function createLog(level: LogLevel, options: LogOptions = {}): Log {
  const { clock, destination, process: processName } = options;
  const writer = pino(
    {
      level,
      base: processName ? { process: processName } : {},
      messageKey: 'event',
      timestamp: () => `,"at":"${(clock?.now() ?? new Date()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination ?? pino.destination({ dest: 1, sync: true }), // sync: the last line before a crash is the one that matters
  );
  const dropped = new Map<string, number>();
  const drop = (field: string): void => {
    // The names come from code, but a slip may pass a whole record: bounded, and never the value.
    const name = dropped.has(field) || (dropped.size < 100 && isWord(field)) ? field : 'other';
    dropped.set(name, (dropped.get(name) ?? 0) + 1);
  };
  const write = (method: 'debug' | 'info' | 'warn' | 'error', event: string, fields: LogFields): void => {
    if (!writer.isLevelEnabled(method)) return;
    const known = /^[a-z][a-z0-9_]{0,63}$/.test(event);
    if (!known) drop('event');
    writer[method](permitted(fields, method === 'error', drop), known ? event : 'event_name_refused');
  };
  return {
    debug: (event, fields = {}) => write('debug', event, fields),
    info: (event, fields = {}) => write('info', event, fields),
    warn: (event, fields = {}) => write('warn', event, fields),
    error: (event, fields = {}) => write('error', event, fields),
    dropped,
  };
}

function permitted(fields: object, withStack: boolean, drop: (field: string) => void): Record<string, unknown> {
  const line: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const clean = cleaners.get(field)?.(value, withStack);
    if (clean === undefined) drop(field);
    else line[field] = clean;
  }
  return line;
}

type Cleaner = (value: unknown, withStack: boolean) => unknown;

const isWord = (value: unknown): boolean =>
  typeof value === 'string' && /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/.test(value) && !/\d{7}/.test(value);
const isId = (value: string): boolean => idPattern.test(value) || /^[A-Z]{2}[0-9a-f]{32}$/.test(value);

const orNull =
  (clean: Cleaner): Cleaner =>
  (value, withStack) =>
    value === null ? null : clean(value, withStack);

const cleaners = new Map<string, Cleaner>([
  ...idFields.map((name) => [name, orNull((value) => (isId(String(value)) ? value : undefined))] as const),
  ...wordFields.map((name) => [name, orNull(cleanWord)] as const),
  ...numberFields.map((name) => [name, orNull((value) => (typeof value === 'number' ? value : undefined))] as const),
  ['ok', (value) => (typeof value === 'boolean' ? value : undefined)],
  ['url', orNull(cleanUrl)],
  ['phone', orNull((value) => (typeof value === 'string' ? maskPhone(value) : undefined))],
  ['folder', orNull(cleanPath)],
  ['file', orNull(cleanPath)],
  ['error', (value, withStack) => describeError(value, withStack)],
]);

function cleanWord(value: unknown): unknown {
  if (typeof value === 'number') return Math.abs(value) < 1e6 ? value : undefined; // a longer one is a phone or a card
  if (typeof value === 'string' && /^\d{1,6}$/.test(value)) return value;
  return isWord(value) ? value : undefined;
}

/** Our own addresses: no user, no password, no query, no fragment; ids in the path are opaque. */
function cleanUrl(value: unknown): string | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined;
  const { protocol, host, pathname } = new URL(value);
  return `${protocol}//${host}${pathname}`;
}

/** A whole path of this machine's operator: folders hold no patient data, but long digit runs are masked all the same. */
function cleanPath(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= 500 && path.isAbsolute(value) ? maskDigits(value) : undefined;
}

/** `+81451234567` → `+81******67`: enough to recognise one's own phone, too little to ring it. */
export function maskPhone(phone: string): string {
  return /^\+\d{7,15}$/.test(phone) ? `${phone.slice(0, 3)}******${phone.slice(-2)}` : '******';
}

const maskDigits = (text: string): string => text.replace(/\d(?:[ -]?\d){6,}/g, '******');

/** Classes whose messages we write ourselves, without data of a person, carry this mark and are logged in words. */
export const loggable: unique symbol = Symbol.for('kamome.loggable');

/** An error for the operator: what failed, and what to check. The message may contain nothing of a patient. */
export class OperatorError extends Error {
  override name = 'OperatorError';
  readonly [loggable] = true;
}

/**
 * What may be said about something thrown. The words of a foreign error (a driver, a parser) often quote the value that did
 * not fit, so of those only name, code and the places in the code remain.
 */
export function describeError(error: unknown, withStack: boolean, depth = 0): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  const code = cleanWord('code' in error ? error.code : undefined);
  const frames = withStack ? framesOf(error) : '';
  const goOn = error.cause !== undefined && depth < 5;
  return {
    name: isWord(error.name) ? error.name : 'Error',
    ...(code === undefined ? {} : { code }),
    ...(loggable in error ? { message: maskDigits(error.message) } : {}),
    ...(frames ? { stack: frames } : {}),
    ...(goOn ? { cause: describeError(error.cause, withStack, depth + 1) } : {}),
  };
}

/** Only the lines `    at …`: the head of a stack repeats the message. */
function framesOf(error: Error): string {
  const head = error.message ? (error.stack ?? '').split(error.message).at(-1) : error.stack;
  const frames = (head ?? '').split('\n').filter((line) => /^\s+at .*(:\d+:\d+\)?|<anonymous>\)?)$/.test(line));
  return maskDigits(
    frames
      .slice(0, 20)
      .map((line) => line.trim())
      .join('\n'),
  );
}
