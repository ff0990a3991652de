/**
 * A record's page, ready for the fax line: ours from the opened record, and others from the PDF that we would print. Setting the page is in
 * ours and not in theirs, for our fax pages never become a PDF; ours from the PDF (PDFium and Group 4, the way of a page with anything
 * unusual on it) stands beside them. Theirs twice: a process for each page, as a release would need it, and ten pages in one process.
 */

import { encodeTiff } from '../../src/imaging/tiff.ts';
import { recordFax } from '../../src/pages/fax.ts';
import { openPageMaker } from '../../src/pages/maker.ts';
import { rasterise } from '../../src/pages/raster.ts';
import { recordView } from '../../src/pages/record-view.ts';
import { loadWords } from '../../src/pages/words.ts';
import { sampleContext } from '../pages/sample.ts';
import { missing } from './cli.ts';
import { chanceOf } from './figures.ts';
import { type Contestant, inTurns, p95Line, ratioFigure, type Turns, timedFigures } from './in-turns.ts';
import { patient } from './pages.ts';
import { ghostscript, inFolder, laidDown, poppler, united } from './programs.ts';
import type { LeftOut, Outcome } from './result.ts';

const together = 10;

export async function comparePages(turns: Turns): Promise<Pick<Outcome, 'figures' | 'details' | 'leftOut'>> {
  const leftOut = [
    missing('gs', 'ghostscript beside our pages'),
    missing('pdftoppm', 'poppler beside our pages'),
  ].filter((one): one is LeftOut => one !== null);
  const [maker, words, chance] = [openPageMaker(), loadWords(), chanceOf(1)];
  const records = Array.from({ length: together }, () => patient(chance));
  const context = sampleContext({});
  const pdfs: Uint8Array[] = [];
  for (const content of records)
    pdfs.push(await maker.pdf('record', { ...recordView(content, context, words), notes: [] }));
  try {
    return await inFolder(async (folder) => {
      const files = laidDown(folder, 'pdf', pdfs);
      const ours: Contestant[] = [
        {
          ...{ id: 'pageMs.ours', name: 'record → fax file, ours', isPeer: false },
          // Another version each time, so that no page is the one before.
          go: async (turn) =>
            void (await recordFax(maker, records[turn % together]!, sampleContext({ version: turn }), words)),
        },
        {
          ...{ id: 'pageMs.oursFromPdf', name: 'PDF → fax file, ours (PDFium)', isPeer: false },
          go: async (turn) => void (await encodeTiff(await rasterise(pdfs[turn % together]!, 'fine'))),
        },
      ];
      const timed = await inTurns([...ours, ...peersOf(folder, files)], turns);
      const ratios = timed
        .filter(({ contestant }) => contestant.isPeer)
        .map((peer) => {
          const { id, name } = peer.contestant;
          return ratioFigure(`${id}.ratio`, `${name} : ours from the record`, timed[0]!, peer);
        });
      return {
        figures: [...timedFigures(timed, 'one page for the fax line'), ...ratios],
        details: [p95Line(timed)],
        leftOut,
      };
    });
  } finally {
    maker.close();
  }
}

function peersOf(folder: string, files: string[]): Contestant[] {
  const next = (turn: number): string => files[turn % files.length]!;
  const peer = (id: string, name: string, go: Contestant['go'], of = 1): Contestant => ({
    ...{ id: `pageMs.${id}`, name, isPeer: true, go, of },
  });
  const peers: Contestant[] = [];
  if (!missing('gs', ''))
    peers.push(
      peer('ghostscript', 'PDF → Group 4, ghostscript', async (turn) => ghostscript(folder, [next(turn)])),
      peer('ghostscriptTen', 'ghostscript, ten pages in one process', async () => ghostscript(folder, files), together),
    );
  if (!missing('pdftoppm', '')) {
    const all = united(folder, files);
    peers.push(
      peer('poppler', 'PDF → bilevel TIFF, poppler', async (turn) => poppler(folder, next(turn))),
      peer('popplerTen', 'poppler, ten pages in one process', async () => poppler(folder, all), together),
    );
  }
  return peers;
}
