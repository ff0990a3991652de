/**
 * `npm test`: everything, group by group, each group in a process of its own. The last line is `N passed, N failed`.
 *
 *   --only unit,platform   these groups only (`check` is format, lint and types)
 *   --grep <text>          these tests only
 */
import { type StdioOptions, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startTestServer, type TestServer } from './support/postgres.ts';
import { findChromium, type Need, prepare } from './support/prerequisites.ts';

interface Group {
  name: string;
  /** Folder or file below tests/. */
  where: string;
  /** Default of one test; a test may allow itself more. */
  testSeconds: number;
  /** Of the whole group; then it is ended and has failed. */
  groupSeconds: number;
  needs: readonly Need[];
  usesDatabase: boolean;
  /** In a network with nothing but loopback, and a process tree that ends with it: its programs bind every address. Needs root. */
  isInOwnNetwork?: boolean;
  /** Files at once, each in a process. */
  filesAtOnce?: number;
  /** Needs all processors: comes when the others are done. */
  isAlone?: boolean;
  /** Only when it is named, by the command given here: it plays in real time and wants the machine for itself. */
  ownCommand?: string;
}

/** Groups at once: most of what they do is waiting for a database, a browser or a second to pass. */
const lanes = 2;

const usual = { testSeconds: 10, groupSeconds: 600, needs: [], usesDatabase: true } as const;

/** In this order: what is quick and tells most comes first. A folder that is not named here becomes a group by itself. */
const table: readonly Group[] = [
  { ...usual, name: 'unit', where: 'rules', groupSeconds: 300, usesDatabase: false },
  { ...usual, name: 'platform', where: 'platform', needs: ['redis'] },
  { ...usual, name: 'docker', where: 'docker.test.ts', usesDatabase: false },
  {
    ...usual,
    name: 'processes',
    where: 'processes',
    testSeconds: 240,
    groupSeconds: 1800,
    needs: ['redis'],
  },
  {
    ...usual,
    name: 'fax-line',
    where: 'fax-line',
    testSeconds: 320,
    groupSeconds: 1200,
    needs: ['modems'],
    usesDatabase: false, // it starts its own in there
    isInOwnNetwork: true,
    filesAtOnce: 3,
    ownCommand: 'npm run test:fax-line',
  },
  { ...usual, name: 'exchange', where: 'exchange', usesDatabase: false },
  { ...usual, name: 'lists', where: 'lists' },
  { ...usual, name: 'audit', where: 'audit' },
  { ...usual, name: 'vault', where: 'vault', testSeconds: 60, groupSeconds: 900 },
  { ...usual, name: 'patients', where: 'patients', testSeconds: 60 },
  { ...usual, name: 'pages', where: 'pages', testSeconds: 60, usesDatabase: false },
  { ...usual, name: 'faxhouse', where: 'faxhouse', testSeconds: 60 },
  { ...usual, name: 'fax', where: 'fax', testSeconds: 60 },
  { ...usual, name: 'paper', where: 'paper', testSeconds: 60, usesDatabase: false },
  { ...usual, name: 'sealed-page', where: 'sealed-page', testSeconds: 60, usesDatabase: false },
  { ...usual, name: 'disclosures', where: 'disclosures', testSeconds: 60 },
  { ...usual, name: 'inbox', where: 'inbox', testSeconds: 60 },
  { ...usual, name: 'stories', where: 'stories', testSeconds: 60, groupSeconds: 1200 },
  { ...usual, name: 'console', where: 'console', testSeconds: 60, groupSeconds: 1800, needs: ['chromium', 'fonts'] },
  { ...usual, name: 'browser', where: 'browser', testSeconds: 60, needs: ['chromium', 'fonts'] },
  { ...usual, name: 'nights', where: 'nights', testSeconds: 600, groupSeconds: 900, usesDatabase: false },
  { ...usual, name: 'crash', where: 'crash', testSeconds: 300, groupSeconds: 900, needs: ['redis'], isAlone: true },
  { ...usual, name: 'proofs', where: 'proofs', testSeconds: 120, groupSeconds: 1800, needs: ['redis'], isAlone: true },
];
const further = { ...usual, testSeconds: 60, groupSeconds: 900, needs: ['redis', 'chromium', 'fonts'] } as const;

/** Not mocha, but counted like tests: whether the code is as it should be before it runs. */
const checks: readonly { name: string; program: string; args: string[] }[] = [
  { name: 'format and lint', program: '@biomejs/biome/bin/biome', args: ['ci', '.'] },
  { name: 'types', program: 'typescript/bin/tsc', args: ['--noEmit'] },
  { name: 'types of the pages', program: 'typescript/bin/tsc', args: ['--noEmit', '-p', 'src/console/web'] },
];

interface Result {
  name: string;
  /** How long it took, by the clock. */
  seconds?: number;
  passed: number;
  failed: number;
  /** Failing tests, by their full titles, with the first of what they said. */
  failing?: string[];
  /** What went wrong beside failing tests. */
  fault?: string;
}

/** What tests/support/reporter.ts writes. */
interface Counted {
  passed: number;
  failed: number;
  failing?: string[];
  fault?: string;
  /** What was looked at for leaks, by place, and the hits (tests/support/leaks.ts). */
  watched?: Record<string, number>;
}
const watched: Record<string, number> = {};

const tests = import.meta.dirname;
const root = path.dirname(tests);

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: 'string' }, grep: { type: 'string' } } });
  const groups = await allGroups();
  const wanted = values.only?.split(',');
  const unknown = wanted?.filter((name) => name !== 'check' && !groups.some((group) => group.name === name)) ?? [];
  if (unknown.length) {
    const names = ['check', ...groups.map((group) => group.name)].join(', ');
    throw new Error(`there is no group ${unknown.join(', ')}; there are: ${names}`);
  }
  const chosen = groups.filter((group) => (wanted ? wanted.includes(group.name) : !group.ownCommand));
  const missing = await prepare([...new Set(chosen.flatMap((group) => group.needs))]);
  if (missing) throw new Error(missing);

  const results: Result[] = [];
  if (!wanted || wanted.includes('check')) results.push(await runChecks());
  const server = chosen.some((group) => group.usesDatabase) ? await startTestServer() : null;
  try {
    const play = async (group: Group, isStreamed: boolean): Promise<void> => {
      const began = performance.now();
      const result = await runGroup(group, server, values.grep, isStreamed);
      results.push({ ...result, seconds: Math.round((performance.now() - began) / 1000) });
    };
    const waiting = chosen.filter(({ isAlone }) => !isAlone);
    const isSingle = waiting.length === 1;
    const lane = async (): Promise<void> => {
      for (let group = waiting.shift(); group; group = waiting.shift()) await play(group, isSingle);
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    for (const group of chosen.filter(({ isAlone }) => isAlone)) await play(group, true);
  } finally {
    await server?.stop();
  }
  const byWish = groups.filter((group) => group.ownCommand && !wanted).map(({ ownCommand }) => ownCommand);
  if (byWish.length > 0)
    process.stderr.write(`not among these, for it wants the machine for itself: ${byWish.join(', ')}\n`);
  report(results);
}

/** The table, and each folder that somebody added without a line in it: no test file is left out. */
async function allGroups(): Promise<Group[]> {
  const files = await testFilesIn('.');
  const isIn = (file: string, where: string): boolean => file === where || file.startsWith(`${where}/`);
  const rest = files.filter((file) => !table.some((group) => isIn(file, group.where)));
  const names = new Set(rest.map((file) => file.split('/')[0] ?? file));
  return [...table, ...[...names].map((name) => ({ ...further, name: name.replace(/\.test\.ts$/, ''), where: name }))];
}

async function testFilesIn(where: string): Promise<string[]> {
  if (where.endsWith('.test.ts')) return [where];
  const found = await readdir(path.join(tests, where), { recursive: true }).catch(() => []);
  return found
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => path.posix.join(where, file))
    .sort();
}

async function runChecks(): Promise<Result> {
  const result: Result = { name: 'check', passed: 0, failed: 0 };
  for (const { name, program, args } of checks) {
    title(name);
    const file = path.join(root, 'node_modules', program);
    const code = await child([process.execPath, file, ...args], {}, 300);
    if (code === 0) result.passed++;
    else result.failed++;
  }
  return result;
}

/** @param isStreamed What it prints goes through as it comes, not when it is done: only for a group that runs by itself. */
async function runGroup(
  group: Group,
  server: TestServer | null,
  grep: string | undefined,
  isStreamed: boolean,
): Promise<Result> {
  if (isStreamed) title(group.name);
  const files = (await testFilesIn(group.where)).map((file) => path.join('tests', file));
  if (files.length === 0) return { name: group.name, passed: 0, failed: 1, fault: `no test in tests/${group.where}` };
  const fault = group.isInOwnNetwork ? whyNoOwnNetwork() : null;
  if (fault) return { name: group.name, passed: 0, failed: 1, fault };
  const folder = await mkdtemp(path.join(tmpdir(), 'kamome-results-'));
  const resultFile = path.join(folder, 'results.json');
  const env = {
    KAMOME_TEST_RESULTS: resultFile,
    ...(server ? { KAMOME_TEST_POSTGRES_URL: group.isInOwnNetwork ? '' : server.url } : {}),
    ...(group.needs.includes('chromium') ? { CHROMIUM_PATH: findChromium() ?? '' } : {}),
  };
  const mocha = path.join(root, 'node_modules/mocha/bin/mocha.js');
  const options = ['--reporter', './tests/support/reporter.ts', '--timeout', String(group.testSeconds * 1000)];
  const strict = ['--forbid-only', '--forbid-pending', ...(grep ? ['--grep', grep] : [])];
  const parallel = group.filesAtOnce ? ['--parallel', '--jobs', String(group.filesAtOnce)] : [];
  const node = [process.execPath, '--import', 'tsx', mocha, ...options, ...parallel, ...strict, ...files];
  const output = isStreamed ? null : path.join(folder, 'output');
  const command = group.isInOwnNetwork ? [...ownNetwork, ...node] : node;
  const code = await child(command, env, group.groupSeconds, output);
  if (output) {
    title(group.name);
    process.stdout.write(await readFile(output));
  }
  const counted = await readFile(resultFile, 'utf8').then(
    (text) => JSON.parse(text) as Counted,
    () => null,
  );
  await rm(folder, { recursive: true });
  for (const [place, count = 0] of Object.entries(counted?.watched ?? {}))
    watched[place] = (watched[place] ?? 0) + count;
  return judge(group, code, counted, grep !== undefined);
}

function judge(group: Group, code: number | null, counted: Counted | null, isPart: boolean): Result {
  const { name, groupSeconds } = group;
  if (code === null)
    return {
      name,
      passed: counted?.passed ?? 0,
      failed: (counted?.failed ?? 0) + 1,
      failing: counted?.failing ?? [],
      fault: `not done in ${groupSeconds} s`,
    };
  if (!counted) return { name, passed: 0, failed: 1, fault: `ended with code ${code} before a result` };
  const { passed, failed, failing = [] } = counted;
  if (counted.fault) return { name, passed, failed: failed + 1, failing, fault: counted.fault };
  if (passed + failed === 0 && !isPart) return { name, passed, failed: 1, fault: 'no test ran' };
  if (code !== 0 && failed === 0) return { name, passed, failed: 1, fault: `ended with code ${code}` };
  return { name, passed, failed, failing };
}

/** Loopback only, a /etc/iaxmodem of its own, and everything started in it ends with it. */
const ownNetwork = [
  ...['unshare', '--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c'],
  'ip link set lo up && mount -t tmpfs none /etc/iaxmodem && exec "$@"',
  'sh',
];

/** Null: it can be had. */
function whyNoOwnNetwork(): string | null {
  const [program = '', ...args] = [...ownNetwork, 'true'];
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status === 0) return null;
  return `it needs a network of its own: run "sudo npm run test:fax-line" (${error?.message ?? stderr.trim()})`;
}

/**
 * Runs a program; what it prints goes to the file `output`, or through.
 * @returns its exit code, or null when it had to be ended after `seconds`.
 */
async function child(
  [program = '', ...args]: string[],
  env: Record<string, string>,
  seconds: number,
  output: string | null = null,
): Promise<number | null> {
  const file = output === null ? null : await open(output, 'w');
  const to = file?.fd ?? 'inherit';
  const ended = await new Promise<number | null>((resolve, reject) => {
    const stdio: StdioOptions = ['inherit', to, to];
    const started = spawn(program, args, { cwd: root, env: { ...process.env, ...env }, stdio });
    let isLate = false;
    const deadline = setTimeout(() => {
      isLate = true;
      started.kill('SIGKILL');
    }, seconds * 1000);
    started.once('error', reject);
    started.once('exit', (code, signal) => {
      clearTimeout(deadline);
      resolve(isLate ? null : (code ?? (signal ? 128 : 1)));
    });
  });
  await file?.close();
  return ended;
}

const title = (text: string): void => console.log(`\n── ${text} ${'─'.repeat(Math.max(0, 60 - text.length))}`);

function report(results: readonly Result[]): void {
  title('result');
  for (const { name, seconds, passed, failed, fault } of results) {
    const took = seconds === undefined ? '' : ` in ${seconds} s`;
    const why = fault ? ` (${fault})` : '';
    console.log(`${failed ? 'FAILED' : 'ok    '}  ${name}: ${passed} passed, ${failed} failed${took}${why}`);
  }
  // After the table: what is read of a long run is its end.
  for (const { failing = [] } of results) for (const failure of failing) console.log(`failed  ${failure}\n`);
  const { hits = 0, ...looked } = watched;
  const places = Object.entries(looked).map(([place, count]) => `${count} × ${place}`);
  if (places.length > 0) console.log(`looked for secrets and patient data at ${places.join(', ')}: ${hits} hits`);
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
  console.log(`${passed} passed, ${failed} failed`);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
}
