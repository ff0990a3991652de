import bwipjs from 'bwip-js/node';
import { expect } from 'chai';
import fc from 'fast-check';
import { quickQr } from '../../src/pages/quick-qr.ts';

/** The same symbol from an encoder that we did not write: bytes only, level M, mask 4 (there counted from 1); small letters, of which any encoder makes bytes. */
function others(text: string): { size: number; pixels: number[] } {
  const escaped = [...text].map((one) => `^${String(one.charCodeAt(0)).padStart(3, '0')}`).join('');
  const [drawn] = bwipjs.raw('qrcode', escaped, 'eclevel=M fixedeclevel mask=5 parse');
  if (!drawn || !('pixs' in drawn)) throw new Error('no symbol');
  return { size: drawn.pixx, pixels: [...drawn.pixs] };
}

describe('a QR symbol made quickly', () => {
  it('is the symbol that the general encoder makes of the same text, at every length it takes', () => {
    const letters = fc.array(fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz_'), { minLength: 1, maxLength: 106 });
    fc.assert(
      fc.property(letters, (given) => {
        const text = given.join('');
        const { size, pixels } = quickQr(text);
        expect({ size, pixels: [...pixels] }).to.deep.equal(others(text));
      }),
      { numRuns: 60, seed: 3 },
    );
    for (const length of [1, 14, 15, 26, 27, 42, 43, 62, 63, 84, 85, 106]) {
      const { size, pixels } = quickQr('q'.repeat(length));
      expect({ size, pixels: [...pixels] }, `${length}`).to.deep.equal(others('q'.repeat(length)));
    }
  });

  it('is not made of what it has no room or no bytes for', () => {
    expect(() => quickQr('a'.repeat(107))).to.throw(RangeError);
    expect(() => quickQr('患者')).to.throw(RangeError);
  });
});
