/**
 * Record → fax bytes: view, Typst, drawing, Group 4, one record after another as a release makes them; and ghostscript's
 * `tiffg4` on the same records' PDFs in the same run. `node --import tsx tests/bench/pages.ts` prints the figures as JSON.
 */
import { recordFax } from '../../src/pages/fax.ts';
import { openPageMaker } from '../../src/pages/maker.ts';
import { recordView } from '../../src/pages/record-view.ts';
import { loadWords } from '../../src/pages/words.ts';
import type { SealedContent } from '../../src/records/record.ts';
import { sampleContent, sampleContext } from '../pages/sample.ts';
import { missing } from './cli.ts';
import { chanceOf, hundredth, median, spread } from './figures.ts';
import { ghostscript, inFolder, laidDown } from './programs.ts';

export interface PagesResult {
  /** Milliseconds from the opened record to the TIFF's bytes, one sheet. */
  renderMs: { p50: number; p95: number };
  renderQuartiles: { p25: number; p75: number };
  /** Processor time of the same, so that a figure of a busy machine can be read. */
  processorMs: { p50: number; p95: number };
  /**
   * How many times longer ghostscript takes from the PDF to a TIFF (its process included; ours lives on) than we take from the
   * opened record to the TIFF: setting the page is in ours and not in theirs, for our fax pages never become a PDF. null: it is not here.
   */
  renderVsGhostscript: number | null;
  /** Highest resident memory over all pages, 10^6 bytes. */
  rssMb: number;
  pages: number;
  ghostscriptMs: number | null;
  /** What it was held against, at the same minutes. */
  recordToTiffMs: number;
}

/** @param count records made; the first fiftieth warms up and is not counted. */
export async function measurePages({ count = 1000, seed = 1 } = {}): Promise<PagesResult> {
  const hasGhostscript = missing('gs', '') === null;
  const maker = openPageMaker();
  const words = loadWords();
  const chance = chanceOf(seed);
  const warmUp = Math.max(5, Math.floor(count / 50));
  const times: number[] = [];
  const processorTimes: number[] = [];
  const compared: Compared[] = [];
  let pages = 0;
  let rss = 0;
  for (let index = 0; index < count + warmUp; index += 1) {
    const content = patient(chance);
    const context = sampleContext({
      version: 1 + (index % 40),
      retrievalId: `rq_${index.toString(36).padStart(26, '0')}`,
    });
    const [from, used] = [performance.now(), processorMs()];
    const fax = await recordFax(maker, content, context, words);
    const ms = performance.now() - from;
    if (index >= warmUp) {
      times.push(ms);
      processorTimes.push(processorMs() - used);
    }
    pages += fax.pages;
    rss = Math.max(rss, process.memoryUsage.rss());
    // In turns, so that what else the machine does falls on both.
    if (index >= warmUp && index % Math.ceil(count / comparisons) === 0) {
      const pdf = await maker.pdf('record', recordView(content, context, words));
      compared.push({ ours: ms, theirs: hasGhostscript ? await ghostscriptMsOf(pdf) : Number.NaN });
    }
  }
  maker.close();
  const { p25, p50, p75, p95 } = spread(times);
  const processor = spread(processorTimes);
  const recordToTiffMs = hundredth(median(compared.map(({ ours }) => ours)));
  const ghostscriptMs = hasGhostscript ? hundredth(median(compared.map(({ theirs }) => theirs))) : null;
  return {
    ...{ renderMs: { p50, p95 }, renderQuartiles: { p25, p75 } },
    renderVsGhostscript: ghostscriptMs && hundredth(ghostscriptMs / recordToTiffMs),
    ...{ processorMs: { p50: processor.p50, p95: processor.p95 }, rssMb: Math.round(rss / 1e6), pages },
    ...{ ghostscriptMs, recordToTiffMs },
  };
}

interface Compared {
  ours: number;
  theirs: number;
}

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const comparisons = 30;

/** A record of one sheet; names and drugs differ, so that no page is the one before. */
export function patient(chance: () => number): SealedContent {
  const pick = (text: string, size: number): string =>
    Array.from({ length: size }, () => [...text][Math.floor(chance() * [...text].length)]).join('');
  const content = sampleContent();
  const { record, registration } = content;
  const items = record.meds.state === 'present' ? record.meds.items : [];
  return {
    ...content,
    registration: {
      ...registration,
      name: { family: pick('山川田中村木林森石井上野原', 2), given: pick('一郎花子恵美健太渚', 2) },
    },
    record: {
      ...record,
      problems: record.problems.slice(0, 2),
      past: record.past.slice(0, 1),
      homeStock: [],
      meds: {
        state: 'present',
        items: items
          .slice(0, 4)
          .map((one) => ({ ...one, name: `${pick('アカサタナハマラワン', 6)}錠${Math.ceil(chance() * 40)}mg` })),
      },
      contacts: record.contacts.slice(0, 4),
      hospitals: record.hospitals.slice(0, 1),
    },
  };
}

const ghostscriptMsOf = (pdf: Uint8Array): Promise<number> =>
  inFolder(async (folder) => ghostscript(folder, laidDown(folder, 'pdf', [pdf])));

if (process.argv[1] === import.meta.filename) {
  const count = Number(process.argv[2] ?? 1000);
  process.stdout.write(`${JSON.stringify(await measurePages({ count }))}\n`);
}
