/** Other people's programs that ours are held against: each run is a process of its own, told apart from what is within it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Where a comparison keeps its files; gone when the work is done, whatever becomes of it. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'kamome-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Files of these bytes, in order. */
export const laidDown = (folder: string, ending: string, files: readonly Uint8Array[]): string[] =>
  files.map((bytes, index) => {
    const file = path.join(folder, `in-${index}.${ending}`);
    writeFileSync(file, bytes);
    return file;
  });

/** PDF files → one TIFF of Group 4 pages at the size of a fine fax. */
export function ghostscript(folder: string, pdfs: readonly string[]): number {
  const out = path.join(folder, 'ghostscript.tif');
  const options = ['-q', '-dNOPAUSE', '-dBATCH', '-dSAFER', '-sDEVICE=tiffg4', '-r204x196', '-g1728x2292'];
  return run('gs', [...options, `-sOutputFile=${out}`, ...pdfs], out);
}

/** One PDF → a bilevel TIFF for each page; poppler writes no Group 4, so packed bits, which cost it less. */
export function poppler(folder: string, pdf: string): number {
  const root = path.join(folder, 'poppler');
  const options = ['-r', '204', '-mono', '-tiff', '-tiffcompression', 'packbits', '-forcenum'];
  const began = performance.now();
  const { status, stderr } = spawnSync('pdftoppm', [...options, pdf, root], { encoding: 'utf8' });
  const ms = performance.now() - began;
  if (status !== 0) throw new Error(`pdftoppm failed: ${stderr}`);
  return ms;
}

/** Several PDF files as one. */
export function united(folder: string, pdfs: readonly string[]): string {
  const out = path.join(folder, 'united.pdf');
  run('pdfunite', [...pdfs, out], out);
  return out;
}

/** A TIFF's pages, decoded and written down as plain pixels. */
export function tiffcp(folder: string, tiff: string): number {
  const out = path.join(folder, 'plain.tif');
  return run('tiffcp', ['-c', 'none', tiff, out], out);
}

function run(program: string, args: string[], out: string): number {
  const began = performance.now();
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  const ms = performance.now() - began;
  if (status !== 0 || statSync(out).size < 1000) throw new Error(`${program} failed: ${stderr}`);
  return ms;
}
