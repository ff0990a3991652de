/**
 * Record → fax bytes: view, Typst, PDFium, Group 4, one record after another as a release makes them; and ghostscript's
 * `tiffg4` on the same PDFs in the same run. `node --import tsx tests/bench/pages.ts` prints the figures as JSON.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { encodeTiff } from '../../src/imaging/tiff.ts';
import { recordFax } from '../../src/pages/fax.ts';
import { openPageMaker } from '../../src/pages/maker.ts';
import { rasterise } from '../../src/pages/raster.ts';
import { recordView } from '../../src/pages/record-view.ts';
import { loadWords } from '../../src/pages/words.ts';
import type { SealedContent } from '../../src/records/record.ts';
import { sampleContent, sampleContext } from '../pages/sample.ts';
import { chanceOf, hundredth, median, spread } from './figures.ts';

export interface PagesResult {
  /** Milliseconds from the opened record to the TIFF's bytes, one sheet. */
  renderMs: { p50: number; p95: number };
  /** How many times longer ghostscript takes from the same PDF to a TIFF (its process included; ours lives on). */
  renderVsGhostscript: number;
  /** Highest resident memory over all pages, 10^6 bytes. */
  rssMb: number;
  pages: number;
  ghostscriptMs: number;
  /** The part that ghostscript was held against: PDF to TIFF. */
  pdfToTiffMs: number;
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
  const pdfs: Uint8Array[] = [];
  let pages = 0;
  let rss = 0;
  for (let index = 0; index < count + warmUp; index += 1) {
    const content = patient(chance);
    const context = sampleContext({
      version: 1 + (index % 40),
      retrievalId: `rq_${index.toString(36).padStart(26, '0')}`,
    });
    const from = performance.now();
    const fax = await recordFax(maker, content, context, words);
    if (index >= warmUp) times.push(performance.now() - from);
    pages += fax.pages;
    rss = Math.max(rss, process.memoryUsage.rss());
    if (pdfs.length < comparisons && index % Math.ceil(count / comparisons) === 0)
      pdfs.push(await maker.pdf('record', recordView(content, context, words)));
  }
  maker.close();
  const { pdfToTiffMs, ghostscriptMs } = await againstGhostscript(pdfs);
  const { p50, p95 } = spread(times);
  return {
    ...{ renderMs: { p50, p95 }, renderVsGhostscript: hundredth(ghostscriptMs / pdfToTiffMs) },
    ...{ rssMb: Math.round(rss / 1e6), pages, ghostscriptMs, pdfToTiffMs },
  };
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

/** Both in turn on each PDF, so that what else the machine does falls on both. */
async function againstGhostscript(
  pdfs: readonly Uint8Array[],
): Promise<{ pdfToTiffMs: number; ghostscriptMs: number }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'kamome-bench-'));
  const ours: number[] = [];
  const theirs: number[] = [];
  try {
    for (const pdf of pdfs) {
      const [file, out] = [path.join(folder, 'page.pdf'), path.join(folder, 'page.tif')];
      writeFileSync(file, pdf);
      const from = performance.now();
      await encodeTiff(await rasterise(pdf, 'fine'));
      const between = performance.now();
      const options = ['-q', '-dNOPAUSE', '-dBATCH', '-dSAFER', '-sDEVICE=tiffg4', '-r204x196', '-g1728x2292'];
      const { status, stderr } = spawnSync('gs', [...options, `-sOutputFile=${out}`, file]);
      theirs.push(performance.now() - between);
      ours.push(between - from);
      if (status !== 0 || readFileSync(out).length < 1000) throw new Error(`ghostscript failed: ${String(stderr)}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return { pdfToTiffMs: hundredth(median(ours)), ghostscriptMs: hundredth(median(theirs)) };
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
