/**
 * Where on the page a sheet of ours lies. Its code tells orientation and a first map, exact near the code; the marks, nearest
 * first, carry the map across the sheet; least squares over all that were found gives the last word.
 */
import { type BilevelPage, isBlack } from '../../imaging/bilevel.ts';
import { codeBox, markSize, marks } from '../forms/sheet.ts';
import type { FoundCode } from './find-codes.ts';
import { apply, fitMap, misfit, type Pair, type Point, type Transform } from './transform.ts';

export interface Located {
  /** Millimetres on the sheet to pixels on the page. */
  map: Transform;
  misfitMm: number;
}

/** A page with fewer marks left is for a person: three and the code still fix a sheet that is not bent. */
const fewestMarks = 3;
/** With five or more spread over the sheet even a sheet that was photographed at a slant is met. */
const marksForPerspective = 5;
/** A code's corners are whole pixels, and far from most boxes. */
const codeWeight = 0.1;
const worstMisfitMm = 1.2;
/** Part of a mark's sample points that must agree; of white paper or of text at most 0.75 do. */
const agreement = 0.86;

/** @returns null when too few marks are where they should be. */
export function locate(page: BilevelPage, code: FoundCode): Located | null {
  const corners = [
    { x: codeBox.x, y: codeBox.y },
    { x: codeBox.x + codeBox.width, y: codeBox.y },
    { x: codeBox.x + codeBox.width, y: codeBox.y + codeBox.height },
    { x: codeBox.x, y: codeBox.y + codeBox.height },
  ];
  const pairs: Pair[] = corners.map((from, index) => ({ from, to: code.corners[index]!, weight: codeWeight }));
  const middle = { x: codeBox.x + codeBox.width / 2, y: codeBox.y + codeBox.height / 2 };
  const nearestFirst = [...marks].sort((a, b) => distance(a, middle) - distance(b, middle));
  const found: Pair[] = [];
  let map = fitMap(pairs, 'affine');
  for (const mark of nearestFirst) {
    if (!map) return null;
    const known = Math.min(distance(mark, middle), ...found.map(({ from }) => distance(mark, from)));
    const to = findMark(page, map, mark, 2.5 + 0.02 * known);
    if (!to) continue;
    found.push({ from: mark, to, weight: 1 });
    map = fitMap([...pairs, ...found], 'affine') ?? map;
  }
  if (found.length < fewestMarks) return null;
  const last = fitMap([...pairs, ...found], found.length >= marksForPerspective ? 'perspective' : 'affine');
  if (!last) return null;
  const misfitMm = misfit(last, found) / (page.xDpi / 25.4);
  return misfitMm <= worstMisfitMm ? { map: last, misfitMm } : null;
}

const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

/** Points of a mark, from its middle, that tell ring, hole, core and the white around apart; none close to an edge. */
const samples: readonly { x: number; y: number; isInk: boolean }[] = (() => {
  const half = markSize.outer / 2;
  const spots = [0, 1.2, 2.1, 2.5, 3.5].flatMap((spot) => (spot === 0 ? [0] : [-spot, spot]));
  const ringInk = (reach: number): boolean => reach < markSize.core / 2 || (reach > markSize.hole / 2 && reach < half);
  return spots.flatMap((x) => spots.map((y) => ({ x, y, isInk: ringInk(Math.max(Math.abs(x), Math.abs(y))) })));
})();

/** Coarse steps over the whole radius, then fine ones around the best; the middle of all equally good places. */
function findMark(page: BilevelPage, map: Transform, mark: Point, radiusMm: number): Point | null {
  const middle = apply(map, mark);
  const right = apply(map, { x: mark.x + 1, y: mark.y });
  const down = apply(map, { x: mark.x, y: mark.y + 1 });
  const step = {
    x: { x: right.x - middle.x, y: right.y - middle.y },
    y: { x: down.x - middle.x, y: down.y - middle.y },
  };
  const pixelOf = (x: number, y: number): Point => ({
    x: middle.x + step.x.x * x + step.y.x * y,
    y: middle.y + step.x.y * x + step.y.y * y,
  });
  const offsets = samples.map(({ x, y, isInk }) => ({ ...pixelOf(x, y), isInk }));
  const score = (at: Point): number => {
    const shift = { x: step.x.x * at.x + step.y.x * at.y, y: step.x.y * at.x + step.y.y * at.y };
    let agreed = 0;
    for (const offset of offsets)
      if (isBlack(page, Math.floor(offset.x + shift.x), Math.floor(offset.y + shift.y)) === offset.isInk) agreed++;
    return agreed / offsets.length;
  };
  const coarse = best(score, { x: 0, y: 0 }, radiusMm, 0.4);
  const close = best(score, coarse.at, 0.5, 0.1);
  return close.score >= agreement ? pixelOf(close.at.x, close.at.y) : null;
}

function best(score: (at: Point) => number, around: Point, radius: number, step: number): { at: Point; score: number } {
  const reach = Math.ceil(radius / step);
  let highest = -1;
  let sum = { x: 0, y: 0 };
  let count = 0;
  for (let row = -reach; row <= reach; row++)
    for (let column = -reach; column <= reach; column++) {
      const at = { x: around.x + column * step, y: around.y + row * step };
      const value = score(at);
      if (value < highest) continue;
      if (value > highest) {
        highest = value;
        sum = { x: 0, y: 0 };
        count = 0;
      }
      sum = { x: sum.x + at.x, y: sum.y + at.y };
      count++;
    }
  return { at: { x: sum.x / count, y: sum.y / count }, score: highest };
}
