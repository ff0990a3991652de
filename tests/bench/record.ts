/** `npm run bench -- record [--json]`: the figures that the sealed record must reach, measured on this machine. */
import { parseArgs } from 'node:util';
import { typical } from '../support/degrade.ts';
import { count, hasRedis, say, tell } from './cli.ts';
import { measurePages, type PagesResult } from './pages.ts';
import { measurePaper, type PaperResult } from './paper.ts';
import { measureRelease, type ReleaseResult } from './record-release.ts';
import { recordTable } from './record-table.ts';
import { machine } from './report.ts';
import { measureSealed, type SealedFigures } from './sealed.ts';
import { openStage } from './system.ts';

const usage = `npm run bench -- record [--json] [options]
  --only release,render,paper,sealed  these parts only
  --pages 1000                        pages of each rate and of the rendering
  --seconds 60                        measured time of the releases, after --warm-up 15
  --queue redis|postgres              where the queue lives (default: redis when redis-server is installed)
  --seed 1                            another seed is other pages
  --profile <folder>                  writes processor profiles of gateway and worker
`;

export interface RecordParts {
  release: ReleaseResult | null;
  render: PagesResult | null;
  paper: PaperResult | null;
  sealed: SealedFigures | null;
}

/** @returns the exit code. */
export async function recordBench(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: 'boolean', default: false },
      only: { type: 'string', default: 'release,render,paper,sealed' },
      pages: { type: 'string', default: '1000' },
      seconds: { type: 'string', default: '60' },
      'warm-up': { type: 'string', default: '15' },
      queue: { type: 'string', default: hasRedis() ? 'redis' : 'postgres' },
      seed: { type: 'string', default: '1' },
      profile: { type: 'string' },
    },
  });
  const only = new Set(values.only.split(','));
  const isKnown = [...only].every((part) => ['release', 'render', 'paper', 'sealed'].includes(part));
  const { queue } = values;
  if (!isKnown || (queue !== 'redis' && queue !== 'postgres')) {
    process.stderr.write(usage);
    return 2;
  }
  const [pages, seed] = [count(values.pages), count(values.seed)];
  const pace = { seconds: count(values.seconds), warmUpSeconds: count(values['warm-up']), seed };
  const wanted = async <T>(part: string, measure: () => Promise<T>): Promise<T | null> =>
    only.has(part) ? measure() : null;
  const parts: RecordParts = {
    release: await wanted('release', () => onStage(queue, { ...pace, profileFolder: values.profile })),
    render: await wanted('render', () => measurePages({ count: pages, seed })),
    paper: await wanted('paper', () => measurePaper({ cards: pages, forms: pages, level: typical, seed }, tell)),
    sealed: await wanted('sealed', () => measureSealed({ pages, seed, tell })),
  };
  (values.json ? tell : say)(recordTable(parts, machine()));
  if (values.json) say(JSON.stringify(figuresOf(parts)));
  return 0;
}

async function onStage(
  queue: 'redis' | 'postgres',
  options: Parameters<typeof measureRelease>[1],
): Promise<ReleaseResult> {
  const stage = await openStage(queue);
  const stopEarly = (): void => void stage.close().finally(() => process.exit(130));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stopEarly);
  try {
    return await measureRelease(stage, options, tell);
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stopEarly);
    await stage.close();
  }
}

/** The figures by the names of the issue, and nothing else; null where a part was left out. */
function figuresOf({ release, render, paper, sealed }: RecordParts) {
  return {
    releaseMs: release && { p50: release.releaseMs.p50, p99: release.releaseMs.p99 },
    renderMs: render?.renderMs ?? null,
    renderVsGhostscript: render?.renderVsGhostscript ?? null,
    inboundMs: paper?.inboundMs ?? null,
    cardReadRate: paper?.cardReadRate ?? null,
    wrongReads: paper?.wrongReads ?? null,
    formLocatedRate: paper?.formLocatedRate ?? null,
    tickAccuracy: paper?.tickAccuracy ?? null,
    sealedBytes: sealed?.sealedBytes ?? null,
    sealedOpenRate: sealed?.sealedOpenRate ?? null,
  };
}
