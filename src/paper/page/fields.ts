/** What is in the boxes of a sheet that was located: ticks decided, handwriting cut out. */

import { type BilevelPage, blankPage, isBlack, rowBytes } from '../../imaging/bilevel.ts';
import { encodePng } from '../../imaging/png.ts';
import { type Cell, digitPlaces, type Sheet, type Tick, tickSize } from '../forms/sheet.ts';
import type { Box, Crop, TickReading } from '../reading.ts';
import { apply, type Transform } from './transform.ts';

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
export function cutFields(page: BilevelPage, map: Transform, sheet: Sheet): Promise<Crop[]> {
  const written = sheet.cells.flatMap((cell) => (cell.writing ? [{ cell, box: cell.writing }] : []));
  return Promise.all(
    written.map(async ({ cell, box }) => ({
      ...{ field: cell.field, box },
      png: await encodePng(cut(page, map, box)),
      hasInk: isWritten(page, map, cell, box),
    })),
  );
}

function isWritten(page: BilevelPage, map: Transform, cell: Cell, box: Box): boolean {
  const places = cell.digits.flatMap(digitPlaces);
  const within = (place: Box, margin: number): number =>
    inkIn(page, map, {
      ...{ x: place.x + margin, y: place.y + margin },
      ...{ width: place.width - 2 * margin, height: place.height - 2 * margin },
    });
  return places.length > 0 ? places.some((place) => within(place, 0.8) > 0.05) : within(box, 0.8) > 0.02;
}

/** A part of the sheet, straight. */
export function cut(page: BilevelPage, map: Transform, box: Box): BilevelPage {
  const dpi = density * 25.4;
  const part = blankPage(Math.round(box.width * density), Math.round(box.height * density), { xDpi: dpi, yDpi: dpi });
  const stride = rowBytes(part.width);
  for (let row = 0; row < part.height; row++)
    for (let column = 0; column < part.width; column++) {
      const at = apply(map, { x: box.x + (column + 0.5) / density, y: box.y + (row + 0.5) / density });
      if (isBlack(page, Math.floor(at.x), Math.floor(at.y)))
        part.bits[row * stride + (column >> 3)]! |= 0x80 >> (column & 7);
    }
  return part;
}

/** The whole of it. */
export const sheetBox: Box = { x: 0, y: 0, width: 210, height: 297 };
