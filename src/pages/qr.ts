/** QR symbols (ISO/IEC 18004) as shapes for a template: never as pixels, so that they are sharp in print and on a fax. */
import bwipjs from 'bwip-js/node';
import { quickQr } from './quick-qr.ts';

export interface QrSymbol {
  /** Modules across, without the quiet zone. */
  modules: number;
  /** One SVG path in units of modules, without the quiet zone: the template leaves four modules of white around it. */
  svg: string;
}

/**
 * @param level M 15 %, Q 25 %, H 30 % of the symbol may be lost.
 * A module should be 0.87 mm on anything that is read back from a fax (7 pixels; measured: 120 of 120 at any angle).
 */
export function qrSymbol(text: string, level: 'M' | 'Q' | 'H'): QrSymbol {
  const [drawn] = bwipjs.raw('qrcode', text, `eclevel=${level}`);
  if (!drawn || !('pixs' in drawn)) throw new Error('the QR symbol could not be made');
  return drawnAs(drawn.pixs, drawn.pixx);
}

/** At level M, for a page that a doctor waits for: any reader takes it, though nothing was weighed to make it the best. */
export function quickQrSymbol(text: string): QrSymbol {
  const { pixels, size } = quickQr(text);
  return drawnAs(pixels, size);
}

function drawnAs(pixels: ArrayLike<number>, modules: number): QrSymbol {
  const bars: string[] = [];
  for (let y = 0; y < modules; y += 1) {
    for (let x = 0; x < modules; x += 1) {
      const start = x;
      while (x < modules && pixels[y * modules + x] === 1) x += 1;
      if (x > start) bars.push(`M${start} ${y}h${x - start}v1h${start - x}z`);
    }
  }
  const box = `viewBox="0 0 ${modules} ${modules}" width="${modules}" height="${modules}"`;
  return { modules, svg: `<svg xmlns="http://www.w3.org/2000/svg" ${box}><path d="${bars.join('')}"/></svg>` };
}
