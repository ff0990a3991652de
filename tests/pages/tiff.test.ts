import { expect } from 'chai';
import fc from 'fast-check';
import sharp from 'sharp';
import { type BilevelPage, blankPage, fine, rowBytes, standard } from '../../src/imaging/bilevel.ts';
import { greyOf } from '../../src/imaging/grey.ts';
import { encodeTiff } from '../../src/imaging/tiff.ts';

/** What libtiff, which we did not write, reads in our file. */
async function decoded(tiff: Uint8Array, page = 0): Promise<Buffer> {
  return sharp(tiff, { page, failOn: 'warning' }).toColourspace('b-w').raw().toBuffer();
}

function setPixels(page: BilevelPage, y: number, from: number, to: number): void {
  for (let x = from; x < to; x += 1) page.bits[y * rowBytes(page.width) + (x >> 3)]! |= 0x80 >> (x & 7);
}

describe('a fax TIFF', () => {
  it('gives back every length of run in both colours, on lines of every width in use', async () => {
    for (const width of [1728, 2048, 2432]) {
      // Row n: n black from the left, then white; row width + n the other way round. White rows between, so that every
      // run is written in horizontal mode and not by its neighbour above.
      const page = blankPage(width, 4 * (width + 1), fine);
      for (let run = 0; run <= width; run += 1) {
        setPixels(page, 4 * run, 0, run);
        setPixels(page, 4 * run + 2, run, width);
      }
      expect(Buffer.compare(await decoded(await encodeTiff([page])), greyOf(page)), `${width}`).to.equal(0);
    }
  });

  it('gives back any page, of any width', async () => {
    const pages = fc
      .tuple(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 4 }))
      .chain(([width, height, density]) =>
        fc
          .array(fc.integer({ min: 0, max: 4 }), { minLength: width * height, maxLength: width * height })
          .map((dots) => {
            const page = blankPage(width, height, fine);
            dots.forEach((dot, index) => {
              const x = index % width;
              if (dot < density) setPixels(page, Math.floor(index / width), x, x + 1);
            });
            return page;
          }),
      );
    await fc.assert(
      fc.asyncProperty(pages, async (page) => {
        expect(Buffer.compare(await decoded(await encodeTiff([page])), greyOf(page))).to.equal(0);
      }),
      { numRuns: 150, seed: 4 },
    );
  });

  it('keeps pages in order, each with its own height, and says both densities', async () => {
    const first = blankPage(1728, 40, fine);
    const second = blankPage(1728, 60, standard);
    setPixels(first, 20, 100, 900);
    setPixels(second, 59, 0, 1728);
    const tiff = Buffer.from(await encodeTiff([first, second]));
    expect(Buffer.compare(await decoded(tiff, 0), greyOf(first))).to.equal(0);
    expect(Buffer.compare(await decoded(tiff, 1), greyOf(second))).to.equal(0);
    expect((await sharp(tiff).metadata()).pages).to.equal(2);
    expect(resolutionsOf(tiff)).to.deep.equal([
      [204, 196],
      [204, 98],
    ]);
  });

  it('has at least one page', async () => {
    const nothing = await encodeTiff([]).catch((error: unknown) => error);
    expect(nothing).to.be.instanceOf(RangeError);
  });
});

/** Tags 282 and 283 of every directory; sharp tells only the first. */
function resolutionsOf(tiff: Buffer): [number, number][] {
  const found: [number, number][] = [];
  for (let at = tiff.readUInt32LE(4); at !== 0; ) {
    const count = tiff.readUInt16LE(at);
    const ratioOf = (wanted: number): number => {
      for (let place = 0; place < count; place += 1) {
        const entry = at + 2 + 12 * place;
        if (tiff.readUInt16LE(entry) !== wanted) continue;
        const rational = tiff.readUInt32LE(entry + 8);
        return tiff.readUInt32LE(rational) / tiff.readUInt32LE(rational + 4);
      }
      throw new Error(`no tag ${wanted}`);
    };
    found.push([ratioOf(282), ratioOf(283)]);
    at = tiff.readUInt32LE(at + 2 + 12 * count);
  }
  return found;
}
