/**
 * What paper and telephone line do to a sealed page, seeded: turned, stretched, blurred, cut to black and white again, specks, lost
 * lines. `typical` is ±2°, 96-104 %, 0.5 % specks, 0.5 % of lines lost; `harsh` ±3°, 94-106 %, 1.5 %, 2 %.
 */

import type { GrayImage } from '../../src/sealed-page/read.ts';
import { mulberry } from '../support/chance.ts';

export const typical = { degrees: 2, stretch: 0.04, specks: 0.005, lostLines: 0.005 } as const;
export const harsh = { degrees: 3, stretch: 0.06, specks: 0.015, lostLines: 0.02 } as const;
export type Damage = { [Name in keyof typeof typical]: number };

/** The page as the other machine prints it: black and white only, the same size. `lineHeight` 2 at standard resolution. */
export function degrade(image: GrayImage, damage: Damage, seed: number, lineHeight = 1): GrayImage {
  const random = mulberry(seed);
  const around = (most: number): number => (random() * 2 - 1) * most;
  const turned = blur(turn(image, around(damage.degrees), 1 + around(damage.stretch), 1 + around(damage.stretch)));
  const { width, height, pixels } = turned;
  const threshold = 128 + around(25);
  for (let at = 0; at < pixels.length; at++) pixels[at] = pixels[at]! > threshold ? 255 : 0;
  for (let speck = pixels.length * damage.specks; speck > 0; speck--) {
    const at = Math.floor(random() * pixels.length);
    pixels[at] = 255 - pixels[at]!;
  }
  for (let top = 0; top + lineHeight <= height; top += lineHeight) {
    // At standard resolution the line sends every second row only.
    for (let row = 1; row < lineHeight; row++) pixels.copyWithin((top + row) * width, top * width, (top + 1) * width);
    if (random() < damage.lostLines) pixels.fill(255, top * width, (top + lineHeight) * width);
  }
  return turned;
}

/** Turned about the middle and stretched, in between by bilinear interpolation; white beyond the paper. */
function turn(image: GrayImage, degrees: number, scaleX: number, scaleY: number): GrayImage {
  const { width, height, pixels } = image;
  const turned = new Uint8Array(width * height).fill(255);
  const sine = Math.sin((degrees * Math.PI) / 180);
  const cosine = Math.cos((degrees * Math.PI) / 180);
  for (let y = 0; y < height; y++) {
    const v = (y - height / 2) / scaleY;
    for (let x = 0; x < width; x++) {
      const u = (x - width / 2) / scaleX;
      const fromX = cosine * u + sine * v + width / 2;
      const fromY = cosine * v - sine * u + height / 2;
      const left = Math.floor(fromX);
      const top = Math.floor(fromY);
      if (left < 0 || top < 0 || left + 1 >= width || top + 1 >= height) continue;
      const [right, low, at] = [fromX - left, fromY - top, top * width + left];
      const upper = pixels[at]! * (1 - right) + pixels[at + 1]! * right;
      const lower = pixels[at + width]! * (1 - right) + pixels[at + width + 1]! * right;
      turned[y * width + x] = upper * (1 - low) + lower * low;
    }
  }
  return { width, height, pixels: turned };
}

/** 3×3 binomial: about what a scanner's lens and a print head do to one pixel. */
function blur({ width, height, pixels }: GrayImage): GrayImage {
  const blurred = pixels.slice();
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const row = (middle: number): number => pixels[middle - 1]! + 2 * pixels[middle]! + pixels[middle + 1]!;
      blurred[at] = (row(at - width) + 2 * row(at) + row(at + width)) / 16;
    }
  }
  return { width, height, pixels: blurred };
}
