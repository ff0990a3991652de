import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import sharp from 'sharp';
import { isBlack } from '../../src/imaging/bilevel.ts';
import { encodePng } from '../../src/imaging/png.ts';
import { MissingGlyphError } from '../../src/pages/glyphs.ts';
import { openPageMaker, openPageMakerLater, PageError, type PageMaker } from '../../src/pages/maker.ts';
import { rasterise } from '../../src/pages/raster.ts';

const template = `
#set page(paper: "a4", margin: 12mm)
#set text(font: ("BIZ UDGothic", "Noto Sans JP"), fallback: false, size: 10.5pt)
#let data = json("/data.json")
#data.text
#if "words" in data [☐]
#if "fault" in data [#panic("山田太郎")]
#place(bottom + right, rect(width: 10mm, height: 10mm, fill: black))
`;

describe('a page of ours', () => {
  let folder: string;
  let maker: PageMaker;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'kamome-pages-'));
    writeFileSync(path.join(folder, 'sample.typ'), template);
    maker = openPageMaker(folder);
  });
  after(() => {
    maker.close();
    rmSync(folder, { recursive: true });
  });

  const failure = async (data: object): Promise<unknown> => {
    try {
      await maker.pdf('sample', data);
    } catch (error) {
      return error;
    }
    return null;
  };

  it('is 1728 black or white pixels wide, at 204×196 or 204×98, with its ink where the template puts it', async () => {
    const pdf = await maker.pdf('sample', { text: '緊急時患者記録' });
    for (const [resolution, yDpi] of [
      ['fine', 196],
      ['standard', 98],
    ] as const) {
      const [page, ...others] = await rasterise(pdf, resolution);
      expect(others).to.have.length(0);
      expect(page).to.include({ width: 1728, xDpi: 204, yDpi });
      expect(page!.height).to.equal(Math.round((297 / 25.4) * yDpi));
      // The square's middle lies 17 mm from the right and the bottom edge of the paper.
      const [x, y] = [Math.round(1728 / 2 + ((105 - 17) * 204) / 25.4), Math.round(((297 - 17) * yDpi) / 25.4)];
      expect(isBlack(page!, x, y), 'inside of the square').to.equal(true);
      expect(isBlack(page!, x + 60, y), 'right of it').to.equal(false);
      expect(isBlack(page!, x - 60, y), 'left of it').to.equal(false);
    }
  });

  it('becomes a PNG with square pixels for people', async () => {
    const [page] = await rasterise(await maker.pdf('sample', { text: 'あ' }), 'fine');
    const png = await sharp(await encodePng(page!)).metadata();
    expect(png).to.include({ format: 'png', width: 1728, height: Math.round((page!.height * 204) / 196) });
  });

  const unshown: [string, string, string][] = [
    ['an emoji', '往診🙂', 'U+1F642'],
    ['a kanji outside of both fonts', '氏名 \u{2A6A5}', 'U+2A6A5'],
    ['a chosen form that no font has', '葛\u{E01EF}城', 'U+845B U+E01EF'],
    ['a character of private use', '\u{E000}', 'U+E000'],
  ];
  for (const [what, text, named] of unshown) {
    it(`is refused with ${what}, by code point`, async () => {
      const error = await failure({ text });
      expect(error).to.be.instanceOf(MissingGlyphError);
      expect((error as Error).message).to.contain(named);
      expect((error as Error).message).not.to.match(/往診|氏名|城/);
    });
  }

  it('shows the forms of a name as they were registered: 𠮟 髙 﨑 and 葛 with its selector', async () => {
    expect(await failure({ text: '𠮟る 髙橋 山﨑 葛\u{E0100}城' })).to.equal(null);
  });

  it('is refused when a glyph is missing in the template itself', async () => {
    const error = await failure({ text: 'あ', words: true });
    expect(error).to.be.instanceOf(MissingGlyphError);
    expect((error as Error).message).to.contain('U+2610');
  });

  it('tells what is wrong without a word of the patient', async () => {
    const error = await failure({ text: 'あ', fault: true });
    expect(error).to.be.instanceOf(PageError);
    expect((error as Error).message)
      .to.contain('sample')
      .and.not.contain('山田');
  });

  it('is made by nobody once the maker is closed, as a PDF or for the fax, opened before or not', async () => {
    const [closed, never] = [openPageMaker(folder), openPageMakerLater(() => openPageMaker(folder))];
    await closed.faxPages('sample', { text: 'あ' }, 'fine');
    for (const one of [closed, never]) {
      one.close();
      const made = await Promise.allSettled([
        one.pdf('sample', { text: 'あ' }),
        one.faxPages('sample', { text: 'あ' }, 'fine'),
      ]);
      for (const { status, ...rest } of made) {
        expect(status).to.equal('rejected');
        expect(rest).to.have.property('reason').that.is.instanceOf(PageError);
      }
    }
  });

  it('is made from a template of ours only', async () => {
    const unknown = await Promise.allSettled([maker.pdf('../secret', {}), maker.pdf('nothing', {})]);
    expect(unknown.every((one) => one.status === 'rejected' && one.reason instanceof PageError)).to.equal(true);
  });

  it('never shows the data of the page before', async () => {
    await maker.pdf('sample', { text: '山田太郎' });
    const [blank] = await rasterise(await maker.pdf('sample', { text: '' }), 'fine');
    const [fresh] = await rasterise(await openPageMaker(folder).pdf('sample', { text: '' }), 'fine');
    expect(Buffer.compare(blank!.bits, fresh!.bits)).to.equal(0);
    await maker.faxPages('sample', { text: '山田太郎' }, 'fine');
    const [faxed] = await maker.faxPages('sample', { text: '' }, 'fine');
    const [freshly] = await openPageMaker(folder).faxPages('sample', { text: '' }, 'fine');
    expect(Buffer.compare(faxed!.bits, freshly!.bits)).to.equal(0);
  });
});
