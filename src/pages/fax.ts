/** From a view to the bytes that a fax line takes: the fast path of a release. */
import { encodeTiff } from '../imaging/tiff.ts';
import type { SealedContent } from '../records/record.ts';
import type { PageMaker } from './maker.ts';
import type { Resolution } from './raster.ts';
import type { RecordContext } from './record-context.ts';
import { recordView } from './record-view.ts';
import { markUnshown } from './unshown.ts';
import type { BothWords } from './words.ts';

export interface FaxDocument {
  /** TIFF-F, Group 4, 1728 pixels across. */
  document: Uint8Array;
  pages: number;
  /** Code points that stand as 〓 on the page ('U+2A6A5'): to be told to the hub, which can ask for another writing. */
  unshown: string[];
}

/** @throws MissingGlyphError, PageError: see `PageMaker.pdf`. */
export async function faxOf(
  maker: PageMaker,
  template: string,
  view: object,
  resolution: Resolution,
): Promise<FaxDocument> {
  const pages = await maker.faxPages(template, view, resolution);
  return { document: await encodeTiff(pages), pages: pages.length, unshown: [] };
}

/**
 * The record page as a fax. A character that no font of ours has does not hold it back at night: it stands as 〓, with a
 * line on the page that names the code points.
 */
export async function recordFax(
  maker: PageMaker,
  content: SealedContent,
  context: RecordContext,
  words: BothWords,
): Promise<FaxDocument> {
  const { view, unshown } = markUnshown(recordView(content, context, words), maker.coverage);
  const list = unshown.join('、');
  const notes = unshown.length > 0 ? [words.ja.say('record.unshown', { list })] : [];
  const fax = await faxOf(maker, 'record', { ...view, notes }, context.edition);
  return { ...fax, unshown };
}
