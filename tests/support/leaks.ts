/**
 * Watches a whole test process for what must never leave (product.md, rule 8): secrets and patient data in a log line, a URL, a queue
 * job, a metric or a request to a provider. Whoever imports it (each world does) has every test of its process watched: after each
 * test what was found makes it fail. Real HTTP is seen where it arrives, at every server of the process; what processes that a test
 * starts, a Redis and a database say is brought here by leaks-outside.ts.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { withCardCheckDigits } from '../../src/lib/check-digits.ts';
import { idPattern } from '../../src/lib/ids.ts';
import { createLog, type Log } from '../../src/log.ts';
import { isProviderUrl, watchRequests } from './watch-requests.ts';

const places = ['log', 'url', 'job', 'metric', 'provider request'] as const;
export type Place = (typeof places)[number];

interface Watch extends Report {
  /** Text → what it is. */
  secrets: Map<string, string>;
  /** The same of digits. */
  numbers: Map<string, string>;
  /** What made a test fail. */
  hits: number;
}

/** One for the process: mocha may load this file a second time (first by require, then by import). */
const shared = globalThis as { kamomeLeakWatch?: Watch };
const isFirst = shared.kamomeLeakWatch === undefined;
shared.kamomeLeakWatch ??= {
  secrets: new Map(),
  numbers: new Map(),
  found: [],
  watched: { log: 0, url: 0, job: 0, metric: 0, 'provider request': 0 },
  hits: 0,
};
const { secrets, numbers, found } = shared.kamomeLeakWatch;
/** How much was looked at, by place: a watch that sees nothing proves nothing. */
export const { watched } = shared.kamomeLeakWatch;

/** From now on this text may stand nowhere. `what` is told instead of it when it is found. */
export function keepSecret(what: string, text: string): void {
  if (text.length >= 3) (/^\d+$/.test(text) ? numbers : secrets).set(text, what);
}

/** A key, in every spelling in which one is written down. */
export function keepKeySecret(what: string, key: Uint8Array): void {
  for (const encoding of ['hex', 'base64', 'base64url'] as const)
    keepSecret(what, Buffer.from(key).toString(encoding).replace(/=+$/, ''));
}

/** Looks at a text that leaves; what is found is told after the test. */
export function inspect(place: Place, text: string): void {
  watched[place]++;
  found.push(...leaksIn(place, text).map((what) => `${what} in a ${place}: ${text.slice(0, 300)}`));
}

/** What of all that is secret stands in a text, plainly or percent-encoded. */
export function leaksIn(place: Place, text: string): string[] {
  const plain = decoded(text);
  const named = [...secrets].filter(([secret]) => plain.includes(secret)).map(([, what]) => what);
  // Digits count only as a number of their own; looked up, for a run with many patients has many cards.
  const known = (plain.match(/(?<![0-9A-Za-z])\d+(?![0-9A-Za-z])/g) ?? []).flatMap((run) => numbers.get(run) ?? []);
  // The twelve digits of a telephone of ours (+81 90 …) are a card's by chance, one time in a hundred.
  const fours = [...plain.matchAll(/(?<!\+(?=81)|[0-9A-Za-z])(\d{4})[- ]?(\d{4})[- ]?(\d{4})(?![0-9A-Za-z])/g)];
  const cards = fours.filter(([, ...parts]) => isCard(parts.join(''))).map(() => 'a card number');
  const phones = place === 'provider request' || isProviderUrl(text) ? [] : (plain.match(anyPhone) ?? []);
  return [...new Set([...named, ...known, ...cards, ...phones.map(() => 'a telephone number')])];
}

/** The log of a test: everything at every level is looked at, `complaints` gets the lines from warn on. */
export function watchedLog(complaints: string[]): Log {
  const write = (line: string): void => {
    inspect('log', line);
    if (/"level":"(warn|error|fatal)"/.test(line)) complaints.push(line.trim());
  };
  return createLog('trace', { destination: { write } });
}

/** What /metrics shows, line by line. @returns how many numbers. */
export function inspectNumbers(shown: string): number {
  const lines = shown.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  for (const line of lines) inspect('metric', line);
  return lines.length;
}

/** A wake-up carries the name of a job and an opaque id (or one word of the program), nothing else. */
export function inspectJob(job: string, id: string): void {
  inspect('job', `${job} ${id}`);
  if (!/^[a-z-]+$/.test(job) || !(idPattern.test(id) || /^[a-z]+$/.test(id)))
    found.push(`a job that is no opaque id: ${job} ${id}`);
}

/** What was found since the last time. */
export function takeLeaks(): string[] {
  return found.splice(0);
}

/** What the watch of one process tells that of another. */
export interface Report {
  found: string[];
  watched: Record<Place, number>;
}

/** Since the last time. */
export function takeReport(): Report {
  const report = { found: takeLeaks(), watched: { ...watched } };
  for (const place of places) watched[place] = 0;
  return report;
}

export function addReport(report: Report): void {
  found.push(...report.found);
  for (const place of places) watched[place] += report.watched[place];
}

const anyPhone = /(?<![0-9A-Za-z])(\+81\d{9,10}|0\d{1,3}-\d{2,4}-\d{4})(?![0-9])/g;
const isCard = (number: string): boolean =>
  number[0]! >= '5' && number[0]! <= '8' && withCardCheckDigits(number.slice(0, 10)) === number;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', '%2B')).normalize('NFKC');
  } catch {
    return text.normalize('NFKC');
  }
}

/** The example ward's patients and everybody's secret digits, in the spellings in which a careless line would hold them. */
function keepExampleSecret(): void {
  const folder = path.resolve(import.meta.dirname, '../../config/examples/nishi');
  const lists = parse(readFileSync(path.join(folder, 'patients.csv')), { columns: true, bom: true });
  for (const row of lists as Record<string, string>[])
    keepSecret('a card number', (row.患者登録番号 ?? '').replaceAll('-', ''));
  const night = JSON.parse(readFileSync(path.join(folder, 'night.json'), 'utf8')) as { pins: Record<string, string> };
  for (const pin of Object.values(night.pins)) keepSecret('a PIN', pin);
  for (const file of readdirSync(path.join(folder, 'records')))
    keepPersonSecret(JSON.parse(readFileSync(path.join(folder, 'records', file), 'utf8')).registration);
}

/** Name, kana, birth date, address and telephones of somebody, as a draft says them. */
export function keepPersonSecret(person: {
  name?: string;
  nameKana: string;
  birth: string;
  address: string;
  tel: { e164: string }[];
}): void {
  for (const name of [person.name ?? '', person.nameKana]) {
    const parts = name.normalize('NFKC').split(/\s+/).filter(Boolean);
    if (parts.length > 1) for (const between of ['', ' ']) keepSecret('a patient’s name', parts.join(between));
  }
  keepSecret('a birth date', person.birth.normalize('NFKC'));
  keepSecret('an address', person.address.normalize('NFKC'));
  for (const { e164 } of person.tel) {
    keepSecret('a patient’s telephone', e164);
    keepSecret('a patient’s telephone', e164.replaceAll('-', ''));
    keepSecret('a patient’s telephone', e164.replaceAll('-', '').replace(/^0/, '+81'));
  }
}

function failOnLeaks(): void {
  const leaks = takeLeaks();
  shared.kamomeLeakWatch!.hits += leaks.length;
  if (leaks.length > 0) throw new Error(`leaked:\n${leaks.join('\n')}`);
}

if (isFirst) {
  keepExampleSecret();
  watchRequests(inspect);
  // Imported by a test file, this becomes a hook of mocha's root suite.
  if (typeof afterEach === 'function') {
    afterEach('nothing has leaked', failOnLeaks);
    after('nothing has leaked at the end', failOnLeaks); // what ended with the tests has said its last words
    after('what was watched', () => console.log(`  watched for leaks: ${JSON.stringify(watched)}`));
  }
}
