import { writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import sharp from 'sharp';
import { resendMaker } from '../../src/fax/resend.ts';
import { type BilevelPage, blankPage, fine, rowBytes } from '../../src/imaging/bilevel.ts';
import { encodePng } from '../../src/imaging/png.ts';
import { encodeTiff } from '../../src/imaging/tiff.ts';
import { openPageMaker, type PageMaker } from '../../src/pages/maker.ts';
import { loadWords } from '../../src/pages/words.ts';

/** A page with a bar of its own at a height that tells it from the others. */
function barAt(row: number): BilevelPage {
  const page = blankPage(1728, 2292, fine);
  page.bits.fill(0xff, row * rowBytes(1728), (row + 20) * rowBytes(1728));
  return page;
}

describe('a page that is sent again', function () {
  this.timeout(60_000);
  let maker: PageMaker;

  before(() => {
    maker = openPageMaker();
  });
  after(() => maker.close());

  const pagesOf = async (tiff: Uint8Array): Promise<Buffer[]> => {
    const { pages = 1 } = await sharp(Buffer.from(tiff)).metadata();
    return Promise.all(
      Array.from({ length: pages }, (_, page) => sharp(Buffer.from(tiff), { page }).greyscale().raw().toBuffer()),
    );
  };
  const inkIn = (pixels: Buffer | undefined, from: number, to: number): number =>
    (pixels ?? Buffer.alloc(0)).subarray(from * 1728, to * 1728).filter((value) => value < 128).length;

  it('begins with the first page that did not arrive', async () => {
    const three = await encodeTiff([barAt(500), barAt(1000), barAt(1500)]);
    const again = await pagesOf(await resendMaker(maker, loadWords())(three, { pagesDone: 1, isResend: true }));
    expect(again).to.have.length(2);
    expect(inkIn(again[0], 1000, 1020)).to.equal(20 * 1728);
    expect(inkIn(again[1], 1500, 1520)).to.equal(20 * 1728);
  });

  it('is marked in the upper margin only, and loses nothing of itself', async () => {
    const one = await encodeTiff([barAt(500)]);
    const remade = await resendMaker(maker, loadWords())(one, { pagesDone: 0, isResend: true });
    const [page] = await pagesOf(remade);
    expect(inkIn(page, 0, 89)).to.be.above(500);
    expect(inkIn(page, 89, 500)).to.equal(0);
    expect(inkIn(page, 500, 520)).to.equal(20 * 1728);
    if (process.env.KAMOME_LOOK) await look(remade, process.env.KAMOME_LOOK);
  });

  it('is not marked when nothing of the first attempt can have come out', async () => {
    const one = await encodeTiff([barAt(500)]);
    const [page] = await pagesOf(await resendMaker(maker, loadWords())(one, { pagesDone: 0, isResend: false }));
    expect(inkIn(page, 0, 500)).to.equal(0);
  });

  it('keeps the size of the fax line', async () => {
    const remade = await resendMaker(maker, loadWords())(await encodeTiff([barAt(500)]), {
      pagesDone: 0,
      isResend: true,
    });
    const { width, height } = await sharp(Buffer.from(remade)).metadata();
    expect({ width, height }).to.deep.equal({ width: 1728, height: 2292 });
  });
});

/** For a person: `KAMOME_LOOK=<file>` writes the marked page as PNG. */
async function look(tiff: Uint8Array, file: string): Promise<void> {
  const { data, info } = await sharp(Buffer.from(tiff)).greyscale().raw().toBuffer({ resolveWithObject: true });
  const page = blankPage(info.width, info.height, fine);
  data.forEach((value, index) => {
    const at = Math.floor(index / info.width) * rowBytes(info.width) + ((index % info.width) >> 3);
    if (value < 128) page.bits[at] = (page.bits[at] ?? 0) | (0x80 >> ((index % info.width) & 7));
  });
  await writeFile(file, await encodePng(page));
}
