import { type BilevelPage, rowBytes } from '../../imaging/bilevel.ts';
import { mulberry } from '../../lib/mulberry.ts';
import type { Chance } from './chance.ts';
import type { Habit } from './machines.ts';
import { type Paper, pageOf, paperOf } from './paper.ts';

/** The pages that had come over when the line dropped. */
export async function firstPages(paper: Paper, count: number): Promise<Paper> {
  const pages: BilevelPage[] = [];
  for (let index = 0; index < count; index += 1) pages.push(await pageOf(paper, index));
  return paperOf(pages);
}

/**
 * The same pages after a line without error correction: dots that flipped, and damaged lines for which the machine
 * printed the line above once more (T.4 leaves that to it; most do).
 */
export async function damaged(paper: Paper, habit: Habit, chance: Chance): Promise<Paper> {
  const pages: BilevelPage[] = [];
  for (let index = 0; index < paper.pages.length; index += 1) {
    const page = await pageOf(paper, index);
    const draw = drawsFrom(chance.bytes(4).readUInt32BE(0));
    loseLines(page, habit.lostLines, draw);
    flipDots(page, habit.noise, draw);
    pages.push(page);
  }
  return paperOf(pages);
}

type Draw = (below: number) => number;

/** Thousands of draws from one seed: asking the house's source for each would cost more than the page. */
function drawsFrom(seed: number): Draw {
  const next = mulberry(seed);
  return (below) => next() % below;
}

function loseLines(page: BilevelPage, part: number, draw: Draw): void {
  const perRow = rowBytes(page.width);
  let left = Math.round(page.height * part);
  while (left > 0) {
    const burst = Math.min(left, 1 + draw(4));
    const from = 1 + draw(Math.max(1, page.height - burst));
    for (let y = from; y < from + burst && y < page.height; y += 1)
      page.bits.copyWithin(y * perRow, (y - 1) * perRow, y * perRow);
    left -= burst;
  }
}

function flipDots(page: BilevelPage, part: number, draw: Draw): void {
  const perRow = rowBytes(page.width);
  const count = Math.round(page.width * page.height * part);
  for (let dot = 0; dot < count; dot += 1) {
    const x = draw(page.width);
    page.bits[draw(page.height) * perRow + (x >> 3)]! ^= 0x80 >> (x & 7);
  }
}
