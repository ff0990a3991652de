/**
 * docs/architecture.md, "Who may import whom", as a function of the sources. `tests/rules/imports.test.ts` applies it to this
 * project and to samples that break each rule.
 */
import path from 'node:path';

export interface Import {
  from: string;
  to: string;
  /** `import type`: gone when the program runs. */
  isTypeOnly: boolean;
}

/** Files by their path from the root of the project (`src/beds/store.ts`) and their text. */
export type Sources = ReadonlyMap<string, string>;

const statement =
  /(?:^|\n|;)\s*(import|export)\s+(type\s+)?(?:[\w*${}\s,]+?\s+from\s+)?['"](\.{1,2}\/[^'"]+)['"]|\bimport\(\s*['"](\.{1,2}\/[^'"]+)['"]\s*\)/g;

/** Every relative import of a file; text in comments does not count. */
export function importsOf(from: string, source: string): Import[] {
  // Line by line, so that an address (`https://…`) or a pattern inside code is not taken for a comment's beginning.
  const code = source.replace(/^\s*\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  return [...code.matchAll(statement)].map(([, , type, named, dynamic]) => ({
    from,
    to: path.posix.join(path.posix.dirname(from), named ?? dynamic ?? ''),
    isTypeOnly: type !== undefined,
  }));
}

/** The file is part of the ground that all folders stand on: it knows nothing of doctors or calls. */
const isGround = (file: string): boolean =>
  /^src\/(config|db|log|metrics|queue)\.ts$/.test(file) || /^src\/(config|embedded|http|lib)\//.test(file);
/** Puts the parts together: the entry files, and the few they share. */
const isEntry = (file: string): boolean =>
  /^src\/(start|main|app|context|fallback-context|fax-context|gateway|running|shutdown)\.ts$/.test(file) ||
  /^(src\/.+|workers|bench)\/main\.ts$/.test(file) ||
  /^workers\/(jobs|start)\.ts$/.test(file);
const isStore = (file: string): boolean => /^src\/(console\/)?[^/]+\/([a-z-]+-)?store\.ts$/.test(file);
const isActions = (file: string): boolean => /^src\/[^/]+\/actions\.ts$/.test(file);
const isDoor = (file: string): boolean => /^src\/(?!console\/)[^/]+\/(routes|webhooks)\.ts$/.test(file);
const isIn = (file: string, folder: string): boolean => file.startsWith(`${folder}/`);
/** A desk of the console (`src/console/beds`) is a folder of its own, as a noun is. */
const folderOf = (file: string): string =>
  file
    .split('/')
    .slice(0, isIn(file, 'src/console') ? 3 : 2)
    .join('/');
const isPage = (file: string): boolean => isIn(file, 'src/console/web');
const isDesk = (file: string): boolean => isIn(file, 'src/console') && !isPage(file);
const isNoun = (file: string): boolean =>
  isIn(file, 'src') &&
  !isGround(file) &&
  !isEntry(file) &&
  !isIn(file, 'src/providers') &&
  !isIn(file, 'src/simulators');

interface Rule {
  says: string;
  isBroken(link: Import): boolean;
}

export const rules: readonly Rule[] = [
  {
    says: 'nothing imports tests',
    isBroken: ({ from, to }) => isIn(to, 'tests') && !isIn(from, 'tests'),
  },
  {
    says: 'src (entry files aside) never imports workers',
    isBroken: ({ from, to }) => isIn(to, 'workers') && isIn(from, 'src') && from !== 'src/start.ts',
  },
  {
    says: 'lib imports nothing but lib',
    isBroken: ({ from, to }) => isIn(from, 'src/lib') && !isIn(to, 'src/lib'),
  },
  {
    says: 'the ground (config, db, log, queue, http …) knows no noun',
    isBroken: ({ from, to }) => isGround(from) && !isGround(to),
  },
  {
    says: 'migrations stand on the ground alone',
    isBroken: ({ from, to }) => isIn(from, 'migrations') && !isGround(to) && !isIn(to, 'migrations'),
  },
  {
    says: 'the domain knows no simulator: they are reached over HTTP',
    isBroken: ({ from, to }) => isIn(to, 'src/simulators') && !isIn(from, 'src/simulators') && !isComposing(from),
  },
  {
    says: 'a simulator knows nothing of the domain (the demonstration and the town, which play people, aside)',
    isBroken: ({ from, to }) =>
      isIn(from, 'src/simulators/exchange') && !isEntry(from) && !isIn(to, folderOf(from)) && !isGround(to),
  },
  {
    says: 'the fax house knows nothing of the domain: black and white pages are all they share',
    isBroken: ({ from, to }) =>
      isIn(from, 'src/simulators/faxhouse') &&
      !isEntry(from) &&
      !isIn(to, folderOf(from)) &&
      !isIn(to, 'src/imaging') &&
      !isGround(to),
  },
  {
    says: 'providers are constructed by the entry files and by tests only',
    isBroken: ({ from, to }) => isIn(to, 'src/providers') && !isIn(from, 'src/providers') && !isComposing(from),
  },
  {
    says: 'a provider implements what the domain owns: it calls no action and no store',
    isBroken: ({ from, to }) => isIn(from, 'src/providers') && (isActions(to) || isStore(to) || isDoor(to)),
  },
  {
    says: 'a store is imported in its own folder only',
    isBroken: ({ from, to }) =>
      isStore(to) && !isIn(from, 'tests') && !isIn(from, 'bench') && folderOf(from) !== folderOf(to),
  },
  {
    says: 'a store imports its own noun, db and lib',
    isBroken: ({ from, to, isTypeOnly }) => {
      if (!isStore(from)) return false;
      const isOwnNoun = folderOf(to) === folderOf(from) && !isActions(to) && !isDoor(to);
      // A row may have the shape that another noun defines; its functions are no business of a store.
      return !(isOwnNoun || to === 'src/db.ts' || isIn(to, 'src/lib') || (isTypeOnly && isNoun(to) && !isStore(to)));
    },
  },
  {
    says: 'escalations know nothing of voice',
    isBroken: ({ from, to }) => isIn(from, 'src/escalations') && isIn(to, 'src/voice'),
  },
  {
    says: 'a noun imports no door: routes and webhooks are mounted by the entry files',
    isBroken: ({ from, to }) => isDoor(to) && !isComposing(from),
  },
  {
    says: 'the pages of the console take types from the server, and nothing that runs',
    isBroken: ({ from, to, isTypeOnly }) => isPage(from) && !isPage(to) && !isTypeOnly,
  },
  {
    says: 'nothing imports the pages of the console: they are built',
    isBroken: ({ from, to }) => isPage(to) && !isPage(from) && !isIn(from, 'tests'),
  },
  {
    says: 'no noun knows the console',
    isBroken: ({ from, to }) => isDesk(to) && isNoun(from) && !isIn(from, 'src/console'),
  },
  {
    says: 'a noun imports no entry file',
    isBroken: ({ from, to }) => isEntry(to) && !isEntry(from) && !isIn(from, 'tests') && !isIn(from, 'bench'),
  },
];

const isComposing = (file: string): boolean => isEntry(file) || isIn(file, 'tests') || isIn(file, 'bench');

/** Every broken rule and every cycle, in words. */
export function violations(sources: Sources): string[] {
  const links = [...sources].flatMap(([from, source]) => importsOf(from, source));
  const broken = rules.flatMap((rule) =>
    links.filter((link) => rule.isBroken(link)).map(({ from, to }) => `${from} → ${to}: ${rule.says}`),
  );
  const missing = links.filter(({ to }) => to.endsWith('.ts') && !sources.has(to));
  return [
    ...broken,
    ...missing.map(({ from, to }) => `${from} → ${to}: there is no such file`),
    ...cyclesIn(links.filter((link) => !link.isTypeOnly)).map((cycle) => `${cycle.join(' → ')}: a cycle`),
  ];
}

function cyclesIn(links: readonly Import[]): string[][] {
  const next = new Map<string, string[]>();
  for (const { from, to } of links) next.set(from, [...(next.get(from) ?? []), to]);
  const cycles: string[][] = [];
  const done = new Set<string>();
  const visit = (file: string, trail: string[]): void => {
    const seen = trail.indexOf(file);
    if (seen >= 0) return void cycles.push([...trail.slice(seen), file]);
    if (done.has(file)) return;
    for (const to of next.get(file) ?? []) visit(to, [...trail, file]);
    done.add(file);
  };
  for (const file of next.keys()) visit(file, []);
  return cycles;
}
