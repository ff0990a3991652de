/** Draws QR symbols into a fax page, module by module on whole pixels: scaling a picture of them would blur the edges. */
import { setImmediate } from 'node:timers/promises';
import bwip from 'bwip-js/node';
import { type BilevelPage, rowBytes } from '../imaging/bilevel.ts';
import { type Layout, modules, placeOf } from './layout.ts';

/** Which of its eight masks a symbol gets does not matter: ciphertext looks random under each. Choosing one costs half the time. */
const mask = '1';

/** Draws `symbols` below `headerHeight` pixels. Between two symbols other work of the process goes on. */
export async function drawSymbols(
  page: BilevelPage,
  symbols: readonly Uint8Array[],
  layout: Layout,
  headerHeight: number,
): Promise<void> {
  for (const [index, bytes] of symbols.entries()) {
    drawSymbol(page, matrixOf(bytes, layout.level), layout, placeOf(index, layout, headerHeight));
    await setImmediate();
  }
}

/** The modules of a version 10 symbol, row by row; 1 is black. */
function matrixOf(bytes: Uint8Array, level: 'M' | 'Q'): readonly number[] {
  const text = Buffer.from(bytes).toString('latin1');
  const options = { bcid: 'qrcode', text, binarytext: true, eclevel: level, fixedeclevel: true, version: '10', mask };
  const [symbol] = bwip.raw(options);
  if (!symbol || !('pixs' in symbol) || symbol.pixx !== modules)
    throw new Error('the QR writer did not make a version 10 symbol');
  return symbol.pixs;
}

function drawSymbol(page: BilevelPage, matrix: readonly number[], layout: Layout, at: { x: number; y: number }): void {
  const { moduleWidth, moduleHeight } = layout;
  const stride = rowBytes(page.width);
  for (let row = 0; row < modules; row++) {
    for (let line = 0; line < moduleHeight; line++) {
      const start = (at.y + row * moduleHeight + line) * stride;
      for (let column = 0; column < modules; column++) {
        if (!matrix[row * modules + column]) continue;
        const from = at.x + column * moduleWidth;
        for (let x = from; x < from + moduleWidth; x++) page.bits[start + (x >> 3)]! |= 0x80 >> (x & 7);
      }
    }
  }
}
