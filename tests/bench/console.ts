/** `npm run bench -- console`: the figures that the console must reach, measured on this machine. */
import { parseArgs } from 'node:util';
import { buildPages, builtPages } from '../../src/console/build/build.ts';
import { freePort } from '../../src/embedded/cluster.ts';
import { firstLoadBytes } from '../support/first-load.ts';
import { chosenOf, count, tell } from './cli.ts';
import { type EnrolmentFigures, measureEnrolment } from './console-enrolment.ts';
import { consoleDetails, consoleFigures } from './console-figures.ts';
import { type ApiResult, measureApi, measureSearch } from './console-load.ts';
import { measurePaint, measureScreens, type PaintResult, type ScreensResult } from './console-screens.ts';
import { fillHub, type Hub } from './console-town.ts';
import type { Spread } from './figures.ts';
import type { Outcome } from './result.ts';
import { onStage, type Stage, start } from './system.ts';

const parts = ['search', 'screens', 'api', 'paint', 'load', 'enrolment'] as const;
const usage = `npm run bench -- console [--json] [--save] [--repeats N] [options]
  --only ${parts.join(',')}  these parts only
  --patients 100000   --users 50   --screens 50
  --searches 400      --events 60  --seconds 60 (of the users)
  --profile <folder>  writes a processor profile of the console
  --enrolments 5
`;

export interface ConsoleParts {
  search: Spread | null;
  screens: ScreensResult | null;
  api: ApiResult | null;
  paint: PaintResult | null;
  firstLoadKb: number | null;
  enrolment: EnrolmentFigures | null;
}

/** @throws UsageError */
export async function consoleBench(args: string[]): Promise<Outcome> {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', default: parts.join(',') },
      ...{ patients: { type: 'string', default: '100000' }, users: { type: 'string', default: '50' } },
      ...{ screens: { type: 'string', default: '50' }, searches: { type: 'string', default: '400' } },
      ...{ events: { type: 'string', default: '60' }, seconds: { type: 'string', default: '60' } },
      profile: { type: 'string' },
      enrolments: { type: 'string', default: '5' },
    },
  });
  const only = chosenOf(values.only, parts, usage);
  const sizes = { patients: count(values.patients), users: count(values.users), screens: count(values.screens) };
  const amounts = { searches: count(values.searches), events: count(values.events), seconds: count(values.seconds) };
  const folder = builtPages() ?? (await buildPages());
  const needsHub = [...only].some((part) => part !== 'load' && part !== 'enrolment');
  const figures: ConsoleParts = {
    ...{ search: null, screens: null, api: null, paint: null },
    ...(needsHub ? await measureHub(only, { ...sizes, ...amounts, profileFolder: values.profile }) : {}),
    firstLoadKb: only.has('load') ? Math.round(firstLoadBytes(folder) / 100) / 10 : null,
    enrolment: only.has('enrolment') ? await measureEnrolment(count(values.enrolments)) : null,
  };
  return {
    figures: consoleFigures(figures),
    leftOut: [],
    details: consoleDetails(figures),
    options: { only: values.only, ...sizes, ...amounts, enrolments: count(values.enrolments) },
    keys: keysOf(figures),
  };
}

interface Sizes {
  patients: number;
  users: number;
  screens: number;
  searches: number;
  events: number;
  seconds: number;
  profileFolder: string | undefined;
}

async function measureHub(
  only: ReadonlySet<string>,
  sizes: Sizes,
): Promise<Omit<ConsoleParts, 'firstLoadKb' | 'enrolment'>> {
  return onStage('postgres', async (stage) => {
    const hub = await fillHub(stage, sizes.patients, sizes.users);
    tell(`a hub of ${sizes.patients} patients is filled`);
    const pages = ['/', '/wall', '/directory', '/patients'];
    return withConsole(stage, hub, sizes.profileFolder, async (baseUrl) => ({
      search: await wanted(only, 'search', () => measureSearch(baseUrl, hub, sizes.searches)),
      screens: await wanted(only, 'screens', () => measureScreens(baseUrl, hub, sizes.screens, sizes.events)),
      api: await wanted(only, 'api', () => measureApi(baseUrl, hub, sizes.users, sizes.seconds)),
      paint: await wanted(only, 'paint', () => measurePaint(baseUrl, hub, pages, 5)),
    }));
  });
}

/** Told as soon as it is there: filling the hub takes minutes, and a later part may fail. */
async function wanted<T>(only: ReadonlySet<string>, part: string, measure: () => Promise<T>): Promise<T | null> {
  if (!only.has(part)) return null;
  const measured = await measure();
  tell(`${part}: ${JSON.stringify(measured)}`);
  return measured;
}

/** The console as `npm run console` starts it, in a process of its own. */
async function withConsole<T>(
  stage: Stage,
  hub: Hub,
  profileFolder: string | undefined,
  work: (baseUrl: string) => Promise<T>,
): Promise<T> {
  const port = await freePort();
  const environment = {
    ...{ DATABASE_URL: stage.databaseUrl, KAMOME_DATA: stage.folder, CONSOLE_PORT: String(port), LOG_LEVEL: 'info' },
    SEARCH_KEY: hub.searchKey.toString('base64'),
  };
  const profile = profileFolder ? ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`] : [];
  const program = start('console', 'src/console/main.ts', environment, stage.folder, [], profile);
  try {
    await program.says(/console_ready/);
    return await work(`http://127.0.0.1:${port}`);
  } finally {
    await program.stop();
  }
}

/** The figures by the names of the issue, and nothing else; null where a part was left out. */
function keysOf({ search, screens, api, paint, firstLoadKb, enrolment }: ConsoleParts) {
  return {
    searchMs: search && { p95: search.p95 },
    eventToScreenMs: screens && { p95: screens.all.p95 },
    apiMs: api && { p95: api.p95 },
    lcpMs: paint && Math.max(...Object.values(paint)),
    firstLoadKb,
    enrolmentSeconds: enrolment?.enrolmentSeconds ?? null,
  };
}
