/**
 * The sealed page's figures: how much a page carries, how often a spoilt one opens, how long that takes. One resolution by
 * itself: `node --import tsx tests/bench/sealed.ts fine [pages] [seed]`.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { a4Width, type BilevelPage, blankPage, fine, standard } from '../../src/imaging/bilevel.ts';
import { mostCiphertext, type Resolution } from '../../src/sealed-page/layout.ts';
import { grayOf, makeSealedPage, openCollection, printed } from '../../src/sealed-page/page.ts';
import { readSymbols } from '../../src/sealed-page/read.ts';
import { scanCodes } from '../../src/sealed-page/scanner.ts';
import { newSecret } from '../../src/sealed-page/secret.ts';
import { mulberry } from '../support/chance.ts';
import { a4Height, degrade, typical } from '../support/degrade.ts';

export interface SealedFigures {
  /** Ciphertext that one page at fine resolution carries; the rate was measured on pages that full. */
  sealedBytes: number;
  /** Of typical pages at fine, 0 to 1. */
  sealedOpenRate: number;
  sealedBytesStandard: number;
  sealedOpenRateStandard: number;
  /** Finding and reading the symbols of a typical page at fine. */
  sealedReadMs: { p50: number; p95: number };
  sealedMakeMs: { p50: number; p95: number };
}

export interface SealedOptions {
  /** Spoilt pages of each resolution. */
  pages: number;
  seed: number;
  tell: (line: string) => void;
}

/** Spoilt pages for each page made. */
const copies = 10;

/**
 * Makes pages as full as they can be, spoils each in ten ways and opens them with the secret, key derivation and all. Each
 * resolution in a process of its own, for it is mostly arithmetic.
 */
export async function measureSealed({ pages, seed, tell }: SealedOptions): Promise<SealedFigures> {
  const figuresAt = async (resolution: Resolution): Promise<Measured> => {
    const args = ['--import', 'tsx', fileURLToPath(import.meta.url), resolution, String(pages), String(seed)];
    const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1e8 });
    const measured = JSON.parse(stdout) as Measured;
    tell(`sealed pages at ${resolution}, ${measured.bytes} bytes: ${measured.opened} of ${measured.tried} opened`);
    return measured;
  };
  const [fineOnes, standardOnes] = await Promise.all([figuresAt('fine'), figuresAt('standard')]);
  return {
    sealedBytes: fineOnes.bytes,
    sealedOpenRate: fineOnes.opened / fineOnes.tried,
    sealedBytesStandard: standardOnes.bytes,
    sealedOpenRateStandard: standardOnes.opened / standardOnes.tried,
    sealedReadMs: percentiles(fineOnes.readMs),
    sealedMakeMs: percentiles(fineOnes.makeMs),
  };
}

interface Measured {
  bytes: number;
  tried: number;
  opened: number;
  readMs: number[];
  makeMs: number[];
}

async function measure(resolution: Resolution, pages: number, seed: number): Promise<Measured> {
  const next = mulberry(seed);
  const random = (size: number): Uint8Array => Uint8Array.from({ length: size }, () => Math.floor(next() * 256));
  const measured: Measured = { bytes: mostCiphertext(resolution), tried: 0, opened: 0, readMs: [], makeMs: [] };
  // Random bytes do not compress: deflate adds five to them, and the page is exactly full.
  const content = random(measured.bytes - 5);
  while (measured.tried < pages) {
    const secret = newSecret(random);
    const began = performance.now();
    const made = await makeSealedPage(content, secret, { resolution, header: async () => blank(resolution) }, random);
    measured.makeMs.push(performance.now() - began);
    if ('refused' in made) throw new Error(`a page of ${made.most} bytes does not take ${made.bytes}`);
    for (let copy = 0; copy < copies && measured.tried < pages; copy++) {
      const spoilt = degrade(printed(made.page), {
        seed: seed * 1_000_003 + measured.tried++,
        level: typical,
        resolution,
      });
      await open(spoilt, secret, content, measured);
    }
  }
  return measured;
}

async function open(page: BilevelPage, secret: string, content: Uint8Array, measured: Measured): Promise<void> {
  const image = grayOf(page);
  const began = performance.now();
  const known = await readSymbols(image, scanCodes);
  measured.readMs.push(performance.now() - began);
  const opened = await openCollection(known, secret);
  if ('content' in opened && Buffer.compare(opened.content, content) === 0) measured.opened++;
}

const blank = (resolution: Resolution): BilevelPage =>
  resolution === 'fine' ? blankPage(a4Width, a4Height, fine) : blankPage(a4Width, a4Height / 2, standard);

function percentiles(values: readonly number[]): { p50: number; p95: number } {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  return { p50: at(0.5), p95: at(0.95) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [resolution, pages, seed] = process.argv.slice(2);
  if (resolution !== 'fine' && resolution !== 'standard') throw new Error('sealed.ts fine|standard [pages] [seed]');
  process.stdout.write(`${JSON.stringify(await measure(resolution, Number(pages ?? 300), Number(seed ?? 1)))}\n`);
}
