/** `npm run bench -- record`: the figures that the sealed record must reach, measured on this machine. */
import { parseArgs } from 'node:util';
import { typical } from '../support/degrade.ts';
import { chosenOf, count, hasRedis, missing, tell, UsageError } from './cli.ts';
import { measurePages, type PagesResult } from './pages.ts';
import { measurePaper, type PaperResult } from './paper.ts';
import { recordDetails, recordFigures } from './record-figures.ts';
import { measureRelease, type ReleaseResult } from './record-release.ts';
import type { Outcome } from './result.ts';
import { measureSealed, type SealedFigures } from './sealed.ts';
import { onStage } from './system.ts';

const known = ['release', 'render', 'paper', 'sealed'] as const;
const usage = `npm run bench -- record [--json] [--save] [--repeats N] [options]
  --only ${known.join(',')}  these parts only
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

/** @throws UsageError */
export async function recordBench(args: string[]): Promise<Outcome> {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', default: known.join(',') },
      pages: { type: 'string', default: '1000' },
      seconds: { type: 'string', default: '60' },
      'warm-up': { type: 'string', default: '15' },
      queue: { type: 'string', default: hasRedis() ? 'redis' : 'postgres' },
      seed: { type: 'string', default: '1' },
      profile: { type: 'string' },
    },
  });
  const only = chosenOf(values.only, known, usage);
  const { queue } = values;
  if (queue !== 'redis' && queue !== 'postgres') throw new UsageError(usage);
  const [pages, seed] = [count(values.pages), count(values.seed)];
  const pace = { seconds: count(values.seconds), warmUpSeconds: count(values['warm-up']), seed };
  const wanted = async <T>(part: (typeof known)[number], measure: () => Promise<T>): Promise<T | null> =>
    only.has(part) ? measure() : null;
  const parts: RecordParts = {
    release: await wanted('release', () =>
      onStage(queue, (stage) => measureRelease(stage, { ...pace, profileFolder: values.profile }, tell)),
    ),
    render: await wanted('render', () => measurePages({ count: pages, seed })),
    paper: await wanted('paper', () => measurePaper({ cards: pages, forms: pages, level: typical, seed }, tell)),
    sealed: await wanted('sealed', () => measureSealed({ pages, seed, tell })),
  };
  const noGhostscript = only.has('render') ? missing('gs', 'ghostscript beside the drawing of pages') : null;
  return {
    figures: recordFigures(parts),
    leftOut: noGhostscript ? [noGhostscript] : [],
    details: recordDetails(parts),
    options: { only: values.only, pages, queue, ...pace },
    keys: keysOf(parts),
  };
}

/** The figures by the names of the issue, and nothing else; null where a part was left out. */
function keysOf({ release, render, paper, sealed }: RecordParts) {
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
