import { expect } from 'chai';
import { type BilevelPage, blankPage, fine, isBlack, rowBytes } from '../../src/imaging/bilevel.ts';
import { stepFor, toBilevel, wholeSteps } from '../../src/paper/formats/normalise.ts';
import { readTiffTags } from '../../src/paper/formats/tiff-tags.ts';
import { median } from '../../src/paper/page/median.ts';
import { apply, fitMap, misfit, type Transform } from '../../src/paper/page/transform.ts';
import { mulberry } from '../support/chance.ts';

function noise(width: number, height: number, seed: number): BilevelPage {
  const random = mulberry(seed);
  const page = blankPage(width, height, fine);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) if (random() < 0.5) page.bits[y * rowBytes(width) + (x >> 3)]! |= 0x80 >> (x & 7);
  return page;
}

describe('the smoothing of specks', () => {
  for (const width of [8, 13, 40])
    it(`makes each pixel what five or more of its nine are, ${width} across`, () => {
      const page = noise(width, 21, width);
      const smooth = median(page);
      for (let y = 0; y < page.height; y++)
        for (let x = 0; x < width; x++) {
          let black = 0;
          for (let dy = -1; dy <= 1; dy++) for (let dx = -1; dx <= 1; dx++) if (isBlack(page, x + dx, y + dy)) black++;
          expect(isBlack(smooth, x, y), `${x},${y}`).to.equal(black >= 5);
        }
    });
});

describe('pixels in grey', () => {
  const ofPage = (page: BilevelPage): { width: number; height: number; pixels: Uint8Array } => {
    const pixels = Uint8Array.from({ length: page.width * page.height }, (_, at) =>
      isBlack(page, at % page.width, Math.floor(at / page.width)) ? 0 : 255,
    );
    return { width: page.width, height: page.height, pixels };
  };

  for (const width of [8, 13, 40])
    it(`that are black or white already stay what they are, ${width} across`, () => {
      const page = noise(width, 21, width);
      expect([...toBilevel(ofPage(page), 204, 196).bits]).to.deep.equal([...page.bits]);
    });

  it('are decided by the brightness around as soon as one of them is neither', () => {
    const grey = ofPage(noise(40, 21, 5));
    grey.pixels.fill(90, 0, 12);
    grey.pixels.fill(240, 12, 24);
    const page = toBilevel(grey, 204, 196);
    expect([...Array(24).keys()].map((x) => isBlack(page, x, 0))).to.deep.equal([
      ...Array(12).fill(true),
      ...Array(12).fill(false),
    ]);
  });
});

describe('the density of a page', () => {
  const table = [
    { says: 'fine', at: [1728, 2290, 204, 196], step: { how: 'whole', columns: 1, rows: 1, xDpi: 204, yDpi: 196 } },
    { says: 'standard', at: [1728, 1145, 204, 98], step: { how: 'whole', columns: 1, rows: 2, xDpi: 204, yDpi: 196 } },
    { says: 'B4', at: [2048, 2800, 204, 196], step: { how: 'whole', columns: 1, rows: 1, xDpi: 204, yDpi: 196 } },
    {
      says: 'superfine',
      at: [1728, 4580, 204, 391],
      step: { how: 'whole', columns: 1, rows: 0.5, xDpi: 204, yDpi: 195.5 },
    },
    {
      says: '400 dpi',
      at: [3456, 4580, 400, 400],
      step: { how: 'whole', columns: 0.5, rows: 0.5, xDpi: 200, yDpi: 200 },
    },
    {
      says: 'unsaid, of fax width',
      at: [1728, 1100, null, null],
      step: { how: 'whole', columns: 1, rows: 2, xDpi: 204, yDpi: 196 },
    },
    { says: 'a 300 dpi scan of A4', at: [2480, 3508, 300, 300], step: { how: 'scale', width: 1686, height: 2292 } },
    { says: 'a photograph', at: [4000, 3000, 72, 72], step: { how: 'scale', width: 1728, height: 1245 } },
  ] as const;
  for (const { says, at, step } of table)
    it(`${says}: ${JSON.stringify(step)}`, () => expect(stepFor(at[0], at[1], at[2], at[3])).to.deep.equal(step));

  it('doubles and halves rows and columns, losing no ink', () => {
    const page = noise(20, 7, 3);
    const tall = wholeSteps(page, { how: 'whole', columns: 1, rows: 2, xDpi: 204, yDpi: 196 });
    const small = wholeSteps(page, { how: 'whole', columns: 0.5, rows: 0.5, xDpi: 204, yDpi: 196 });
    expect([tall.width, tall.height, small.width, small.height]).to.deep.equal([20, 14, 10, 4]);
    for (let y = 0; y < 14; y++)
      for (let x = 0; x < 20; x++) expect(isBlack(tall, x, y)).to.equal(isBlack(page, x, y >> 1));
    for (let y = 0; y < 4; y++)
      for (let x = 0; x < 10; x++) {
        const four = [0, 1].flatMap((dy) => [0, 1].map((dx) => isBlack(page, 2 * x + dx, 2 * y + dy)));
        expect(isBlack(small, x, y)).to.equal(four.includes(true));
      }
  });
});

describe('a map fitted to points', () => {
  const spots = [0, 1, 2].flatMap((x) => [0, 1, 2].map((y) => ({ x: 14 + x * 91, y: 14 + y * 134 })));
  for (const [kind, truth] of [
    ['affine', [8.1, 0.3, 12, -0.28, 7.6, 40, 0, 0, 1]],
    ['perspective', [8.1, 0.3, 12, -0.28, 7.6, 40, 0.0002, -0.0001, 1]],
  ] as ['affine' | 'perspective', Transform][])
    it(`finds the ${kind} one that they were made with`, () => {
      const pairs = spots.map((from) => ({ from, to: apply(truth, from), weight: 1 }));
      const map = fitMap(pairs, kind)!;
      expect(misfit(map, pairs)).to.be.below(1e-6);
      const far = { x: 205, y: 20 };
      expect(apply(map, far).x).to.be.closeTo(apply(truth, far).x, 1e-6);
    });

  it('is not found from too few points, or from points on one line', () => {
    const on = (points: { x: number; y: number }[]) =>
      fitMap(
        points.map((from) => ({ from, to: from, weight: 1 })),
        'affine',
      );
    expect(on(spots.slice(0, 2))).to.equal(null);
    expect(on([0, 1, 2, 3].map((x) => ({ x, y: 2 * x })))).to.equal(null);
  });
});

describe('the directories of a TIFF', () => {
  /** Little-endian; entries as [tag, type, count, value]; the next directory at `next`. */
  function tiff(entries: readonly (readonly [number, number, number, number])[], next = 0, size = 200): Buffer {
    const file = Buffer.alloc(size);
    file.write('II*\0', 'latin1');
    file.writeUInt32LE(8, 4);
    file.writeUInt16LE(entries.length, 8);
    for (const [index, [tag, type, count, value]] of entries.entries()) {
      const at = 10 + 12 * index;
      file.writeUInt16LE(tag, at);
      file.writeUInt16LE(type, at + 2);
      file.writeUInt32LE(count, at + 4);
      if (type === 3) file.writeUInt16LE(value, at + 8);
      else file.writeUInt32LE(value, at + 8);
    }
    file.writeUInt32LE(next, 10 + 12 * entries.length);
    return file;
  }
  const size = [
    [256, 3, 1, 1728],
    [257, 4, 1, 2290],
  ] as const;

  it('say width, height and both densities', () => {
    const file = tiff([...size, [282, 5, 1, 150], [283, 5, 1, 158], [296, 3, 1, 3]]);
    file.writeUInt32LE(8031, 150);
    file.writeUInt32LE(100, 154);
    file.writeUInt32LE(77, 158);
    file.writeUInt32LE(1, 162);
    const [page] = readTiffTags(file, 10)!;
    expect(page).to.include({ width: 1728, height: 2290 });
    expect(page!.xDpi).to.be.closeTo(203.99, 0.01);
    expect(page!.yDpi).to.be.closeTo(195.58, 0.01);
  });

  const bad = {
    'leads back to itself': tiff(size, 8),
    'points outside of the file': tiff(size, 5000),
    'has no size': tiff([[256, 3, 1, 1728]]),
    'lacks rows that it promises': tiff([...size, [273, 4, 1, 100], [279, 4, 1, 5000]]),
    'is cut off': tiff(size).subarray(0, 20),
    'is BigTIFF': Buffer.from('II+\0aaaaaaaaaaaa', 'latin1'),
  };
  for (const [says, file] of Object.entries(bad))
    it(`are refused when the file ${says}`, () => expect(readTiffTags(file, 10)).to.equal(null));

  it('are counted no further than one over the limit', () => {
    const file = Buffer.alloc(8 + 1000 * 30);
    file.write('II*\0', 'latin1');
    file.writeUInt32LE(8, 4);
    for (let page = 0; page < 1000; page++) {
      tiff(size, page < 999 ? 8 + (page + 1) * 30 : 0, 60).copy(file, 8 + page * 30, 8, 38);
    }
    expect(readTiffTags(file, 50)).to.have.length(51);
    expect(readTiffTags(file, 2000)).to.have.length(1000);
  });
});
