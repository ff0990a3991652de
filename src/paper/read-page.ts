/** One page, read: a form of ours, a copy of a card, or something for a person. */
import type { BilevelPage } from '../imaging/bilevel.ts';
import { readers } from './reader/pool.ts';
import type { PageReading } from './reading.ts';

/** A page takes a tenth of a second; this is for a machine that is very busy. */
const seconds = 20;

/**
 * Reads in the same bounded child process that decodes, so that neither the search for codes (some 50 ms of processor) nor
 * a page that breaks the search holds up a telephone.
 *
 * Handwritten and printed digits are not read: a My Number that somebody wrote on a page is found and masked by a person
 * (mask.ts), not here.
 * @throws Error when the child cannot read the page at all (time, memory, crash): the caller keeps the page for a person.
 */
export async function readPage(page: BilevelPage): Promise<PageReading> {
  const answer = await readers().ask({ task: 'read', page }, seconds);
  if ('failed' in answer) throw new Error(`a page could not be read: the reader ran out of ${answer.failed}`);
  return answer.result as PageReading;
}
