/**
 * Record → fax bytes: view, Typst, drawing, Group 4, one record after another as a release makes them; and ghostscript's
 * `tiffg4` on the same records' PDFs in the same run. `node --import tsx tests/bench/pages.ts` prints the figures as JSON.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { recordFax } from '../../src/pages/fax.ts';
import { openPageMaker } from '../../src/pages/maker.ts';
import { recordView } from '../../src/pages/record-view.ts';
import { loadWords } from '../../src/pages/words.ts';
import type { SealedContent } from '../../src/records/record.ts';
import { sampleContent, sampleContext } from '../pages/sample.ts';
import { chanceOf, hundredth, median, spread } from './figures.ts';

export interface PagesResult {
  /** Milliseconds from the opened record to the TIFF's bytes, one sheet. */
  renderMs: { p50: number; p95: number };
  /** Processor time of the same, so that a figure of a busy machine can be read. */
  processorMs: { p50: number; p95: number };
  /**
   * How many times longer ghostscript takes from the PDF to a TIFF (its process included; ours lives on) than we take from the
   * opened record to the TIFF: setting the page is in ours and not in theirs, for our fax pages never become a PDF.
   */
  renderVsGhostscript: number;
  /** Highest resident memory over all pages, 10^6 bytes. */
  rssMb: number;
  pages: number;
  ghostscriptMs: number;
  /** What it was held against, at the same minutes. */
  recordToTiffMs: number;
}

/**
 * @throws Error with what to install when there is no ghostscript.
 * @param count records made; the first fiftieth warms up and is not counted.
 */
export async function measurePages({ count = 1000, seed = 1 } = {}): Promise<PagesResult> {
  requireGhostscript();
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
      compared.push({ ours: ms, theirs: ghostscriptMsOf(pdf) });
    }
  }
  maker.close();
  const { p50, p95 } = spread(times);
  const processor = spread(processorTimes);
  const recordToTiffMs = hundredth(median(compared.map(({ ours }) => ours)));
  const ghostscriptMs = hundredth(median(compared.map(({ theirs }) => theirs)));
  return {
    ...{ renderMs: { p50, p95 }, renderVsGhostscript: hundredth(ghostscriptMs / recordToTiffMs) },
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

function ghostscriptMsOf(pdf: Uint8Array): number {
  const folder = mkdtempSync(path.join(tmpdir(), 'kamome-bench-'));
  const [file, out] = [path.join(folder, 'page.pdf'), path.join(folder, 'page.tif')];
  try {
    writeFileSync(file, pdf);
    const from = performance.now();
    const options = ['-q', '-dNOPAUSE', '-dBATCH', '-dSAFER', '-sDEVICE=tiffg4', '-r204x196', '-g1728x2292'];
    const { status, stderr } = spawnSync('gs', [...options, `-sOutputFile=${out}`, file]);
    const ms = performance.now() - from;
    if (status !== 0 || readFileSync(out).length < 1000) throw new Error(`ghostscript failed: ${String(stderr)}`);
    return ms;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function requireGhostscript(): void {
  if (spawnSync('gs', ['--version']).status !== 0)
    throw new Error(
      'the comparison needs ghostscript: apt-get install ghostscript (or your system’s package of that name)',
    );
}

if (process.argv[1] === import.meta.filename) {
  const count = Number(process.argv[2] ?? 1000);
  process.stdout.write(`${JSON.stringify(await measurePages({ count }))}\n`);
}
