/** What is in the boxes of a sheet that was located: ticks decided, handwriting cut out. */

import { type BilevelPage, blankPage, fine, isBlack, rowBytes } from '../../imaging/bilevel.ts';
import { type Cell, digitPlaces, type Sheet, type Tick, tickSize } from '../forms/sheet.ts';
import type { Box, Crop, TickReading } from '../reading.ts';
import { smallPng } from './small-png.ts';
import { apply, type Point, type Transform } from './transform.ts';

/** Pixels per millimetre of what is cut out: a fax's own density across, made square. */
const density = 8;
/** The edge of a tick box and what lies 0.75 mm inside of it say nothing. */
const inset = 0.75;
/** Specks of a bad line come to 0.015; a thin stroke of 2 mm to 0.1. Between the two a person looks. */
const emptyBelow = 0.035;
const tickedFrom = 0.065;

export const readTicks = (page: BilevelPage, map: Transform, sheet: Sheet): TickReading[] =>
  sheet.cells.flatMap((cell) => cell.ticks.map((tick) => readTick(page, map, tick)));

function readTick(page: BilevelPage, map: Transform, tick: Tick): TickReading {
  const shift = edgeShift(page, map, tick);
  const inner = tickSize - 2 * inset;
  const ink = inkIn(page, map, {
    x: tick.x + inset + shift.x,
    y: tick.y + inset + shift.y,
    width: inner,
    height: inner,
  });
  const state = ink < emptyBelow ? 'empty' : ink >= tickedFrom ? 'ticked' : 'unclear';
  return { field: tick.field, value: tick.value, state, ink: Math.round(ink * 1000) / 1000 };
}

/**
 * How far the printed square lies from where the map puts it (lost lines and a slipping feeder move it by up to half a
 * millimetre): the shift under which most of its outline is black, the smallest of equals.
 */
function edgeShift(page: BilevelPage, map: Transform, tick: Tick): { x: number; y: number } {
  let most = -1;
  let shift = { x: 0, y: 0 };
  for (const y of shifts)
    for (const x of shifts) {
      let black = 0;
      for (const spot of outline) {
        const at = apply(map, { x: tick.x + spot.x + x, y: tick.y + spot.y + y });
        if (isBlack(page, Math.floor(at.x), Math.floor(at.y))) black++;
      }
      if (black > most) {
        most = black;
        shift = { x, y };
      }
    }
  return shift;
}

/** Nearest first. */
const shifts = [0, -0.15, 0.15, -0.3, 0.3, -0.45, 0.45];
const outline = Array.from({ length: 12 }, (_, index) => ((index + 0.5) * tickSize) / 12).flatMap((along) => [
  { x: along, y: 0 },
  { x: along, y: tickSize },
  { x: 0, y: along },
  { x: tickSize, y: along },
]);

/** Part of the box that is black. */
function inkIn(page: BilevelPage, map: Transform, box: Box): number {
  const across = Math.max(1, Math.round(box.width * density));
  const down = Math.max(1, Math.round(box.height * density));
  let black = 0;
  for (let row = 0; row < down; row++)
    for (let column = 0; column < across; column++) {
      const at = apply(map, { x: box.x + (column + 0.5) / density, y: box.y + (row + 0.5) / density });
      if (isBlack(page, Math.floor(at.x), Math.floor(at.y))) black++;
    }
  return black / (across * down);
}

/** The image of every field that is written by hand. */
export function cutFields(page: BilevelPage, map: Transform, sheet: Sheet): Crop[] {
  const written = sheet.cells.flatMap((cell) => (cell.writing ? [{ cell, box: cell.writing }] : []));
  return written.map(({ cell, box }) => {
    const part = cut(page, map, box, square);
    return { field: cell.field, box, png: smallPng(part), hasInk: isWritten(part, cell, box) };
  });
}

/** Squares of 3 mm in which a stroke of a pen shows and specks do not. */
const tile = 3;
const writtenFrom = 0.07;

/** Whether any square of the field (inside its digit boxes, when it has some) holds more than specks. */
function isWritten(part: BilevelPage, cell: Cell, box: Box): boolean {
  const places = cell.digits.flatMap(digitPlaces);
  const margin = 0.8;
  if (places.length > 0)
    return places.some((place) => {
      const [x, y] = [place.x - box.x + margin, place.y - box.y + margin];
      return darkness(part, x, y, place.width - 2 * margin, place.height - 2 * margin) > writtenFrom;
    });
  for (let y = margin; y < box.height - margin; y += tile)
    for (let x = margin; x < box.width - margin; x += tile) {
      const [width, height] = [Math.min(tile, box.width - margin - x), Math.min(tile, box.height - margin - y)];
      if (width * height > 2 && darkness(part, x, y, width, height) > writtenFrom) return true;
    }
  return false;
}

/** Part of a rectangle of a cut-out, in millimetres, that is black. */
function darkness(part: BilevelPage, x: number, y: number, width: number, height: number): number {
  let black = 0;
  let all = 0;
  for (let row = Math.round(y * density); row < Math.round((y + height) * density); row++)
    for (let column = Math.round(x * density); column < Math.round((x + width) * density); column++) {
      all++;
      if (isBlack(part, column, row)) black++;
    }
  return all > 0 ? black / all : 0;
}

const square = { xDpi: density * 25.4, yDpi: density * 25.4 };
const sheetBox: Box = { x: 0, y: 0, width: 210, height: 297 };

/** The whole sheet, upright and straight, in the pixels of a fine fax page. */
export const cutSheet = (page: BilevelPage, map: Transform): BilevelPage => cut(page, map, sheetBox, fine);

/** Pixels over which a line across the page is taken for straight and evenly spaced: a slant moves it by a thousandth of one. */
const stretch = 32;

/** A part of the sheet, straight. Written out in loops: a whole sheet is four million pixels. */
function cut(page: BilevelPage, map: Transform, box: Box, dpi: { xDpi: number; yDpi: number }): BilevelPage {
  const across = dpi.xDpi / 25.4;
  const down = dpi.yDpi / 25.4;
  const part = blankPage(Math.round(box.width * across), Math.round(box.height * down), dpi);
  const to = rowBytes(part.width);
  for (let row = 0; row < part.height; row++) {
    const y = box.y + (row + 0.5) / down;
    let from = apply(map, { x: box.x + 0.5 / across, y });
    for (let column = 0; column < part.width; column += stretch) {
      const next = apply(map, { x: box.x + (column + stretch + 0.5) / across, y });
      copyStretch(page, from, next, part, row * to + (column >> 3), Math.min(stretch, part.width - column));
      from = next;
    }
  }
  return part;
}

/** So many pixels along the line between two points of the page, into whole bytes. */
function copyStretch(page: BilevelPage, from: Point, next: Point, part: BilevelPage, at: number, count: number): void {
  const { bits, width, height } = page;
  const stride = rowBytes(width);
  const [dx, dy] = [(next.x - from.x) / stretch, (next.y - from.y) / stretch];
  let { x, y } = from;
  for (let pixel = 0; pixel < count; pixel++, x += dx, y += dy) {
    if (x < 0 || y < 0 || x >= width || y >= height) continue;
    const px = x | 0;
    if (bits[(y | 0) * stride + (px >> 3)]! & (0x80 >> (px & 7))) part.bits[at + (pixel >> 3)]! |= 0x80 >> (pixel & 7);
  }
}
