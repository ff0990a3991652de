/**
 * Loaded into a gateway or worker of the crash run (`node --import`), never in production: names the moment before and after each write
 * that PostgreSQL commits and each request to a provider, tells a new name to the run, and kills this process with SIGKILL at a
 * moment that the run has asked for. The first process to get to one takes the wish, so that one dies and the others go on.
 * It also sets this process's clock wrong by as much as the run has asked for (`clock-<name>`, milliseconds).
 */
import { appendFileSync, readFileSync, renameSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';

const { KAMOME_CRASH_FOLDER: folder, KAMOME_CRASH_ROLE: role, KAMOME_CRASH_NAME: own } = process.env;
const pg = createRequire(`${process.cwd()}/package.json`)('pg');
/** Moments at which this process was. */
const told = new Set();

function point(name) {
  const whole = `${role} ${name}`;
  if (!told.has(whole)) appendFileSync(`${folder}/seen`, `${whole}\n`);
  told.add(whole);
  try {
    if (!readFileSync(`${folder}/wish`, 'utf8').split('\n').includes(whole)) return;
    renameSync(`${folder}/wish`, `${folder}/taken-${process.pid}`);
    appendFileSync(`${folder}/died`, `${whole}\n`);
  } catch {
    return; // nothing is wished, or another process was quicker
  }
  process.kill(process.pid, 'SIGKILL');
}

/** What a statement writes: `effect+leg+urgent_call`. */
const written = (text) =>
  [...new Set([...text.matchAll(/\b(?:insert into|update|delete from)\s+([a-z_]+)/gi)].map(([, table]) => table))]
    .filter((table) => !['set', 'skip', 'of', 'no'].includes(table))
    .sort()
    .join('+');

const { query } = pg.Client.prototype;
pg.Client.prototype.query = function (...args) {
  const text = (typeof args[0] === 'string' ? args[0] : (args[0]?.text ?? '')).trim();
  if (/^begin/i.test(text)) this.kamomeWrites = new Set();
  const isCommit = /^commit/i.test(text);
  const writes = written(text);
  if (this.kamomeWrites && writes) for (const table of writes.split('+')) this.kamomeWrites.add(table);
  const inside = this.kamomeWrites !== undefined && this.kamomeWrites !== null;
  const what = isCommit ? [...(this.kamomeWrites ?? [])].sort().join('+') : inside ? '' : writes;
  if (isCommit || /^rollback/i.test(text)) this.kamomeWrites = null;
  if (what) point(`before commit ${what}`);
  const last = args.at(-1);
  if (what && typeof last === 'function')
    args[args.length - 1] = (error, result) => {
      if (!error) point(`after commit ${what}`);
      last(error, result);
    };
  const answer = query.apply(this, args);
  if (!what || typeof answer?.then !== 'function') return answer;
  return answer.then((result) => {
    point(`after commit ${what}`);
    return result;
  });
};

/** A path without its ids. */
const plain = (path) =>
  path
    .replace(/\?.*/, '')
    .replace(/\/(AC|CA|CF|SM)[0-9a-f]{32}/g, '/$1')
    .replace(/\/[0-9a-f]{32}\.xml$/, '/n.xml')
    .replace(/\/([a-z]+_[0-9a-z]{26}|[0-9a-z]{12})(?=\/|$)/g, '/x')
    .replace(/\/\d+(?=\/|$)/g, '/n');
const { request } = http;
http.request = function (...args) {
  const options = typeof args[0] === 'object' && !(args[0] instanceof URL) ? args[0] : (args[1] ?? {});
  const name = `provider ${options.method ?? 'GET'} ${plain(String(options.path ?? ''))}`;
  point(`before ${name}`);
  const made = request.apply(this, args);
  made.prependOnceListener('response', () => point(`after ${name}`));
  return made;
};
const { fetch: plainFetch } = globalThis;
globalThis.fetch = async (input, init) => {
  const { pathname } = new URL(typeof input === 'string' ? input : (input.url ?? String(input)));
  const name = `provider ${init?.method ?? 'GET'} ${plain(pathname)}`;
  point(`before ${name}`);
  const answer = await plainFetch(input, init);
  point(`after ${name}`);
  return answer;
};

/** The machine's clock was set: everything that asks for the time of day hears another one; what counts elapsed time does not. */
const RightDate = Date;
let wrongByMs = 0;
globalThis.Date = class WrongDate extends RightDate {
  constructor(...args) {
    if (args.length === 0) super(RightDate.now() + wrongByMs);
    else super(...args);
  }
  static now() {
    return RightDate.now() + wrongByMs;
  }
};
setInterval(() => {
  try {
    wrongByMs = Number(readFileSync(`${folder}/clock-${own}`, 'utf8'));
  } catch {
    wrongByMs = 0;
  }
}, 200).unref();
