import { expect } from 'chai';
import sharp from 'sharp';
import { type BilevelPage, rowBytes, standard } from '../../src/imaging/bilevel.ts';
import { type Paper, pageOf, paperFrom, paperOf } from '../../src/simulators/faxhouse/paper.ts';
import { pdfOf } from '../../src/simulators/faxhouse/pdf.ts';
import { tiffDirectories } from '../../src/simulators/faxhouse/tiff-directories.ts';
import { drawnPage, tiffOf } from './support/house.ts';

const fine = { resolution: 'fine', mostPages: 100 } as const;

const read = async (bytes: Uint8Array, wishes: Parameters<typeof paperFrom>[1] = fine): Promise<Paper> => {
  const paper = await paperFrom(bytes, wishes);
  if ('refused' in paper) expect.fail(paper.refused);
  return paper;
};

const differing = (one: BilevelPage, other: BilevelPage): number => {
  expect([one.width, one.height]).to.deep.equal([other.width, other.height]);
  return one.bits.reduce((sum, byte, at) => sum + (byte === other.bits[at] ? 0 : 1), 0);
};

describe('what the fax house makes of a document', () => {
  it('takes fax pages as they are, every dot', async () => {
    const tiff = await tiffOf(drawnPage(1), drawnPage(2, 1000));
    const paper = await read(tiff);
    expect(paper.tiff).to.equal(tiff);
    expect(paper.pages.map(({ height }) => height)).to.deep.equal([2292, 1000]);
    expect(differing(await pageOf(paper, 1), drawnPage(2, 1000))).to.equal(0);
  });

  it('knows standard from fine, in centimetres and in inches, in either byte order', async () => {
    const page = { ...drawnPage(1), ...standard, yDpi: 98 };
    const [directory] = tiffDirectories(await tiffOf(page))!;
    expect(directory).to.include({ xDpi: 204, yDpi: 98, compression: 4, bitsPerSample: 1 });
    const metric = await sharp(Buffer.alloc(1728 * 100, 255), { raw: { width: 1728, height: 100, channels: 1 } })
      .toColourspace('b-w')
      .tiff({ compression: 'ccittfax4', bitdepth: 1, xres: 8.031, yres: 3.85, resolutionUnit: 'cm' })
      .toBuffer();
    const [inCentimetres] = tiffDirectories(metric)!;
    expect(inCentimetres!.yDpi).to.be.closeTo(98, 1);
    expect((await read(metric)).pages[0]).to.include(standard);
  });

  it('wraps pages in a PDF that draws the same dots again', async () => {
    const paper = await paperOf([drawnPage(1), drawnPage(3)]);
    const again = await read(await pdfOf(paper));
    expect(again.pages).to.have.length(2);
    const [before, after] = [await pageOf(paper, 1), await pageOf(again, 1)];
    expect(differing(before, after)).to.be.below(before.bits.length / 500);
  });

  it('makes wider paper smaller, and fits a photograph to the width', async () => {
    const wide = { ...drawnPage(1, 1000), width: 2432, bits: new Uint8Array((2432 / 8) * 1000).fill(0x0f) };
    const pdf = await pdfOf(await paperOf([wide]));
    expect((await read(pdf)).pages[0]).to.include({ width: 1728, height: Math.round((1000 * 1728) / 2432) });
    const photograph = await sharp({ create: { width: 300, height: 200, channels: 3, background: '#202020' } })
      .jpeg()
      .toBuffer();
    const paper = await read(photograph);
    expect(paper.pages[0]!.height).to.equal(Math.round((200 / 300) * 1728 * (196 / 204)));
    expect((await pageOf(paper, 0)).bits.every((byte) => byte === 0xff)).to.equal(true);
  });

  it('keeps every mark of a picture in its place', async () => {
    const marks = [10, 190].flatMap((top) => [30, 150].map((left) => ({ left, top })));
    const black = { create: { width: 20, height: 40, channels: 3, background: '#000000' } } as const;
    const picture = sharp({ create: { width: 200, height: 280, channels: 3, background: '#ffffff' } })
      .composite(marks.map((at) => ({ input: black, ...at })))
      .png({ palette: true, colours: 2 });
    const paper = await read(await picture.toBuffer());
    const page = await pageOf(paper, 0);
    const isBlack = (x: number, y: number): boolean => {
      const [column, row] = [Math.floor((x / 200) * page.width), Math.floor((y / 280) * page.height)];
      return (page.bits[row * rowBytes(page.width) + (column >> 3)]! & (0x80 >> (column & 7))) !== 0;
    };
    for (let y = 5; y < 280; y += 10)
      for (let x = 5; x < 200; x += 10) {
        const isMarked = marks.some(({ left, top }) => x > left && x < left + 20 && y > top && y < top + 40);
        expect(isBlack(x, y), `${x}, ${y}`).to.equal(isMarked);
      }
  });

  it('takes what is transparent for white paper', async () => {
    const clear = await sharp({
      create: { width: 80, height: 80, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
    })
      .png()
      .toBuffer();
    expect((await pageOf(await read(clear), 0)).bits.every((byte) => byte === 0)).to.equal(true);
  });

  it('refuses broken, cut-off, endless and too many pages, each for its reason', async () => {
    const tiff = await tiffOf(drawnPage(1), drawnPage(2));
    const ring = Buffer.from(tiff);
    const [count] = [ring.readUInt16LE(8)];
    ring.writeUInt32LE(8, 8 + 2 + 12 * count); // the second directory is the first
    for (const [bytes, refused] of [
      [Buffer.from('PK\u0003\u0004 a spreadsheet'), 'format'],
      [tiff.subarray(0, tiff.length - 200), 'format'],
      [Buffer.from('%PDF-1.7 and nothing else'), 'format'],
      [ring, 'format'],
    ] as const)
      expect(await paperFrom(bytes, fine)).to.deep.equal({ refused });
    expect(await paperFrom(tiff, { ...fine, mostPages: 1 })).to.deep.equal({ refused: 'too-many-pages' });
    const bomb = Buffer.from(await tiffOf(drawnPage(1)));
    bomb.writeUInt32LE(1_000_000, bomb.indexOf(Buffer.from('0101040001000000', 'hex')) + 8); // ImageLength
    expect(await paperFrom(bomb, fine)).to.deep.equal({ refused: 'too-large' });
  });
});
