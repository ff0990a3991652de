import { type BilevelPage, blankPage, fine } from '../../src/imaging/bilevel.ts';
import { fill } from '../support/card-copy.ts';
import { mulberry } from '../support/chance.ts';
import { a4Height } from '../support/degrade.ts';

/** A page on which nothing is to be found; the more strokes, the longer it is on the line. Its top is white. */
export function scribbled(strokes: number): BilevelPage {
  const page = blankPage(1728, a4Height, fine);
  const random = mulberry(11);
  for (let stroke = 0; stroke < strokes; stroke++)
    fill(page, random() * 1728, 560 + random() * (a4Height - 560), 2 + random() * 30, 1 + random() * 6);
  return page;
}
