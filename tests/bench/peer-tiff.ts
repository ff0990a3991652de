/**
 * A fax file to pages of pixels: ours (a child process with bounds, every code of the file checked), libtiff in this process through sharp,
 * which trusts the file, and libtiff's own tiffcp, its process included. Once with one page, once with twenty.
 */
import sharp from 'sharp';
import type { BilevelPage } from '../../src/imaging/bilevel.ts';
import { encodeTiff } from '../../src/imaging/tiff.ts';
import { openPageMaker } from '../../src/pages/maker.ts';
import { recordView } from '../../src/pages/record-view.ts';
import { loadWords } from '../../src/pages/words.ts';
import { decodeFax } from '../../src/paper/decode.ts';
import { readers } from '../../src/paper/reader/pool.ts';
import { sampleContext } from '../pages/sample.ts';
import { missing } from './cli.ts';
import { chanceOf } from './figures.ts';
import { type Contestant, inTurns, p95Line, ratioFigure, type Turns, timedFigures } from './in-turns.ts';
import { patient } from './pages.ts';
import { inFolder, laidDown, tiffcp } from './programs.ts';
import type { Figure, Outcome } from './result.ts';

const [singles, many] = [10, 20];

export async function compareTiff(turns: Turns): Promise<Pick<Outcome, 'figures' | 'details' | 'leftOut'>> {
  const noTools = missing('tiffcp', 'libtiff’s tiffcp beside our reading');
  const pages = await recordPages(many);
  const one: Uint8Array[] = [];
  for (const page of pages.slice(0, singles)) one.push(await encodeTiff([page]));
  const twenty = [await encodeTiff(pages)];
  await readers().warmUp();
  try {
    const figures: Figure[] = [];
    const details: string[] = [];
    for (const [files, of, words] of [
      [one, 1, 'one page'],
      [twenty, many, 'one of twenty pages'],
    ] as const) {
      const measured = await inFolder((folder) => compare(folder, files, of, words, !noTools, turns));
      figures.push(...measured.figures);
      details.push(...measured.details);
    }
    return { figures, details, leftOut: noTools ? [noTools] : [] };
  } finally {
    await readers().close();
  }
}

async function compare(
  folder: string,
  files: readonly Uint8Array[],
  of: number,
  words: string,
  hasTools: boolean,
  turns: Turns,
): Promise<{ figures: Figure[]; details: string[] }> {
  const next = (turn: number): Uint8Array => files[turn % files.length]!;
  const paths = laidDown(folder, 'tif', files);
  const contestant = (id: string, name: string, isPeer: boolean, go: Contestant['go']): Contestant => ({
    ...{ id: `tiffMs.${id}.${of}`, name: `${words}: ${name}`, isPeer, go, of },
  });
  const timed = await inTurns(
    [
      contestant('ours', 'ours', false, async (turn) => {
        const decoded = await decodeFax(next(turn));
        if (!('pages' in decoded) || decoded.pages.length !== of)
          throw new Error('a fax file of the bench is not read');
        return undefined;
      }),
      // A file of n pages gives libtiff one image n times as high: the pixels are the same.
      contestant('sharp', 'libtiff in the process (sharp)', true, async (turn) => {
        await sharp(next(turn), { pages: -1, limitInputPixels: false }).raw().toBuffer();
        return undefined;
      }),
      ...(hasTools
        ? [
            contestant('tiffcp', 'libtiff’s tiffcp, its process too', true, async (turn) =>
              tiffcp(folder, paths[turn % paths.length]!),
            ),
          ]
        : []),
    ],
    turns,
  );
  const [ours, ...peers] = timed;
  const ratios = peers.map((peer) => {
    const { id, name } = peer.contestant;
    return ratioFigure(`${id}.ratio`, `${name} : ours`, ours!, peer);
  });
  return { figures: [...timedFigures(timed, `TIFF reading, ${words}`), ...ratios], details: [p95Line(timed)] };
}

async function recordPages(count: number): Promise<BilevelPage[]> {
  const [maker, words, chance] = [openPageMaker(), loadWords(), chanceOf(1)];
  const pages: BilevelPage[] = [];
  while (pages.length < count) {
    const view = { ...recordView(patient(chance), sampleContext({}), words), notes: [] };
    pages.push((await maker.faxPages('record', view, 'fine'))[0]!);
  }
  maker.close();
  return pages;
}
