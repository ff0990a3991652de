/** The first pages of a process take ten times as long as all later ones: these are made when it starts, and nobody gets them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as letOthersRun } from 'node:timers/promises';
import { encodeTiff } from '../imaging/tiff.ts';
import { type PageMaker, templatesFolder } from './maker.ts';

/** Until times no longer fall: by then the glyphs are known and the loops compiled. */
const pages = 6;

/**
 * Sets, draws and encodes all characters of our own words, in the sizes of the record. Takes one to two seconds of a processor,
 * in steps of at most half a second, between which others have their turn.
 */
export async function warmUpPages(maker: PageMaker): Promise<void> {
  const catalogue = readFileSync(path.join(templatesFolder, 'words', 'ja.json'), 'utf8');
  const text = [...new Set(catalogue)].filter((one) => maker.coverage.missingIn(one).length === 0).join('');
  for (let page = 0; page < pages; page += 1) {
    await letOthersRun();
    await encodeTiff(await maker.faxPages('warm-up', { text, title: `${page}` }, 'fine'));
  }
}
